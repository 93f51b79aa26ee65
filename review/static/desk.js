// Keys for the desk. Every action works without them: a key only presses what the page shows.
"use strict";

const writing = (element) =>
  element.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(element.tagName);

const openHelp = () => document.getElementById("aide")?.showModal();

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) openHelp();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && writing(event.target)) {
    event.target.blur();
    return;
  }
  if (writing(event.target) || document.querySelector("dialog[open]")) return;
  const key = `[data-key="${CSS.escape(event.key)}"]`; // what the page itself offers comes first
  const wanted = document.querySelector(`main ${key}`) ?? document.querySelector(key);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});

// One decision is one decision, however often the key is pressed.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

// A page taken from the browser's memory may be decided anew.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

document.querySelector('.queue [aria-current="true"]')?.scrollIntoView({ block: "nearest" });

// A place on the page that is folded away opens when somebody is sent there.
const openTarget = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  target.scrollIntoView();
  // Who is already there, quicker with the tab key than the browser, is not sent back to its door.
  if (!target.contains(document.activeElement)) target.focus({ preventScroll: true });
};
window.addEventListener("hashchange", openTarget);
openTarget();

// What somebody is writing is not lost to a wrong click.
let unsaved = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-keep]")) unsaved = true;
});
document.addEventListener("submit", () => {
  unsaved = false;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

// A file too heavy is refused before it travels: the server would only break off.
document.addEventListener("change", ({ target }) => {
  if (target.dataset.heavy) target.setCustomValidity(target.files[0]?.size > 20_000_000 ? target.dataset.heavy : "");
});

// What waits and what is in trouble is told while the page is in sight; only figures change, never
// what somebody is doing. Where no stream can be had, htmx asks now and then.
const counters = document.getElementById("compteurs");
let stream, warnings;
const tell = (event) => {
  const news = JSON.parse(event.data);
  counters.innerHTML = news.counters;
  for (const [view, count] of Object.entries(news.views))
    for (const place of document.querySelectorAll(`[data-count="${view}"]`)) place.textContent = count;
  const warned = [...counters.querySelectorAll(".warn")].map((one) => one.textContent).join(", ");
  if (warnings !== undefined && warned !== warnings) document.getElementById("annonce").textContent = warned;
  warnings = warned;
};
const listen = () => {
  stream?.close();
  stream = undefined;
  if (document.hidden) return; // a browser has six connections for all of its tabs
  stream = new EventSource("/evenements");
  stream.addEventListener("message", tell);
};
if (counters) {
  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pageshow", listen);
  window.addEventListener("pagehide", () => stream?.close());
}
