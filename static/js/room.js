// The room: its events, its chat, its picture. The gift panel brings its own module (gift-panel.js).

import * as chat from "./room-chat.js";
import * as feed from "./room-feed.js";
import * as likes from "./room-likes.js";
import * as video from "./room-video.js";

document.documentElement.dataset.js = "yes";

const room = document.querySelector("[data-room]");
video.start(room);
chat.start(room);
feed.start(room, likes.start());

for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm("End this room for everybody?")) event.preventDefault();
  });
}
