// Saying something: sent without leaving the page; it appears when the room's events bring it back, as for everybody.

const LOST = "We could not reach the server. Your message is still here: send it again.";

export function start() {
  const form = document.querySelector("[data-say]");
  if (!form) return;
  const field = form.querySelector("input[name=text]");
  const button = form.querySelector("button");
  const problem = form.querySelector("[data-problem]");
  let sending = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending || !field.value.trim()) return;
    sending = true;
    button.disabled = true;
    problem.hidden = true;
    const words = await say(form, field.value);
    if (words) {
      problem.textContent = words;
      problem.hidden = false;
    } else {
      field.value = "";
    }
    sending = false;
    button.disabled = false;
    field.focus();
  });
}

/** Send `text`; answer what went wrong, in words, or nothing. */
async function say(form, text) {
  try {
    const answer = await fetch(form.dataset.say, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify({ text }),
    });
    if (answer.ok) return "";
    const refusal = await answer.json();
    return `${refusal.detail} ${refusal.next_step ?? ""}`.trim();
  } catch {
    return LOST;
  }
}
