// The amount page: says what the amount is in the other unit while it is typed. The server's quote decides.

const form = document.querySelector("[data-cash-out]");

// Integers only: hundredths of a diamond and minor units, as on the server.
function hundredths(text) {
  const found = /^(\d{1,12})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  return found ? BigInt(found[1]) * 100n + BigInt((found[2] ?? "").padEnd(2, "0")) : null;
}

function written(value, currency) {
  const number = Number(value) / 100;
  if (currency) return number.toLocaleString(undefined, { style: "currency", currency });
  return `${number.toLocaleString(undefined, { maximumFractionDigits: 2 })} diamonds`;
}

function start() {
  const value = BigInt(form.dataset.valueMicro);
  const other = form.querySelector("[data-other]");
  const resting = other.textContent;
  const amount = form.elements.amount;
  const say = () => {
    const typed = hundredths(amount.value);
    if (!typed) {
      other.textContent = resting;
    } else if (form.elements.unit.value === "money") {
      other.textContent = `Takes ${written((typed * 1000000n + value - 1n) / value)}. ${resting}`;
    } else {
      other.textContent = `Worth ${written((typed * value) / 1000000n, form.dataset.currency)}. ${resting}`;
    }
  };
  form.addEventListener("input", say);
  say();
}

if (form) start();
