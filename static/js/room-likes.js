// The heart: taps are gathered and sent together, hearts rise for everybody's likes, the number is the room's total.
//
// On screen stands the newest total that the server told plus the taps it has not counted yet, so a tap shows at once
// and what was refused goes back.

import { number } from "./gift-words.js";
import { toast } from "./toast.js";

const GATHER_MS = 500;
const MOST_AT_ONCE = 50;
const MOST_FLYING = 30;
const MOST_AT_A_TIME = 8; // hearts for one piece of news, however many likes it tells of
const RISE_MS = 2600;
const SPOKEN_EVERY_MS = 20_000;
const LOST = "We could not reach the server. Your last likes were not counted.";

const still = matchMedia("(prefers-reduced-motion: reduce)");
let place, layer, words;
let total = 0;
let unsent = 0; // taps gathered
let sent = 0; // taps on their way
let mine = 0; // of what was sent, not yet told by the room: their hearts have risen already
let spokenAt = 0;

/** Bring the room's heart to life; answer what the room's events tell it, by type. */
export function start() {
  place = document.querySelector("[data-like-total]");
  layer = document.querySelector("[data-hearts]");
  words = document.querySelector("[data-like-words]");
  total = Number(place.textContent.replace(/\D/g, ""));
  const form = document.querySelector("[data-like]");
  if (form) listen(form);
  return { "room.liked": heard, "room.ended": () => close(form) };
}

function listen(form) {
  let timer = null;
  const later = () => { timer ??= setTimeout(deliver, GATHER_MS); };

  async function deliver() {
    if (unsent) await send(form, Math.min(unsent, MOST_AT_ONCE));
    timer = null;
    if (unsent) later();
  }

  form.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    unsent += 1;
    show();
    rise(1);
    later();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("pagehide", () => { if (unsent) send(form, Math.min(unsent, MOST_AT_ONCE)); });
}

/** Send `count` of the gathered taps, once: a like that got lost is not worth counting twice. */
async function send(form, count) {
  unsent -= count;
  sent += count;
  mine += count;
  const outcome = await post(form, count);
  sent -= count;
  if (outcome.refusal) {
    mine = Math.max(0, mine - count);
    unsent = 0;
    toast(outcome.refusal, "info");
  } else {
    total = Math.max(total, outcome.total);
    speak();
  }
  show();
}

async function post(form, count) {
  try {
    const answer = await fetch(form.dataset.like, {
      method: "POST",
      keepalive: true, // the page may be left meanwhile
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify({ count }),
    });
    const body = await answer.json();
    return answer.ok ? { total: body.total } : { refusal: `${body.detail} ${body.next_step ?? ""}`.trim() };
  } catch {
    return { refusal: LOST };
  }
}

function heard(event) {
  const known = Math.min(mine, event.count);
  mine -= known;
  total = Math.max(total, event.total);
  show();
  rise(Math.min(event.count - known, MOST_AT_A_TIME));
  speak();
}

function close(form) {
  unsent = 0;
  show();
  for (const button of form?.querySelectorAll("button") ?? []) button.disabled = true;
}

function show() {
  place.textContent = number(total + sent + unsent);
}

/** For ears: not more often than somebody wants to hear it. */
function speak() {
  if (Date.now() - spokenAt < SPOKEN_EVERY_MS) return;
  spokenAt = Date.now();
  words.textContent = `${number(total)} ${total === 1 ? "like" : "likes"}`;
}

function rise(count) {
  if (document.hidden) return;
  const room = (still.matches ? 1 : MOST_FLYING) - layer.childElementCount;
  const pattern = document.querySelector("template[data-heart]").content.firstElementChild;
  for (let n = 0; n < Math.min(count, room); n += 1) {
    const heart = pattern.cloneNode(true);
    heart.classList.add(`tint-${[0, 5, 3, 1][Math.floor(Math.random() * 4)]}`);
    const set = (name, value, unit) => heart.style.setProperty(name, `${Math.round(value)}${unit}`);
    set("--aside", Math.random() * 90, "px");
    set("--wide", 26 + Math.random() * 18, "px");
    set("--sway", Math.random() * 80 - 40, "px");
    set("--turn", Math.random() * 40 - 20, "deg");
    set("--wait", n * 90, "ms");
    set("--lasts", still.matches ? 900 : RISE_MS * (0.8 + Math.random() * 0.5), "ms");
    heart.addEventListener("animationend", () => heart.remove());
    layer.append(heart);
  }
}
