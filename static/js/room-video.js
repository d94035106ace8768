// The picture: an HLS stream, natively or by hls.js. Until it plays, and when it stops, the stage stands in.

const AGAIN_MS = 5000;

export async function start(room) {
  const box = document.querySelector("[data-hls]");
  const video = box?.querySelector("[data-video]");
  if (!video || room.dataset.state !== "live") return;
  video.addEventListener("playing", () => { video.hidden = false; });
  if (video.canPlayType("application/vnd.apple.mpegurl")) {
    video.src = box.dataset.hls;
    video.addEventListener("error", () => { video.hidden = true; });
    return;
  }
  const { default: Hls } = await import("../vendor/hls/hls.light.min.mjs");
  if (Hls.isSupported()) attach(Hls, video, box.dataset.hls);
}

function attach(Hls, video, address) {
  const player = new Hls({ enableWorker: false, liveSyncDurationCount: 3 });
  player.on(Hls.Events.ERROR, (_, failure) => {
    if (!failure.fatal) return;
    video.hidden = true;
    player.destroy();
    setTimeout(() => attach(Hls, video, address), AGAIN_MS);
  });
  player.loadSource(address);
  player.attachMedia(video);
}
