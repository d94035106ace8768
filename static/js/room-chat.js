// Saying something: sent without leaving the page; it appears when the room's events bring it back, as for everybody.
// The key stays while the words do, so a message whose answer was lost may be sent again and is said once.

import { newKey } from "./gift-send.js";

const LOST = "We could not reach the server. Your message is still here: send it again.";

export function start() {
  const form = document.querySelector("[data-say]");
  if (!form) return;
  const field = form.querySelector("input[name=text]");
  const button = form.querySelector("button");
  const problem = form.querySelector("[data-problem]");
  let sending = false;
  let key = newKey();

  field.addEventListener("input", () => { key = newKey(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value;
    if (sending || !text.trim()) return;
    sending = true;
    button.disabled = true;
    problem.hidden = true;
    const words = await say(form, text, key);
    if (words) {
      problem.textContent = words;
      problem.hidden = false;
    } else {
      if (field.value === text) field.value = ""; // else the next message is being written
      key = newKey();
    }
    sending = false;
    button.disabled = false;
    field.focus();
  });
}

/** Send `text` under `key`; answer what went wrong, in words, or nothing. */
async function say(form, text, key) {
  try {
    const answer = await fetch(form.dataset.say, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
      },
      body: JSON.stringify({ text }),
    });
    if (answer.ok) return "";
    const refusal = await answer.json();
    return `${refusal.detail} ${refusal.next_step ?? ""}`.trim();
  } catch {
    return LOST;
  }
}
