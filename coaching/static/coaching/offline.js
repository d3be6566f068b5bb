/* On every page: whose pages this phone keeps, what waits on it, and what was sent. The words stand in the page
   (offline/status.html); what is sent, and how, in outbox.js. */
"use strict";

(() => {
  const outbox = self.niggleOutbox;
  const root = document.documentElement;
  const { person, keptAt } = root.dataset; // person: "" is nobody, undefined is a page that does not know
  const LEAVING = "niggle-leaving";
  const AGAIN_MS = 30_000; // while something waits and the page is looked at
  const TOLD_MS = 12 * 3600 * 1000; // so long a page says that a report was sent
  const onPhone = location.pathname.startsWith("/me/");

  // --- Whose phone it is --------------------------------------------------------------------------

  async function leaveOnlyPagesOf(someone) {
    if (!("caches" in window)) return; // no pages are kept without HTTPS
    for (const name of await caches.keys()) {
      if (name.startsWith("pages-") && name !== `pages-${someone}`) await caches.delete(name);
    }
  }

  async function settleWhoseItIs() {
    if (person === undefined) return;
    await leaveOnlyPagesOf(person);
    if (!person) sessionStorage.removeItem(PENDING);
    if (person) {
      localStorage.removeItem(LEAVING); // still here
      await outbox.leaveOnly(person);
    } else if (localStorage.getItem(LEAVING)) {
      await outbox.wipe();
      sessionStorage.clear();
      localStorage.removeItem(LEAVING);
    }
  }

  /* Before a log-out what waits is sent. What cannot be sent would be gone, so the person is asked first. */
  function askBeforeLeaving() {
    const form = document.querySelector("form[action$='/logout/']");
    const unsent = document.querySelector("[data-unsent]");
    if (!form || !unsent) return;
    form.addEventListener("submit", async (event) => {
      if (localStorage.getItem(LEAVING)) return;
      event.preventDefault();
      await outbox.flush();
      if ((await outbox.waitingOf(person)).length && unsent.hidden) {
        unsent.hidden = false;
        unsent.focus();
        return;
      }
      localStorage.setItem(LEAVING, "1");
      form.submit();
    });
  }

  // --- What is said -------------------------------------------------------------------------------

  const place = document.getElementById("network");
  const words = document.getElementById("network-words")?.content;
  let unsaved = false, again = 0, shown = "";

  function clock(ms) {
    const moment = new Date(ms);
    const isToday = moment.toDateString() === new Date().toDateString();
    const form = { ...(isToday ? {} : { weekday: "long" }), hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    return new Intl.DateTimeFormat(root.lang, form).format(moment);
  }

  /* One of the sentences, with its gaps filled; `act` are what its buttons do. */
  function line(name, { fill = {}, links = {}, act = {} } = {}) {
    const said = words.querySelector(`[data-say="${name}"]`).cloneNode(true);
    for (const [gap, text] of Object.entries(fill)) said.querySelector(`[data-fill="${gap}"]`).textContent = text;
    for (const [link, url] of Object.entries(links)) said.querySelector(`[data-link="${link}"]`).href = url;
    for (const [button, does] of Object.entries(act)) said.querySelector(`[data-act="${button}"]`).addEventListener("click", does);
    return said;
  }

  /* What is being sent at this moment waits for nothing, and nothing is said of it. */
  function linesOfWaiting(reports) {
    const lines = [];
    const waiting = reports.filter(({ state, waits_for }) => state === "waiting" && waits_for);
    const isOver = waiting.some(({ waits_for }) => waits_for === "log-in");
    const danger = waiting.find(({ is_danger }) => is_danger);
    if (danger) {
      const call = { fill: { call: danger.call }, links: { call: `tel:${danger.call.replaceAll(/[^+0-9]/g, "")}` } };
      lines.push(isOver ? line("danger-log-in", call) : line("danger", { ...call, act: { now: flush } }));
    } else if (isOver) lines.push(line("log-in"));
    else if (waiting.length === 1) lines.push(line("waits", { act: { now: flush } }));
    else if (waiting.length) lines.push(line("wait", { fill: { count: waiting.length }, act: { now: flush } }));
    for (const report of reports.filter(({ state }) => state === "conflict")) {
      lines.push(line("conflict", { links: { sent: report.url }, act: { again: () => sendAsNew(report), away: () => throwAway(report) } }));
    }
    for (const report of reports.filter(({ state }) => state === "refused")) {
      lines.push(line("refused", { act: { away: () => throwAway(report) } }));
    }
    for (const report of reports.filter(({ state }) => state === "not_kept")) {
      lines.push(line("not_kept", { act: { retry: () => sendAsNew(report), away: () => throwAway(report) } }));
    }
    return lines;
  }

  async function sayWhatWaits() {
    if (!place || !words || !person) return;
    const lines = [];
    const needsNoSite = document.querySelector("#interview[data-offline]");
    if (keptAt && !needsNoSite) lines.push(line("kept", { fill: { when: clock(Number(keptAt)) } }));
    if (unsaved) lines.push(line("unsaved"));
    lines.push(...linesOfWaiting(await outbox.waitingOf(person)));
    const sent = await outbox.get("notes", "sent");
    if (sent?.person === person && Date.now() - sent.at < TOLD_MS) {
      if (location.pathname === sent.url) await outbox.remove("notes", "sent");
      else lines.push(line("sent", { fill: { when: clock(sent.at) }, links: { sent: sent.url }, act: { hide: hideSent } }));
    }
    if (!document.getElementById("interview") && (await hasDraft())) lines.push(line("draft"));
    const text = lines.map((said) => said.outerHTML).join("");
    if (text === shown) return; // a screen reader would read it out again
    shown = text;
    place.replaceChildren(...lines);
  }

  /* A draft that the site does not have, or not as far. */
  const hasDraft = async () => (await outbox.all("drafts")).some((draft) => draft.person === person && draft.ahead);

  async function hideSent() {
    await outbox.remove("notes", "sent");
    sayWhatWaits();
  }

  async function throwAway({ client_key }) {
    await outbox.remove("outbox", client_key);
    sayWhatWaits();
  }

  async function sendAsNew(report) {
    await outbox.remove("outbox", report.client_key);
    await outbox.put("outbox", { ...report, client_key: crypto.randomUUID(), state: "waiting" });
    await flush();
  }

  // --- Sending ------------------------------------------------------------------------------------

  async function flush() {
    await outbox.flush(); // says what changed
    await tryAgain();
  }

  /* Not every browser says when the network is back. */
  async function tryAgain() {
    const left = (await outbox.waitingOf(person)).some(({ state }) => state === "waiting");
    clearTimeout(again);
    if (!left) return;
    again = setTimeout(() => document.hidden || flush(), AGAIN_MS);
  }

  // --- Without a network, nothing that was typed is lost ------------------------------------------

  function watchForms() {
    document.addEventListener("htmx:sendError", (event) => {
      if (event.target.closest("#interview")) return; // the interview goes on by itself
      if (event.detail.requestConfig?.verb === "get") return;
      unsaved = true;
      sayWhatWaits();
    });
    if (!keptAt) return;
    document.addEventListener("submit", (event) => {
      if (event.defaultPrevented || event.target.closest("[data-offline]")) return;
      event.preventDefault(); // the browser would leave the page for its own words about the network
      unsaved = true;
      sayWhatWaits();
      place?.scrollIntoView({ block: "nearest" });
    });
  }

  // --- The interview of the site: what it has told so far goes on without it ----------------------

  const PENDING = "niggle-pending"; // in this tab only: the answer that is on its way
  const INTERVIEW = "/me/offline/";
  const interview = () => document.querySelector("#interview:not([data-offline])");

  /* The site has all of it: the phone keeps a copy, unless it is further itself. */
  async function keepDraft() {
    const block = document.getElementById("draft");
    if (!block || !onPhone) return;
    sessionStorage.removeItem(PENDING);
    const draft = JSON.parse(block.textContent);
    const kept = await outbox.get("drafts", draft.athlete);
    const isFurther = kept?.ahead && kept.person === person && (kept.client_key !== draft.client_key || kept.path.length > draft.path.length);
    if (!isFurther) await outbox.put("drafts", { note: "", ...draft, person, ahead: false });
  }

  function keepAnswer(event) {
    const form = event.target, { action } = form.attributes;
    if (!onPhone || !action || !interview()?.contains(form)) return;
    const entries = [...new FormData(form, event.submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
    const { athlete } = JSON.parse(document.getElementById("draft")?.textContent ?? "{}");
    const isBack = entries.some(([name, value]) => name === "action" && value === "back");
    if (!athlete || isBack) return;
    const is_send = action.value.endsWith("/send/"), is_discard = action.value.endsWith("/discard/");
    sessionStorage.setItem(PENDING, JSON.stringify({ athlete, entries, is_send, is_discard }));
  }

  /* It did not get through: the interview goes on from this very answer, without the site. */
  async function goOnWithout() {
    if (interview() && onPhone && (await window.caches?.match(INTERVIEW))) location.assign(INTERVIEW);
  }

  /* Sent, or thrown away: the copy goes too. */
  async function forgetSent() {
    const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null");
    const isOver = (pending && document.querySelector("[data-not-kept]")) || pending?.is_discard || (pending?.is_send && location.pathname.startsWith("/me/reports/"));
    if (!isOver || keptAt || document.getElementById("interview")) return;
    sessionStorage.removeItem(PENDING);
    await outbox.remove("drafts", pending.athlete);
  }

  async function startWorker() {
    const workers = navigator.serviceWorker;
    if (!workers) return;
    await workers.register("/sw.js", { scope: "/" });
    const { active } = await workers.ready;
    const isKept = (await caches.match("/me/")) && (await caches.match(INTERVIEW));
    if (!isKept) active.postMessage("keep-home"); // this page came before there was a worker to see it
  }

  async function begin() {
    askBeforeLeaving();
    watchForms();
    document.addEventListener("submit", keepAnswer, true);
    document.addEventListener("htmx:afterSettle", keepDraft);
    document.addEventListener("htmx:sendError", goOnWithout);
    document.addEventListener("htmx:timeout", goOnWithout);
    await settleWhoseItIs();
    if (!person) return;
    await forgetSent();
    await keepDraft();
    await sayWhatWaits();
    addEventListener(outbox.CHANGED, async () => {
      await sayWhatWaits();
      await tryAgain();
    });
    addEventListener("online", flush);
    addEventListener("pageshow", (event) => event.persisted && flush());
    document.addEventListener("visibilitychange", () => document.hidden || flush());
    if (onPhone) startWorker().catch(() => undefined); // not allowed here: pages are not kept, reports are
    await flush();
    if ((await outbox.waitingOf(person)).length) await outbox.askForSync();
  }

  // No storage, as in some private windows: the site works without. Any other fault is to be seen.
  if ("indexedDB" in window) outbox.isThere().then((isThere) => isThere && begin());
})();
