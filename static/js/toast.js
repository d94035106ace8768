// Toasts: the server's messages and ours. Good news leaves by itself; anything about trouble stays until closed.

const LEAVE_AFTER_MS = 7000;

function leave(toast) {
  toast.classList.add("leaving");
  setTimeout(() => toast.remove(), 260);
}

function live(toast) {
  if (!toast.hasAttribute("data-leaves")) return;
  let timer = setTimeout(() => leave(toast), LEAVE_AFTER_MS);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => { timer = setTimeout(() => leave(toast), 2000); });
}

/** Show `text`; tone is "good", "info", "warn" or "bad". */
export function toast(text, tone = "info") {
  const box = document.querySelector("[data-toasts]");
  if (!box) return;
  const shown = box.querySelector("template").content.firstElementChild.cloneNode(true);
  shown.className = `toast ${tone}`;
  shown.querySelector("p").textContent = text;
  const symbol = { good: "circle-check", warn: "triangle-alert", bad: "circle-alert", info: "info" }[tone];
  const use = shown.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${symbol}`));
  shown.setAttribute("role", tone === "bad" ? "alert" : "status");
  shown.toggleAttribute("data-leaves", tone === "good" || tone === "info");
  box.append(shown);
  live(shown);
}

export function start() {
  for (const shown of document.querySelectorAll(".toast")) live(shown);
  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-dismiss]");
    if (close) leave(close.closest(".toast"));
  });
}
