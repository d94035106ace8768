// The gift tray: choose, see the split, send once. What may go wrong is said beside the button, with what to do.

import { countdown } from "./gift-countdown.js";
import { coinsOf, exactMoney, nearMoney, number } from "./gift-words.js";
import { missingFor, offerRecharge } from "./gift-recharge.js";
import { newKey, sendGift } from "./gift-send.js";

const GOOD_NEWS_MS = 8000;
const settings = JSON.parse(document.getElementById("gift-settings").textContent);
const panel = document.querySelector("[data-gift-panel]");
const form = panel.querySelector("[data-gift-form]");
const button = form.querySelector("#gift-send");
const offer = form.querySelector("[data-offer]");
const answer = panel.querySelector("[data-answer]");
let isBusy = false;
let leaving = 0;

function chosen() {
  const gift = form.querySelector("input[name=choice]:checked");
  const quantity = Number(form.querySelector("input[name=quantity]:checked").value);
  return gift && { input: gift, gift: gift.dataset.slug, name: gift.dataset.name, quantity,
    coins: Number(gift.dataset.coins) * quantity };
}

function showOffer() {
  const wish = chosen();
  if (!wish) return;
  const price = wish.coins * settings.coin_value_micro * 100;
  const units = wish.coins * settings.diamond_units_per_coin;
  const theirs = units * settings.diamond_value_micro;
  const money = (parts) => exactMoney(parts, settings.currency);
  offer.textContent = `${coinsOf(wish.coins)}, worth ${money(price)}`;
  const bar = form.querySelector("[data-split]");
  bar.hidden = false;
  const [to, from] = bar.querySelectorAll("li");
  to.textContent = `${settings.creator} gets ${number(units / 100)} diamonds, ${money(theirs)}`;
  from.textContent = `We keep ${money(price - theirs)}`;
}

function wishChanged() {
  form.elements.key.value = newKey(); // another wish is another request
  answer.hidden = true;
  showOffer();
}

async function submit(event) {
  event.preventDefault();
  const wish = chosen();
  if (isBusy || !wish || !button) return;
  isBusy = true;
  answer.hidden = true;
  const missing = shownCoins() < wish.coins && budgetLeft() >= wish.coins ? await missingFor(settings, wish) : 0;
  if (missing > 0) {
    await offerRecharge(settings, wish, missing);
    isBusy = false;
    return;
  }
  const go = wish.coins <= settings.countdown_above_coins || await countdown(form, wish, settings);
  if (go) {
    button.setAttribute("aria-busy", "true");
    show(wish, await sendGift(settings.send, form, wish));
    button.removeAttribute("aria-busy");
  }
  isBusy = false;
}

/** Say what became of it. A settled or refused wish frees the key; one whose answer was lost keeps it. */
function show(wish, outcome) {
  if (outcome.sent) {
    for (const place of document.querySelectorAll("[data-balance]")) place.textContent = number(outcome.sent.balance);
    say("good", `Sent: ${wish.name}${wish.quantity > 1 ? ` ×${wish.quantity}` : ""}.`, "Receipt",
      settings.receipt.replace("/0/", `/${outcome.sent.id}/`));
    form.elements.key.value = newKey();
    spendBudget(outcome.sent.coins);
    toggle(false); // on a phone: the stage is what there is to see now
    return;
  }
  const { code } = outcome.refusal;
  if (code !== "unreachable") form.elements.key.value = newKey();
  if (code === "price_changed" && outcome.refusal.coins) newPrice(wish, outcome.refusal.coins);
  const links = {
    insufficient_coins: ["Recharge", `${settings.recharge}?coins=${outcome.refusal.missing_coins}`],
    not_authenticated: ["Sign in", `/accounts/login/?next=${encodeURIComponent(location.pathname)}`],
    terms_required: ["Read and accept", `${outcome.refusal.page}&next=${encodeURIComponent(location.pathname)}`],
  };
  if (code === "insufficient_coins") offerRecharge(settings, wish, outcome.refusal.missing_coins);
  say("bad", `${outcome.refusal.detail} ${outcome.refusal.next_step ?? ""}`, ...(links[code] ?? []));
}

function shownCoins() {
  const place = form.querySelector("[data-balance]");
  return place ? Number(place.textContent.replace(/\D/g, "")) : Infinity; // who is not signed in is told so
}

function budgetLeft() {
  return Number(form.querySelector("[data-budget]")?.dataset.left ?? Infinity);
}

function spendBudget(coins) {
  const budget = form.querySelector("[data-budget]");
  if (!budget) return;
  budget.dataset.left = Math.max(0, budgetLeft() - coins);
  budget.querySelector("[data-budget-left]").textContent = number(Number(budget.dataset.left));
  budget.querySelector("progress").value = budget.dataset.left;
}

function newPrice(wish, total) {
  const coins = total / wish.quantity;
  wish.input.dataset.coins = String(coins);
  wish.input.value = `${wish.gift}:${coins}`;
  const tile = wish.input.closest(".gift-tile");
  tile.querySelector(".amount > span").textContent = number(coins);
  tile.querySelector("[data-money]").textContent = nearMoney(coins * settings.coin_value_micro * 100, settings.currency);
  showOffer();
}

function say(tone, words, label = "", href = "") {
  answer.className = `gift-answer ${tone}`;
  answer.setAttribute("role", tone === "bad" ? "alert" : "status");
  answer.querySelector("[data-answer-words]").textContent = words.trim();
  const link = answer.querySelector("[data-answer-link]");
  link.hidden = !href;
  link.textContent = label;
  if (href) link.href = href;
  answer.hidden = false;
  clearTimeout(leaving);
  if (tone === "good") leaving = setTimeout(() => { answer.hidden = true; }, GOOD_NEWS_MS);
}

function toggle(open) {
  if (open === panel.hasAttribute("data-open")) return;
  panel.toggleAttribute("data-open", open);
  panel.querySelector("[data-gift-open]").setAttribute("aria-expanded", String(open));
  if (open) (form.querySelector("input[name=choice]:checked") ?? form.querySelector("input[name=choice]"))?.focus();
  else panel.querySelector("[data-gift-open]").focus();
}

form.addEventListener("submit", submit, { capture: true });
form.addEventListener("change", wishChanged);
panel.querySelector("[data-gift-open]").addEventListener("click", () => toggle(true));
panel.querySelector("[data-gift-close]").addEventListener("click", () => toggle(false));
panel.addEventListener("keydown", (event) => { if (event.key === "Escape" && panel.hasAttribute("data-open") && !isBusy) toggle(false); });
showOffer();
if (panel.hasAttribute("data-came-back")) {
  history.replaceState(null, "", location.pathname); // a reload is no second return
  if (form.querySelector("input[name=choice]:checked")) button?.focus();
}
