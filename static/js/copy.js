// Copy buttons: [data-copy] inside a .code-block, or data-copy="text" anywhere.

import { toast } from "./toast.js";

async function copy(button) {
  const text = button.dataset.copy || button.closest(".code-block")?.querySelector("code")?.textContent || "";
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.", "good");
  } catch {
    toast("Your browser did not allow copying. Mark the text and copy it yourself.", "warn");
  }
}

export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
}
