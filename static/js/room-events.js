// The room's event stream: opens it, reopens it where it broke off, and hands out each event once, in order.
//
// The browser reconnects by itself with the last number it got. When the server refuses (the ticket in the address
// is good for five minutes), the room is asked for a fresh address and the stream goes on after the same number.

const AGAIN_MS = [1000, 2000, 5000, 10000, 20000];

export function listen(room, types, { onEvent, onLink }) {
  let address = room.dataset.events;
  let last = Number(room.dataset.last);
  let failures = 0;
  let source = null;
  let timer = null;

  function open() {
    timer = null;
    source = new EventSource(at(address, last));
    source.addEventListener("open", () => { failures = 0; onLink("on"); });
    source.addEventListener("error", () => {
      onLink("waiting");
      if (source?.readyState === EventSource.CLOSED) later();
    });
    for (const type of types) source.addEventListener(type, take);
  }

  function take(message) {
    const event = JSON.parse(message.data);
    if (event.number <= last) return;
    last = event.number;
    room.dataset.last = String(last);
    onEvent(event);
  }

  function later() {
    if (timer) return;
    timer = setTimeout(freshAddress, AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]);
    failures += 1;
  }

  async function freshAddress() {
    try {
      const answer = await fetch(room.dataset.again, { headers: { Accept: "application/json" } });
      if (answer.ok) address = (await answer.json()).events_url;
      if (answer.status === 404) { onLink("gone"); return; } // not shown to this person any more
    } catch { /* no network: the old address is tried, and this again */ }
    open();
  }

  window.addEventListener("pagehide", () => { source?.close(); clearTimeout(timer); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) freshAddress(); });
  open();
}

function at(address, last) {
  const url = new URL(address, location.href);
  url.searchParams.set("after", String(last));
  return url;
}
