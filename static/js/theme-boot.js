// Before the first paint: the theme the person chose, else the page's own (rooms are dark), else the device's.
(function () {
  const root = document.documentElement;
  const own = root.dataset.themeDefault;
  let chosen = "";
  try { chosen = localStorage.getItem("theme") || ""; } catch { /* storage is off: the page's own theme */ }
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  else if (own) root.dataset.theme = own;
})();
