// What an offer does to the choice: the bonus beside the total, and the price of an exact amount, asked of the server.

const form = document.querySelector("[data-recharge]");
const row = document.querySelector("[data-sum-bonus-row]");
const PAUSE_MS = 250;
let waiting = 0;
let quoted = null; // the last answer for an exact amount

const isCustom = () => !form.querySelector("input[name=package]:checked")?.dataset.coins;
const number = (value) => new Intl.NumberFormat(document.documentElement.lang || "en").format(value);

function showBonus() {
  const tile = form.querySelector("input[name=package]:checked");
  const custom = quoted && String(quoted.coins) === form.elements.coins.value ? quoted : null;
  const bonus = isCustom() ? (custom?.bonus_coins ?? 0) : Number(tile?.dataset.bonus ?? 0);
  row.hidden = !bonus;
  row.querySelector("[data-sum-bonus]").textContent = `+${number(bonus)} coins`;
  row.querySelector("[data-sum-offer]").textContent = (isCustom() ? "" : tile?.dataset.offer) || "Bonus";
}

/** Ask what the typed number costs and brings; an old answer never overwrites a newer question. */
async function ask() {
  const coins = form.elements.coins.value;
  const query = new URLSearchParams({ coins });
  if (form.elements.code.value) query.set("code", form.elements.code.value);
  let answer = await fetch(`/api/v1/quotes/?${query}`, { headers: { Accept: "application/json" } });
  if (!answer.ok && form.elements.code.value && answer.status !== 429) {
    answer = await fetch(`/api/v1/quotes/?coins=${encodeURIComponent(coins)}`, { headers: { Accept: "application/json" } });
  }
  if (!answer.ok || form.elements.coins.value !== coins) return;
  quoted = await answer.json();
  form.dataset.quotedCoins = coins;
  form.dataset.quotedPrice = quoted.asked_minor;
  form.dispatchEvent(new Event("input"));
}

function changed() {
  showBonus();
  clearTimeout(waiting);
  const coins = form.elements.coins.value;
  if (!isCustom() || !/^[1-9][0-9]{0,9}$/.test(coins) || form.dataset.quotedCoins === coins) return;
  waiting = setTimeout(() => ask().catch(() => {}), PAUSE_MS); // without an answer the listed price stands there
}

if (form && row) {
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.elements.coins.addEventListener("focus", changed);
  changed();
}
