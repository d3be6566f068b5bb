/* The desk without a reload: times as this device shows them, the button that copies a link, and this device's
   time zone as a first guess for a new athlete. Everything works without it. The first page has today.js besides. */
(() => {
  "use strict";

  function showLocalTimes(root) {
    for (const time of root.querySelectorAll("time[data-local]")) {
      const moment = new Date(time.dateTime);
      const seconds = time.dataset.local === "seconds" ? { second: "2-digit" } : {};
      time.textContent = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false, ...seconds });
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

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("htmx:load", (event) => {
    showLocalTimes(event.detail.elt);
    offerCopying(event.detail.elt);
    guessZone(event.detail.elt);
  });
})();
