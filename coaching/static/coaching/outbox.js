/* What waits on this phone: reports that were told without a network, the draft of one, and a word on what was sent.

   For pages and for the service worker alike, so that a report goes out with or without Background Sync. A report is
   sent under its client key: sent twice it is one. Nothing of another person's is ever sent or shown. */
"use strict";

self.niggleOutbox = (() => {
  const KEY = "/me/offline/key/", SEND = "/me/offline/reports/";
  const STORES = { drafts: "athlete", outbox: "client_key", notes: "name" };
  const PATIENCE_MS = 20_000;
  const DAYS_30_MS = 30 * 24 * 3600 * 1000; // so long a report of somebody else may wait for them
  const CHANGED = "niggle-outbox";
  const channel = "BroadcastChannel" in self ? new BroadcastChannel(CHANGED) : null;

  // --- The store ----------------------------------------------------------------------------------

  function open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open("niggle", 1);
      asked.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(STORES)) asked.result.createObjectStore(name, { keyPath });
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  const isThere = () => open().then((database) => (database.close(), true), () => false);

  /* One transaction; resolves when it is on the disk. */
  async function within(names, mode, work) {
    const database = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(names, mode);
        const asked = work((name) => transaction.objectStore(name));
        transaction.oncomplete = () => resolve(asked?.result);
        transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  }

  const all = (name) => within([name], "readonly", (store) => store(name).getAll());
  const get = (name, key) => within([name], "readonly", (store) => store(name).get(key));
  const put = (name, record) => within([name], "readwrite", (store) => store(name).put(record));
  const remove = (name, key) => within([name], "readwrite", (store) => store(name).delete(key));

  /* The draft becomes a report that waits, in one step: it is never both, and never neither. */
  async function finish(report) {
    await within(["drafts", "outbox"], "readwrite", (store) => {
      store("outbox").put({ ...report, state: "waiting" });
      store("drafts").delete(report.athlete);
    });
    tell();
    await askForSync();
  }

  /* Only some browsers have it: with it, a report goes out when no page is open. */
  async function askForSync() {
    const registration = await navigator.serviceWorker?.getRegistration("/");
    await registration?.sync?.register("outbox").catch(() => undefined); // not allowed here: the pages do it
  }

  /* Nothing is left of anybody: for the log-out. */
  async function wipe() {
    await within(Object.keys(STORES), "readwrite", (store) => {
      for (const name of Object.keys(STORES)) store(name).clear();
    });
    tell();
  }

  /* Somebody else is here now: what was begun goes, what was finished waits a while for who told it. */
  async function leaveOnly(person) {
    for (const [name, keyPath] of Object.entries(STORES)) {
      for (const record of await all(name)) {
        const mayWait = name === "outbox" && Date.now() - record.told_at < DAYS_30_MS;
        if (record.person !== person && !mayWait) await remove(name, record[keyPath]);
      }
    }
  }

  const waitingOf = async (person) => (await all("outbox")).filter((report) => report.person === person);

  // --- Sending ------------------------------------------------------------------------------------

  /* Here, and on every other page and in the service worker. */
  function tell() {
    self.dispatchEvent(new Event(CHANGED));
    channel?.postMessage("");
  }

  function ask(address, options = {}) {
    const until = AbortSignal.timeout(PATIENCE_MS);
    return fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "manual", signal: until, ...options });
  }

  /* Whose log-in this is and what a form would carry; null for nobody's. Throws without a network. */
  async function key() {
    const answer = await ask(KEY);
    if (answer.type === "opaqueredirect") return null; // to the log-in
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return answer.json();
  }

  /* What became of it: sent, conflict, refused, not_kept (nobody agreed to that), or waiting for "network" or "log-in". */
  async function send(report, token) {
    const { athlete, client_key, answers, skipped, note, told_at } = report;
    const seconds_ago = (Date.now() - told_at) / 1000;
    const body = JSON.stringify({ athlete, client_key, answers, skipped, note, seconds_ago });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const answer = await ask(SEND, { method: "POST", headers, body });
    if (answer.type === "opaqueredirect") return { state: "waiting", waits_for: "log-in" };
    if (answer.status === 409) return { state: "conflict", url: (await answer.json()).url };
    if (answer.status === 403 && (await answer.json()).state === "not_kept") return { state: "not_kept" };
    if (answer.status === 400 || answer.status === 404) return { state: "refused" };
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return { state: "sent", url: (await answer.json()).url };
  }

  async function sendOne(report, found) {
    if (!found) return note(report, { state: "waiting", waits_for: "log-in" });
    if (found.person !== report.person) return null; // of who used this phone before
    const told = await send(report, found.csrf_token);
    if (told.state !== "sent") return note(report, told);
    return whileThere(report, ["outbox", "notes"], (store) => {
      const { person, client_key } = report;
      store("notes").put({ name: "sent", person, client_key, at: Date.now(), url: told.url });
      store("outbox").delete(client_key);
    });
  }

  /* While it was on its way somebody may have logged out, here or in another tab: what was wiped stays away. */
  const whileThere = ({ client_key }, names, work) =>
    within(names, "readwrite", (store) => {
      const asked = store("outbox").get(client_key);
      asked.onsuccess = () => asked.result && work(store);
    });

  const note = (report, more) =>
    whileThere(report, ["outbox"], (store) => store("outbox").put({ ...report, waits_for: undefined, ...more }));

  async function flushAlone() {
    const waiting = (await all("outbox")).filter(({ state }) => state === "waiting");
    if (!waiting.length) return 0;
    waiting.sort((one, other) => one.told_at - other.told_at);
    const left = [...waiting];
    try {
      const found = await key();
      for (; left.length; left.shift()) await sendOne(left[0], found);
    } catch {
      for (const report of left) await note(report, { waits_for: "network" }); // or the site is away: the next time
    }
    tell();
    return left.length;
  }

  /* Sends what waits; gives how many may go out when there is a network again. One at a time on this phone. */
  async function flush() {
    if (!navigator.locks) return flushAlone();
    return navigator.locks.request("niggle-outbox", { ifAvailable: true }, (free) => (free ? flushAlone() : 0));
  }

  if (channel) channel.onmessage = () => self.dispatchEvent(new Event(CHANGED));

  return { CHANGED, isThere, all, get, put, remove, finish, wipe, leaveOnly, waitingOf, askForSync, flush };
})();
