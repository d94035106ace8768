// The strength meter beside a new password: asks the server, which rates and forgets it. Without it, the form says
// the same words when it is sent.

const PAUSE_MS = 350;

function start(meter) {
  const form = meter.closest("form");
  const field = form.elements[meter.dataset.strength];
  const words = meter.querySelector("[data-words]");
  const value = (name) => form.elements[name]?.value ?? "";
  let timer = 0;
  let asked = null;

  async function rate() {
    asked?.abort();
    asked = new AbortController();
    const answer = await fetch(meter.dataset.address, {
      method: "POST",
      signal: asked.signal,
      headers: { "Content-Type": "application/json", "X-CSRFToken": value("csrfmiddlewaretoken") },
      body: JSON.stringify({ password: field.value, email: value("email"), handle: value("handle") }),
    });
    if (answer.ok) show(await answer.json());
    else meter.hidden = true;
  }

  function show(rating) {
    meter.hidden = false;
    meter.dataset.score = rating.is_accepted ? rating.score : Math.min(rating.score, 2);
    words.textContent = rating.is_accepted ? `${rating.words}.` : rating.problems[0];
  }

  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${words.id}`.trim());
  form.addEventListener("input", (event) => {
    if (![field, form.elements.handle, form.elements.email].includes(event.target)) return;
    clearTimeout(timer);
    if (!field.value) meter.hidden = true;
    else timer = setTimeout(() => rate().catch(() => {}), PAUSE_MS);
  });
}

document.querySelectorAll("[data-strength]").forEach(start);
