// Amounts in words, exact: whole numbers in, no rounding.

const language = document.documentElement.lang || "en";
const PLACES = 8; // parts are 1 ÷ 100,000,000 of the currency

export function number(value) {
  return value.toLocaleString(language, { maximumFractionDigits: 2 });
}

export function coinsOf(count) {
  return `${number(count)} ${count === 1 ? "coin" : "coins"}`;
}

/** 6450000 parts of USD are $0.0645. */
export function exactMoney(parts, currency) {
  const digits = String(parts).padStart(PLACES + 1, "0");
  const decimal = `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`;
  const words = new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: PLACES });
  return words.format(decimal); // a string keeps every digit
}

/** To the nearest minor unit, and says so: 1290000 parts of USD are ≈ $0.01. */
export function nearMoney(parts, currency) {
  const words = new Intl.NumberFormat(language, { style: "currency", currency });
  const minor = 10 ** (PLACES - words.resolvedOptions().maximumFractionDigits);
  const nearest = Math.floor((parts + minor / 2) / minor) * minor;
  return (parts === nearest ? "" : "≈ ") + words.format(nearest / 10 ** PLACES);
}
