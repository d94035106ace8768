// The style page: gifts play on the stage, the sample button shows a toast.

import { play } from "./gift-stage.js";
import { toast } from "./toast.js";

document.addEventListener("click", (event) => {
  const tile = event.target.closest("[data-play]");
  if (tile) {
    const { play: slug, name, animation } = tile.dataset;
    const art = tile.querySelector("img").src;
    play({ slug, name, animation, price_class: Number(tile.dataset.class), art, from: "Alex", quantity: 1 });
  }
  if (event.target.closest('[id^="toast-"]')) toast("700 coins were credited.", "good");
});
