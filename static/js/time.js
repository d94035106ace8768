// Times: <time data-relative> stays fresh ("3 min ago"), <time data-countdown> counts down to a real deadline.
// The site's clock is the server's (a demo may run ahead): the page carries it in data-now.

const served = Date.parse(document.documentElement.dataset.now || "");
const ahead = Number.isNaN(served) ? 0 : served - Date.now();
const FRESH_MS = 15000;

/** The site's time in milliseconds. */
export function now() {
  return Date.now() + ahead;
}

export function relative(then, at = now()) {
  const gap = (then - at) / 1000;
  const size = Math.abs(gap);
  if (size < 45) return "just now";
  const [unit, seconds] = size < 2700 ? ["min", 60] : size < 79200 ? ["hour", 3600] : ["day", 86400];
  if (size >= 28 * 86400) return null; // the server wrote the date itself
  const count = Math.max(1, Math.round(size / seconds));
  const word = unit === "min" || count === 1 ? unit : `${unit}s`;
  return gap > 0 ? `in ${count} ${word}` : `${count} ${word} ago`;
}

/** Seconds as people read a countdown: 4:05, 1:02:03, 3 days. */
export function left(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole >= 172800) return `${Math.floor(whole / 86400)} days`;
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (!parts[0]) parts.shift();
  return parts.map((part, n) => (n ? String(part).padStart(2, "0") : part)).join(":");
}

function refresh() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const words = relative(Date.parse(time.dateTime));
    if (words && time.textContent !== words) time.textContent = words;
  }
}

function tick() {
  for (const time of document.querySelectorAll("time[data-countdown]")) {
    const seconds = (Date.parse(time.dateTime) - now()) / 1000;
    time.textContent = left(seconds);
    if (seconds <= 0) {
      time.removeAttribute("data-countdown");
      time.dispatchEvent(new CustomEvent("ovation:over", { bubbles: true }));
    }
  }
}

export function start() {
  refresh();
  setInterval(refresh, FRESH_MS);
  if (document.querySelector("time[data-countdown]")) {
    tick();
    setInterval(tick, 1000);
  }
}
