// The order page looks again while something is still to come: often at first, then less, and at once on return.

const card = document.querySelector("[data-order]");
const pauses = [1000, 1500, 2000, 2000, 3000, 5000, 8000, 13_000, 20_000];
let tries = 0;
let timer = 0;

/** Whether the order is no longer what this page shows. */
function hasMoved(order) {
  const { status, held, checking, page } = card.dataset;
  return (
    order.status !== status ||
    String(order.is_held) !== held ||
    String(order.is_bank_checking) !== checking ||
    String(Boolean(order.checkout_url)) !== page
  );
}

function say(words) {
  const line = document.querySelector("[data-looking]");
  if (line) line.textContent = words;
}

async function look() {
  clearTimeout(timer);
  try {
    const answer = await fetch(`/api/v1/orders/${card.dataset.order}/`, { headers: { Accept: "application/json" } });
    if (answer.ok && hasMoved(await answer.json())) return location.replace(location.pathname);
    if (answer.status === 401) return say("You were signed out. Sign in again to see how it goes on.");
    say("This page looks again by itself.");
  } catch {
    say("You seem to be offline. This page looks again by itself.");
  }
  timer = setTimeout(look, pauses[Math.min(tries++, pauses.length - 1)]);
}

if (card) {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      tries = 0;
      look();
    }
  });
  timer = setTimeout(look, pauses[0]);
}
