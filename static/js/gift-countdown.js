// Five seconds to think before a large gift leaves: nothing has been sent while it runs, and Undo means never.

import { coinsOf } from "./gift-words.js";

/** Count down in the panel; answer true when it ran out, false when it was undone. */
export function countdown(form, wish, settings) {
  const box = form.querySelector("[data-wait]");
  const words = box.querySelector("[data-wait-words]");
  const undo = box.querySelector("[data-undo]");
  const button = form.querySelector("#gift-send");
  box.style.setProperty("--wait", `${settings.countdown_s}s`);
  box.hidden = false;
  button.disabled = true;
  undo.focus();

  return new Promise((decide) => {
    let left = settings.countdown_s;
    const tell = () => { words.textContent = `${wish.name}, ${coinsOf(wish.coins)}: leaves in ${left} s. Nothing has been sent yet.`; };
    const end = (go) => {
      clearInterval(timer);
      undo.removeEventListener("click", stop);
      form.removeEventListener("keydown", escape, true);
      form.removeEventListener("change", stop);
      box.hidden = true;
      button.disabled = false;
      button.focus();
      decide(go);
    };
    const stop = () => end(false);
    const escape = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      stop();
    };
    const timer = setInterval(() => {
      left -= 1;
      if (left <= 0) end(true); else tell();
    }, 1000);
    undo.addEventListener("click", stop);
    form.addEventListener("keydown", escape, true);
    form.addEventListener("change", stop); // another gift chosen meanwhile: not this one any more
    tell();
  });
}
