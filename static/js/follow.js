// Follow and unfollow without leaving the page. Without this the same form does it with a new page.

import { ready } from "./forms.js";
import { toast } from "./toast.js";

const LOST = "We could not reach the server. Nothing has changed.";

for (const form of document.querySelectorAll("form[data-follow]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.dataset.underWay) send(form);
  });
}

async function send(form) {
  const follows = form.elements.deed.value === "unfollow"; // as it stands: what the press ends
  form.dataset.underWay = "yes";
  const problem = await ask(form, follows ? "DELETE" : "PUT");
  delete form.dataset.underWay;
  ready(form);
  if (problem) toast(problem, "bad");
  else show(form, !follows);
}

/** Answer what went wrong, in words, or nothing. */
async function ask(form, method) {
  try {
    const answer = await fetch(form.dataset.follow, {
      method,
      headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    });
    if (answer.ok) return "";
    const refusal = await answer.json();
    return `${refusal.detail} ${refusal.next_step ?? ""}`.trim();
  } catch {
    return LOST;
  }
}

function show(form, follows) {
  const button = form.querySelector("button");
  form.elements.deed.value = follows ? "unfollow" : "follow";
  form.querySelector(".when-following").hidden = !follows;
  form.querySelector(".when-not").hidden = follows;
  button.classList.toggle("quiet", follows);
  button.setAttribute("aria-label", `${follows ? "Unfollow" : "Follow"} ${form.dataset.name}`);
  const count = document.querySelector("[data-followers]");
  if (count) count.textContent = String(Number(count.textContent.replace(/\D/g, "")) + (follows ? 1 : -1));
  toast(follows ? `You follow ${form.dataset.name}.` : `You do not follow ${form.dataset.name} any more.`);
}
