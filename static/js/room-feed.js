// What happens in the room, on screen: lines of the feed, the ticker, gifts over the stage, the end of the show.
// Names and texts are put in as text, never as HTML. However many events arrive, the page is written once a frame.

import { play } from "./gift-stage.js";
import { listen } from "./room-events.js";

const MOST_LINES = 200;
const MOST_TICKS = 8;
const NEAR_END_PX = 80;
const LINK_WORDS = { on: "live", waiting: "reconnecting…", gone: "not here any more" };

/** `others`: what else wants to hear of events, by type: at once, each of them, in order. */
export function start(room, others) {
  const feed = document.querySelector("[data-feed]");
  const newest = document.querySelector("[data-newest]");
  const link = document.querySelector("[data-link]");
  toEnd(feed);
  newest.addEventListener("click", () => toEnd(feed));
  feed.addEventListener("scroll", () => { if (isNearEnd(feed)) newest.hidden = true; });

  const lines = { "chat.message": said, "gift.settled": gave, "room.ended": () => ended(room) };
  const waiting = [];
  let frame = 0;

  function write() {
    frame = 0;
    const follow = isNearEnd(feed);
    const news = waiting.splice(0);
    append(feed, news.map((event) => numbered(lines[event.type](event), event.number)));
    tick(news.filter((event) => event.type === "gift.settled").slice(-MOST_TICKS));
    if (follow) toEnd(feed); else newest.hidden = false;
  }

  listen(room, Object.keys({ ...lines, ...others }), {
    onEvent(event) {
      others[event.type]?.(event);
      if (!(event.type in lines)) return;
      waiting.push(event);
      if (waiting.length > MOST_LINES) waiting.shift(); // a page in the background draws no frames
      frame ||= requestAnimationFrame(write);
    },
    onLink(state) {
      link.dataset.state = state;
      link.querySelector("[data-link-words]").textContent = LINK_WORDS[state];
    },
  });
}

function said(event) {
  const line = clone("chat.message");
  fill(line, "text", event.text);
  return by(line, event.author);
}

function gave(event) {
  const line = clone("gift.settled");
  line.className = `line gave class-${event.price_class} new`;
  fill(line, "gift", event.gift_name);
  fill(line, "times", times(event));
  fill(line, "coins", event.coins.toLocaleString(document.documentElement.lang));
  line.querySelector("[data-art]").src = event.art;
  play({ name: event.gift_name, animation: event.animation, price_class: event.price_class, art: event.art,
    from: event.sender.name, quantity: event.quantity });
  return by(line, event.sender);
}

/** The newest gift stands first. */
function tick(gifts) {
  const ticker = document.querySelector("[data-ticker]");
  const pattern = document.querySelector("template[data-tick]").content.firstElementChild;
  ticker.prepend(...gifts.reverse().map((event) => {
    const item = pattern.cloneNode(true);
    item.className = `tick class-${event.price_class} new`;
    item.querySelector("[data-art]").src = event.art;
    fill(item, "who", event.sender.name);
    fill(item, "what", event.gift_name + times(event));
    return item;
  }));
  while (ticker.children.length > MOST_TICKS) ticker.lastElementChild.remove();
}

function ended(room) {
  room.dataset.state = "ended";
  document.querySelector("[data-ended]").hidden = false;
  for (const part of document.querySelectorAll("[data-gift-panel]")) part.hidden = true;
  for (const field of document.querySelectorAll("[data-say] input, [data-say] button")) field.disabled = true;
  document.querySelector("[data-video]")?.pause();
  return clone("room.ended");
}

function by(line, person) {
  fill(line, "who", person.name);
  line.querySelector("[data-who]").title = person.handle ? `@${person.handle}` : "";
  line.querySelector("[data-face]").src = person.avatar ?? `/art/avatar/${person.id ?? "anonymous"}.svg`; // null: not told
  return line;
}

function append(feed, lines) {
  const surplus = feed.children.length + lines.length - MOST_LINES;
  for (let n = 0; n < surplus; n += 1) feed.firstElementChild.remove();
  feed.append(...lines);
}

function numbered(line, number) {
  line.dataset.number = String(number);
  return line;
}

function clone(type) {
  return document.querySelector(`template[data-line="${type}"]`).content.firstElementChild.cloneNode(true);
}

function fill(part, name, text) {
  part.querySelector(`[data-${name}]`).textContent = text;
}

function times(event) {
  return event.quantity > 1 ? ` ×${event.quantity}` : "";
}

function isNearEnd(feed) {
  return feed.scrollHeight - feed.scrollTop - feed.clientHeight < NEAR_END_PX;
}

function toEnd(feed) {
  feed.scrollTop = feed.scrollHeight;
}
