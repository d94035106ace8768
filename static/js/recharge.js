// The recharge form says what is paid while one chooses. The server decides; this only shows the same arithmetic.

const form = document.querySelector("[data-recharge]");
const shown = (name) => document.querySelector(`[data-sum-${name}]`);
const language = document.documentElement.lang || "en";
const money = (minor, currency) =>
  new Intl.NumberFormat(language, { style: "currency", currency }).format(minor / 100);
const exact = (amount, currency) =>
  new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: 6 }).format(amount);
const coinsText = (coins) => new Intl.NumberFormat(language).format(coins);

/** What is chosen now: coins and price in minor units, or null while an exact amount is not typed yet. */
function chosen() {
  const tile = form.querySelector("input[name=package]:checked");
  if (!tile) return null;
  if (tile.dataset.coins) return { coins: Number(tile.dataset.coins), price: Number(tile.dataset.price) };
  const coins = Number(form.elements.coins.value);
  if (!Number.isInteger(coins) || coins < 1) return null;
  if (form.dataset.quotedCoins === String(coins)) return { coins, price: Number(form.dataset.quotedPrice) }; // offers.js
  return { coins, price: Math.ceil((coins * Number(form.dataset.basePrice)) / 10_000) };
}

/** Tax in a listed price, or on top of it, half a minor unit rounded up: as wallet/prices.py. */
function taxOf(price) {
  const points = Number(form.dataset.tax);
  const whole = form.dataset.taxMode === "exclusive" ? 10_000 : 10_000 + points;
  return Math.floor((2 * price * points + whole) / (2 * whole));
}

/** Roughly so much in the buyer's own currency: whole units where decimals say nothing, as look/money.py. */
function abroad(minor) {
  const currency = form.dataset.abroad;
  const places = new Intl.NumberFormat(language, { style: "currency", currency }).resolvedOptions()
    .maximumFractionDigits;
  const amount = (minor * Number(form.dataset.abroadFactor)) / Number(form.dataset.abroadUnit);
  const digits = amount >= 100 ? 0 : places;
  return new Intl.NumberFormat(language, {
    style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(amount);
}

function showMoney(price, coins) {
  const { currency, taxMode } = form.dataset;
  const tax = taxOf(price);
  const total = taxMode === "exclusive" ? price + tax : price;
  shown("hundred").textContent = money(Math.round((100 * price) / coins), currency);
  shown("total").textContent = money(total, currency);
  if (shown("price")) shown("price").textContent = money(price, currency);
  if (shown("tax")) shown("tax").textContent = money(tax, currency);
  if (shown("abroad")) shown("abroad").textContent = abroad(total);
}

function show() {
  const isCustom = !form.querySelector("input[name=package]:checked")?.dataset.coins;
  document.querySelector("[data-custom]").hidden = !isCustom;
  const now = chosen();
  shown("coins").textContent = now ? coinsText(now.coins) : "–";
  if (!now) {
    for (const name of ["hundred", "total", "price", "tax", "abroad"]) if (shown(name)) shown(name).textContent = "–";
    return;
  }
  showMoney(now.price, now.coins);
  const { settlement, creator } = form.dataset;
  shown("creator").textContent = money(Math.floor((now.coins * Number(creator)) / 10_000), settlement);
  shown("creator-words").textContent =
    `is what creators can cash out for these coins: ${exact(Number(creator) / 1_000_000, settlement)} a coin.`;
}

if (form) {
  form.addEventListener("input", show);
  form.addEventListener("change", (event) => {
    show();
    if (event.target.value === "custom") form.elements.coins.focus();
  });
  form.elements.coins.addEventListener("focus", () => {
    form.querySelector("input[value=custom]").checked = true;
    show();
  });
  show();
}
