// A mail's link carries its token behind the #: post it, and take it out of the address bar and the history.

const form = document.querySelector("[data-guardian-form]");
const token = decodeURIComponent(location.hash.slice(1));
if (form && token) {
  history.replaceState(null, "", location.pathname);
  form.querySelector("[data-guardian-token]").value = token;
  form.requestSubmit();
}
