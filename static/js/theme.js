// The theme switch: light, dark, or as the device; remembered on this device.

const root = document.documentElement;

function chosen() {
  try { return localStorage.getItem("theme") || ""; } catch { return ""; }
}

function show() {
  const theme = chosen();
  const shown = theme || root.dataset.themeDefault;
  if (shown) root.dataset.theme = shown;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
  }
  document.dispatchEvent(new CustomEvent("ovation:theme"));
}

export function start() {
  for (const group of document.querySelectorAll("[data-theme-switch]")) group.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-theme]");
    if (!button) return;
    try { localStorage.setItem("theme", button.dataset.setTheme); } catch { /* lasts for this page only */ }
    show();
  });
  show();
}
