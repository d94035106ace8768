// "Share with an app…" where the device has a sheet for it; the links beside it work everywhere.

export function start() {
  if (!navigator.share) return;
  for (const button of document.querySelectorAll("[data-share-address]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.share({ title: button.dataset.shareTitle, url: button.dataset.shareAddress });
      } catch {
        // closed without sharing
      }
    });
  }
}
