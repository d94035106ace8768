// Sheets are <dialog>s: data-sheet="id" opens one, data-close or a press outside closes it. The browser keeps
// the focus inside and gives it back. A sheet with data-open opens with the page.

export function open(sheet) {
  if (sheet && !sheet.open) sheet.showModal();
}

export function start() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-sheet]");
    if (opener) return open(document.getElementById(opener.dataset.sheet));
    const closer = event.target.closest("dialog [data-close]");
    if (closer) return closer.closest("dialog").close();
    if (event.target.matches("dialog.sheet")) return closeOutside(event);
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  for (const sheet of document.querySelectorAll("dialog.sheet[data-open]")) open(sheet);
}

function closeOutside(event) {
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right
    && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
}
