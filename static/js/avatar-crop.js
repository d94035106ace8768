// The square of a picture, seen before it is sent: dragged on the canvas, or moved by the three sliders of the form.
// The server cuts by the same three numbers, so without this script the sliders still choose.

const form = document.querySelector("[data-crop]");
const stage = form.querySelector("[data-crop-stage]");
const hint = form.querySelector("[data-crop-hint]");
const [file, zoom, x, y] = ["picture", "zoom", "x", "y"].map((name) => form.elements[name]);
const pen = stage.getContext("2d");
let picture = null;

/** The square in pixels of the picture: the same sum as accounts/pictures.py, Crop.box. */
function square() {
  const edge = Math.max(1, Math.floor((Math.min(picture.width, picture.height) * 100) / Number(zoom.value)));
  return {
    edge,
    left: Math.floor(((picture.width - edge) * Number(x.value)) / 100),
    top: Math.floor(((picture.height - edge) * Number(y.value)) / 100),
  };
}

function draw() {
  if (!picture) return;
  const { edge, left, top } = square();
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, stage.width, stage.height);
  pen.drawImage(picture, left, top, edge, edge, 0, 0, stage.width, stage.height);
}

async function show() {
  picture = null;
  const chosen = file.files[0];
  if (chosen) {
    try {
      picture = await createImageBitmap(chosen, { imageOrientation: "from-image" });
    } catch {
      picture = null; // the server says what is wrong with it
    }
  }
  stage.hidden = !picture;
  hint.textContent = picture
    ? "Drag the picture, or use these. What you see is what others see."
    : "The largest square is cut out of the middle, unless you move these.";
  [zoom.value, x.value, y.value] = [100, 50, 50];
  draw();
}

/** Move the square against the drag, as if the picture itself was pulled. */
function drag(slider, moved, room) {
  if (room > 0) slider.value = Math.min(100, Math.max(0, Number(slider.dataset.exact ?? slider.value) - (moved * 100) / room));
}

stage.addEventListener("pointerdown", (event) => {
  if (!picture) return;
  stage.setPointerCapture(event.pointerId);
  const from = { x: event.clientX, y: event.clientY, atX: Number(x.value), atY: Number(y.value) };
  const move = (now) => {
    const { edge } = square();
    const scale = edge / stage.clientWidth;
    x.dataset.exact = from.atX;
    y.dataset.exact = from.atY;
    drag(x, (now.clientX - from.x) * scale, picture.width - edge);
    drag(y, (now.clientY - from.y) * scale, picture.height - edge);
    draw();
  };
  const stop = () => {
    stage.removeEventListener("pointermove", move);
    delete x.dataset.exact;
    delete y.dataset.exact;
  };
  stage.addEventListener("pointermove", move);
  stage.addEventListener("pointerup", stop, { once: true });
  stage.addEventListener("pointercancel", stop, { once: true });
});

file.addEventListener("change", show);
for (const slider of [zoom, x, y]) slider.addEventListener("input", draw);
if (file.files.length) show();
