// One gift over the wire. The key makes the request safe to repeat: the server settles it once and answers the same.

const TRIES = 3;
const AGAIN_MS = 800;
const LOST = {
  code: "unreachable",
  detail: "We could not reach the server, so we do not know yet whether your gift went through.",
  next_step: "Press Send again: the same gift is never taken twice.",
};

export function newKey() {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

/** Send `wish` under the form's key; answer {sent} or {refusal: {code, detail, next_step, …}}. */
export async function sendGift(address, form, wish) {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const outcome = await once(address, form, wish);
    if (outcome) return outcome;
    if (attempt < TRIES) await new Promise((wake) => setTimeout(wake, AGAIN_MS * attempt));
  }
  return { refusal: LOST };
}

async function once(address, form, wish) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": form.elements.key.value,
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
      },
      body: JSON.stringify({ gift: wish.gift, quantity: wish.quantity, coins: wish.coins }),
    });
    if (answer.status >= 500) return null;
    const body = await answer.json();
    return answer.ok ? { sent: body } : { refusal: body };
  } catch {
    return null;
  }
}
