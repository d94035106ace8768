// Passkeys and security keys. A form with data-passkey="create|get|login" asks the browser for one and sends its answer.

import { ready } from "./forms.js";
import { toast } from "./toast.js";

const BINARY = ["challenge", "id"];

function toBytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function toText(buffer) {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The server's options with bytes where the browser wants bytes: challenges and ids, in `rp` not. */
function parsed(options, name = "") {
  if (Array.isArray(options)) return options.map((one) => parsed(one, name));
  if (options === null || typeof options !== "object") return options;
  const entries = Object.entries(options).map(([key, value]) =>
    [key, typeof value === "string" && BINARY.includes(key) && name !== "rp" ? toBytes(value) : parsed(value, key)]);
  return Object.fromEntries(entries);
}

function written(credential) {
  const response = {};
  for (const key of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[key]) response[key] = toText(credential.response[key]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id, rawId: toText(credential.rawId), type: credential.type, response,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error(`the challenge was refused: ${answer.status}`);
  return (await answer.json()).request_options;
}

async function ask(form, button) {
  const { publicKey } = parsed(await optionsOf(form));
  if (form.dataset.passkey !== "create") return navigator.credentials.get({ publicKey });
  const alone = button.value === "passkey";
  form.elements.passwordless.value = alone ? "on" : "";
  Object.assign(publicKey.authenticatorSelection, alone
    ? { residentKey: "required", requireResidentKey: true, userVerification: "required" }
    : { residentKey: "discouraged", requireResidentKey: false });
  return navigator.credentials.create({ publicKey });
}

function explain(error) {
  if (error.name === "InvalidStateError") return "This key is enrolled already.";
  if (error.name === "NotAllowedError") return "It was cancelled, or took too long. Try again when you are ready.";
  if (error.name === "SecurityError") return "Passkeys need this site's name in the address, not its number.";
  return "Your browser could not use the key. Try again, or use a code.";
}

async function send(event) {
  const form = event.target;
  event.preventDefault();
  const button = event.submitter;
  button.setAttribute("aria-busy", "true");
  try {
    form.elements.credential.value = written(await ask(form, button));
    const trust = document.querySelector("[name=trust][type=checkbox]");
    if (trust && form.elements.trust) form.elements.trust.value = trust.checked ? "on" : "";
    form.submit();
  } catch (error) {
    ready(form);
    button.removeAttribute("aria-busy");
    toast(explain(error), "warn");
  }
}

const isSupported = Boolean(window.PublicKeyCredential && navigator.credentials);
for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !isSupported;
  form.addEventListener("submit", send);
}
for (const words of document.querySelectorAll("[data-passkey-missing]")) words.hidden = isSupported;
for (const or of document.querySelectorAll("[data-passkey-or]")) or.hidden = !isSupported;
