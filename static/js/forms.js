// A form is sent once: the button that sent it says what is happening, and a second press does nothing.
// Coming back with the browser's back button finds the form ready again.

function busy(form, button) {
  form.dataset.sending = "yes";
  if (button) {
    button.setAttribute("aria-busy", "true");
    button.setAttribute("aria-disabled", "true");
  }
}

/** Make the form ready again, after a refusal answered without a new page. */
export function ready(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[aria-busy]")) {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
}

export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending) return event.preventDefault();
    if (form.method === "dialog" || event.defaultPrevented) return;
    // After this turn: a disabled button's name would not be sent, and another listener may still refuse.
    setTimeout(() => { if (!event.defaultPrevented) busy(form, event.submitter); });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) ready(form);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(ready);
  });
  const wrong = document.querySelector("form[method=post] .field.wrong :is(input, select, textarea)");
  if (wrong) wrong.focus();
}
