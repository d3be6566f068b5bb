/* The desk without a reload: times as this device shows them, the number waiting in the title, a warning
   when the list can no longer be fetched, the button that copies a link, and this device's time zone as
   a first guess for a new athlete. Everything works without it. */
(() => {
  "use strict";

  const title = document.title;

  function showLocalTimes(root) {
    for (const time of root.querySelectorAll("time[data-local]")) {
      const moment = new Date(time.dateTime);
      time.textContent = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    }
  }

  function offerCopying(root) {
    for (const button of root.querySelectorAll("button[data-copy]")) button.hidden = false;
  }

  function guessZone(root) {
    for (const field of root.querySelectorAll("input[data-own-zone]")) {
      if (!field.value) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
    }
  }

  async function copy(button) {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
    } catch {
      button.textContent = button.dataset.press;
    }
  }

  function countWaiting() {
    const list = document.getElementById("today");
    if (!list) return;
    const waiting = Number(list.dataset.waiting);
    const before = Number(document.body.dataset.waiting ?? waiting);
    document.body.dataset.waiting = waiting;
    document.title = waiting ? `(${waiting}) ${title}` : title;
    if (waiting > before) document.getElementById("spoken").textContent = `${waiting} waiting now.`;
  }

  function isList(event) {
    return event.detail.elt?.id === "today";
  }

  function setLive(live) {
    const warning = document.getElementById("not-live");
    if (warning) warning.hidden = live;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("htmx:load", (event) => {
    showLocalTimes(event.detail.elt);
    offerCopying(event.detail.elt);
    guessZone(event.detail.elt);
    countWaiting();
  });
  for (const fault of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(fault, (event) => isList(event) && setLive(false));
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isList(event) && event.detail.xhr.status === 200) setLive(true);
  });
})();
