// Too few coins: a sheet with the smallest package that covers what is missing. Paying leads back to this room with the
// gift still chosen; the server checks where it leads back to (wallet/returns.py).

import { newKey } from "./gift-send.js";
import { coinsOf, number } from "./gift-words.js";

const MOST_TILES = 4;
const CUSTOM = "custom";
const language = document.documentElement.lang || "en";
const sheet = document.querySelector("[data-recharge-sheet]");
const form = sheet?.querySelector("[data-recharge-form]");

const money = (minor, currency) => new Intl.NumberFormat(language, { style: "currency", currency }).format(minor / 100);

/** Whether the coins are there, as the server has them: another page may have recharged since. */
export async function missingFor(settings, wish) {
  const shown = document.querySelector(".gift-balance [data-balance]");
  try {
    const answer = await fetch(settings.wallet);
    const { coins } = await answer.json();
    if (!answer.ok) return 0; // the sending says what is wrong
    if (shown) shown.textContent = number(coins);
    return Math.max(0, wish.coins - coins);
  } catch {
    return 0;
  }
}

/** Open the sheet for `missing` coins of `wish`; without packages the balance page does the same. */
export async function offerRecharge(settings, wish, missing) {
  const back = `${settings.room}?${new URLSearchParams({ gift: wish.gift, quantity: wish.quantity })}`;
  const shop = await packages(settings.packages);
  if (!shop) {
    location.assign(`${settings.recharge}?${new URLSearchParams({ coins: missing, return_to: back })}`);
    return;
  }
  form.elements.key.value = newKey();
  form.elements.return_to.value = back;
  sheet.querySelector("[data-recharge-title]").textContent = `${coinsOf(missing)} more`;
  sheet.querySelector("[data-recharge-words]").textContent =
    `${wish.name}${wish.quantity > 1 ? ` ×${wish.quantity}` : ""} costs ${coinsOf(wish.coins)}, and you have ${coinsOf(wish.coins - missing)}.`;
  draw(offers(shop, missing));
  if (!sheet.open) sheet.showModal();
  sheet.querySelector("input[type=radio]").focus();
}

async function packages(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** What covers the missing coins, the smallest first; beyond the largest package exactly what is missing. */
function offers({ storefront, packages: sold }, missing) {
  const enough = sold.filter((one) => one.coins >= missing).slice(0, MOST_TILES);
  if (enough.length > 0) return enough;
  const minor = Math.ceil((missing * storefront.base_price_micro) / 10_000);
  return [{ code: CUSTOM, coins: missing, price_minor: minor, currency: storefront.currency }];
}

function draw(sold) {
  const shape = sheet.querySelector("[data-recharge-tile]");
  const tiles = sold.map((one, place) => {
    const tile = shape.content.cloneNode(true);
    const input = tile.querySelector("input");
    Object.assign(input, { value: one.code, checked: place === 0 });
    Object.assign(input.dataset, { coins: one.coins, price: money(one.price_minor, one.currency) });
    tile.querySelector("[data-tile-coins]").textContent = number(one.coins);
    tile.querySelector("[data-tile-price]").textContent = money(one.price_minor, one.currency);
    return tile;
  });
  sheet.querySelector("[data-recharge-tiles]").replaceChildren(...tiles);
  chosen();
}

function chosen() {
  const input = form.querySelector("input[name=package]:checked");
  if (!input) return;
  form.elements.coins.value = input.value === CUSTOM ? input.dataset.coins : "";
  sheet.querySelector("[data-recharge-price]").textContent = `Pay ${input.dataset.price}`;
}

form?.addEventListener("change", chosen);
