// When a step does not get through (no network, a fault), say so and keep what was entered.
"use strict";
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    const notice = document.querySelector("[data-not-through]");
    if (notice) {
      notice.hidden = false;
      notice.scrollIntoView({ block: "nearest" });
    }
  });
}
