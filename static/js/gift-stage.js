// Plays gifts over the stage. Small ones share it; full-screen ones (classes 4 and 5) queue, one at a time, and can
// be skipped. With reduced motion every gift is a still that fades. The feed announces gifts; this is for the eyes.

const LASTS_MS = { 1: 2200, 2: 2800, 3: 3600, 4: 5000, 5: 7200 };
const STILL_MS = 2600;
const SMALL_AT_ONCE = 5;
const WAITING_LIMIT = 40; // beyond it the oldest small gifts are dropped from the show (never from the books)
const BITS = { 1: 8, 2: 10, 3: 18, 4: 36, 5: 60 };
const SHAPES = {
  clap: "line", bloom: "petal", burst: "star", steam: "puff", float: "note", rise: "ember", flip: "star",
  toss: "petal", sway: "note", crown: "confetti", turn: "confetti", comet: "star", curtain: "ember", ovation: "confetti",
};
const FALLING = new Set(["crown", "turn", "ovation", "curtain"]);

const LANES = ["0.04", "0.52", "0.28", "0.76", "0.4", "0.9"]; // from the stage's start side, so that neighbours differ

const still = matchMedia("(prefers-reduced-motion: reduce)");
const full = [];
const small = [];
let fullPlaying = null;
let smallPlaying = 0;
let lane = -1;

/** Show one gift: {name, animation, price_class, art, from, quantity}. `art` is the address of its drawing. */
export function play(gift) {
  if (document.hidden && gift.price_class < 4) return;
  (gift.price_class >= 4 ? full : small).push(gift);
  if (small.length > WAITING_LIMIT) small.shift();
  next();
}

/** End the full-screen effect that plays now; the next one follows. */
export function skip() {
  fullPlaying?.end();
}

function next() {
  if (!fullPlaying && full.length) {
    fullPlaying = show(full.shift(), () => { fullPlaying = null; next(); });
  }
  while (smallPlaying < SMALL_AT_ONCE && small.length) {
    smallPlaying += 1;
    show(small.shift(), () => { smallPlaying -= 1; next(); });
  }
}

function show(gift, done) {
  const stage = document.querySelector("[data-gift-stage]");
  if (!stage) return setTimeout(done);
  const box = draw(gift);
  const lasts = still.matches ? STILL_MS : LASTS_MS[gift.price_class] ?? LASTS_MS[1];
  box.style.setProperty("--lasts", `${lasts}ms`);
  box.style.setProperty("--lane", LANES[(lane += 1) % LANES.length]);
  stage.append(box);
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    box.remove();
    done();
  };
  const timer = setTimeout(end, lasts);
  box.querySelector("[data-skip]")?.addEventListener("click", end);
  return { end };
}

function draw(gift) {
  const isFull = gift.price_class >= 4;
  const box = part("div", `gift-play class-${gift.price_class} play-${gift.animation}${isFull ? " full" : ""}`);
  if (gift.price_class === 5) {
    const scene = part("div", "gift-scene");
    for (const name of ["beam one", "beam two", "beam three", "drape left", "drape right", "crowd"]) scene.append(part("i", name));
    box.append(scene);
  }
  if (gift.price_class >= 2) box.append(part("i", "gift-light"));
  const hero = part("img", "gift-hero");
  hero.src = gift.art;
  hero.alt = "";
  box.append(hero);
  if (!still.matches) box.append(bits(gift));
  box.append(words(gift));
  if (isFull) box.append(skipButton());
  return box;
}

function bits(gift) {
  const box = part("div", `gift-bits ${FALLING.has(gift.animation) ? "fall" : "fly"}`);
  for (let n = 0; n < BITS[gift.price_class]; n += 1) {
    const bit = part("i", `bit ${SHAPES[gift.animation] ?? "star"} tint-${n % 6}`);
    const angle = Math.random() * 2 * Math.PI;
    const reach = 60 + Math.random() * (gift.price_class * 45);
    const set = (name, value) => bit.style.setProperty(name, value);
    set("--x", `${Math.round(Math.cos(angle) * reach)}px`);
    set("--y", `${Math.round(Math.sin(angle) * reach - 30)}px`);
    set("--at", `${Math.round(Math.random() * 100)}%`);
    set("--turn", `${Math.round(Math.random() * 720 - 360)}deg`);
    set("--wait", `${Math.round(Math.random() * (FALLING.has(gift.animation) ? 2600 : 500))}ms`);
    box.append(bit);
  }
  return box;
}

function words(gift) {
  const line = part("p", "gift-words");
  const who = part("b", "");
  who.textContent = gift.from ?? "Someone";
  line.append(who, ` sent ${gift.name}${gift.quantity > 1 ? ` ×${gift.quantity}` : ""}`);
  return line;
}

function skipButton() {
  const button = part("button", "gift-skip");
  button.type = "button";
  button.dataset.skip = "";
  button.textContent = "Skip";
  return button;
}

function part(tag, kind) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  return made;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) skip();
});
