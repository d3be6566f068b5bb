/* The desk's first page without a reload: clocks that go on between two looks, what was ticked stays ticked,
   who is new is said, and keys to go through the list with one hand. Everything works without it.

   The time left is the site's: each list says how many seconds are left, and from then on this page counts with
   a clock that nobody can set (performance.now). A wrong clock of this machine changes nothing. */
(() => {
  "use strict";

  const words = JSON.parse(document.getElementById("today-words").textContent);
  const spoken = document.getElementById("spoken");
  const keys = document.getElementById("keys");
  const title = document.title;
  const list = () => document.getElementById("today");
  const said = (words, told) => words.replace(/%\((\w+)\)s/g, (_all, name) => told[name]);

  /* --- clocks --------------------------------------------------------------------------------------- */
  const DAY_S = 24 * 60 * 60;
  const CLOSE_S = 15 * 60; // from here on seconds are shown
  let came = new Map(); // what shows a time → when it came

  function inWords(seconds) {
    const minutes = Math.floor(seconds / 60);
    if (minutes < 1) return words.short;
    if (minutes < 60) return said(words.minutes, { n: minutes });
    const rest = minutes % 60;
    const hours = said(words.hours, { n: Math.floor(minutes / 60) });
    return rest ? `${hours} ${said(words.minutes, { n: rest })}` : hours;
  }

  function counted(seconds) {
    return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  }

  function setClocks() {
    const now = performance.now();
    const before = came;
    came = new Map();
    for (const shown of document.querySelectorAll("#today [data-left], #today [data-waited]")) {
      came.set(shown, before.get(shown) ?? now);
    }
  }

  function write(shown, text) {
    if (shown.textContent !== text) shown.textContent = text;
  }

  function tick() {
    const now = performance.now();
    for (const [shown, since] of came) {
      const gone = (now - since) / 1000;
      const waited = Number(shown.dataset.waited) + gone;
      const left = Number(shown.dataset.left) - gone;
      if (shown.dataset.waited) {
        if (waited < DAY_S) write(shown, inWords(waited));
      } else if (left <= 0) {
        ranOut(shown);
      } else if (left < DAY_S) {
        write(shown, left < CLOSE_S ? counted(left) : inWords(left));
      }
    }
  }

  function ranOut(shown) {
    const chip = shown.closest("[data-clock]");
    came.delete(shown);
    if (!chip) return;
    chip.textContent = words.overdue;
    chip.classList.add("chip-late");
    lookAgain();
  }

  function lookAgain() {
    if (list()) htmx.trigger(list(), "again");
  }

  /* --- who is new -------------------------------------------------------------------------------------- */
  let waitingBefore = null;

  function whoWaits() {
    return new Map([...document.querySelectorAll("#today [data-waits]")].map((row) => [row.id, row.dataset.waits]));
  }

  function tellWhoIsNew(isNewChoice) {
    const waiting = whoWaits();
    document.title = waiting.size ? `(${waiting.size}) ${title}` : title;
    if (waitingBefore && !isNewChoice) {
      const fresh = [...waiting].filter(([id, who]) => waitingBefore.get(id) !== who).map(([, who]) => who);
      if (fresh.length) say([...fresh.map((who) => said(words.new, { who })), said(words.waiting, { n: waiting.size })].join(" "));
    }
    waitingBefore = waiting;
  }

  function say(text) {
    spoken.textContent = text;
  }

  /* --- ticks --------------------------------------------------------------------------------------------- */
  let ticked = new Set();

  function countTicked() {
    const count = document.querySelectorAll("#today input[name=ticked]:checked").length;
    const shown = document.getElementById("ticked-count");
    if (shown) shown.textContent = count ? ` (${count})` : "";
  }

  function keepTicked() {
    ticked = new Set([...document.querySelectorAll("#today input[name=ticked]:checked")].map((box) => box.value));
  }

  /* The value has the level in it: what became more urgent meanwhile is not ticked any more. */
  function tickAgain() {
    for (const box of document.querySelectorAll("#today input[name=ticked]")) {
      if (ticked.has(box.value)) box.checked = true;
    }
    countTicked();
  }

  /* --- keys ------------------------------------------------------------------------------------------------ */
  const OFF = "niggle-keys-off";
  let acknowledged = null; // the row that a key has just acknowledged; from it one goes on among those who wait

  const rows = () => [...document.querySelectorAll("#today .call-row")];
  const here = () => document.activeElement?.closest?.("#today .call-row") ?? null;

  function kept() {
    try {
      return localStorage.getItem(OFF) !== "1";
    } catch {
      return true; // a browser that keeps nothing
    }
  }

  function keep(on) {
    try {
      localStorage.setItem(OFF, on ? "" : "1");
    } catch {
      // it holds until the page is left
    }
  }

  function go(step) {
    const all = rows();
    const now = here();
    let next = all[0];
    if (now && now.id === acknowledged && step > 0) next = all.find((row) => "waits" in row.dataset) ?? now;
    else if (now) next = all[Math.min(Math.max(all.indexOf(now) + step, 0), all.length - 1)];
    acknowledged = null;
    if (!next) return;
    next.querySelector(".call-who").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function press(selector) {
    const found = here()?.querySelector(selector);
    if (!found) return;
    if (selector.startsWith("[id^=ack]")) acknowledged = here().id;
    found.click();
  }

  const DOES = {
    j: () => go(1),
    k: () => go(-1),
    a: () => press("[id^=ack]"),
    x: () => press("input[name=ticked]"),
    "?": () => keys.showModal(),
  };

  function isTyping(target) {
    return target.closest?.("select, textarea, [contenteditable], dialog, input:not([type=checkbox])") !== null;
  }

  document.addEventListener("keydown", (event) => {
    const act = DOES[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.key === "a") return;
    if (isTyping(event.target) || keys.open) return;
    if (!document.getElementById("keys-on").checked && event.key !== "?") return;
    event.preventDefault();
    act();
  });

  function beginKeys() {
    const open = document.getElementById("keys-open");
    const on = document.getElementById("keys-on");
    open.hidden = false;
    open.addEventListener("click", () => keys.showModal());
    on.checked = kept();
    on.addEventListener("change", () => keep(on.checked));
  }

  /* --- the list comes anew --------------------------------------------------------------------------------- */
  const isList = (event) => event.detail.target?.id === "today";
  const isRow = (event) => event.detail.target?.id?.startsWith("escalation-");
  let byChoice = false;

  function setLive(live) {
    document.getElementById("not-live").hidden = live;
  }

  document.addEventListener("change", (event) => {
    if (event.target.name === "ticked") countTicked();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isList(event)) byChoice = event.detail.elt.id !== "today";
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isList(event)) return;
    keepTicked();
    if (event.detail.xhr.status === 200) setLive(true);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (isList(event) || isRow(event)) setClocks();
    if (isList(event)) {
      tickAgain();
      tellWhoIsNew(byChoice);
    } else if (isRow(event)) {
      const row = document.getElementById(event.detail.target.id);
      const who = row?.querySelector(".call-who")?.textContent ?? "";
      say(row && "waits" in row.dataset ? words.raised : said(words.seen, { who }));
      waitingBefore = whoWaits();
    }
  });
  for (const fault of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(fault, (event) => isList(event) && setLive(false));
  }
  /* Whoever comes back to the page sees what is so now, not what was so when they left. */
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && lookAgain());

  beginKeys();
  setClocks();
  countTicked();
  tellWhoIsNew(true);
  setInterval(tick, 1000);
})();
