/* The service worker: what is shown where there is no network, and messages that were pushed.

   The site puts `self.NIGGLE` above this: the version of all files, their addresses, and where the pages are. A person's
   pages are kept in a cache of that person's name; whoever else is seen, or nobody, and they are gone. What is posted
   is never kept, nor is a page of the interview, which has answers in it. docs/offline.md tells all of it. */
"use strict";

const { version, files, outbox, icon, home, report, interview, away, patience } = self.NIGGLE;
importScripts(outbox);

const FILES = `files-${version}`, PAGES = "pages-";
const KEPT = [/^\/me\/$/, /^\/me\/(reports|episodes)\/[^/]+\/$/, /^\/me\/episodes\/[^/]+\/return\/$/, /^\/me\/history\/$/];
const MOST_KEPT = 40; // pages
const FRESH_MS = 5 * 60 * 1000; // the interview is fetched anew when it is older
const AWAY = [502, 503, 504]; // the site is not there, though something answers for it
const HASHED = /\.[0-9a-f]{12}\.\w+$/; // such a file never changes

let wipes = 0; // how often pages were let go: what was under way then is not kept any more

// --- Files ----------------------------------------------------------------------------------------

async function install() {
  const cache = await caches.open(FILES);
  await cache.addAll([...files, away].map((address) => new Request(address, { cache: "reload" })));
  await self.skipWaiting();
}

/* A new release takes over. The files of the one before stay: pages that were kept with them still ask for those. */
async function activate() {
  const others = (await caches.keys()).filter((name) => name.startsWith("files-") && name !== FILES);
  const before = others.pop();
  await Promise.all(others.map((name) => caches.delete(name)));
  const pages = await keptPages();
  for (const address of (await pages?.keys()) ?? []) {
    const kept = await pages.match(address);
    if (![FILES, before].includes(kept.headers.get("X-Kept-With"))) await pages.delete(address);
  }
  await self.clients.claim();
}

async function file(event) {
  const cache = await caches.open(FILES);
  const kept = await caches.match(event.request, { ignoreVary: true });
  if (kept && HASHED.test(new URL(event.request.url).pathname)) return kept;
  try {
    const fresh = await fetch(event.request);
    if (fresh.status === 200 && fresh.type === "basic") {
      const copy = fresh.clone();
      event.waitUntil(cache.put(event.request, copy));
    }
    return fresh;
  } catch (fault) {
    if (kept) return kept;
    throw fault;
  }
}

// --- Pages ----------------------------------------------------------------------------------------

/* The pages that are kept, whosever they are; null where there are none. Only one person's are ever there. */
async function keptPages() {
  const name = (await caches.keys()).find((one) => one.startsWith(PAGES));
  return name ? caches.open(name) : null;
}

/* Let go of all pages but those of `person`. */
async function leaveOnly(person) {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith(PAGES) && name !== PAGES + person);
  if (others.length) wipes += 1;
  await Promise.all(others.map((name) => caches.delete(name)));
}

/* Keep a copy of a page that came from the site, and take note of whose it is. `since`: the wipes when it was asked for. */
async function keep(address, answer, since) {
  const html = await answer.text();
  const [, person] = /<html[^>]* data-person="([^"]*)"/.exec(html) ?? [];
  if (person === undefined) return; // a page that does not know who looks, such as one about a fault
  if (since !== wipes) return;
  await leaveOnly(person);
  const { pathname } = new URL(address);
  if (!person || !pathname.startsWith(home)) return;
  const now = wipes;
  const cache = await caches.open(PAGES + person);
  if (pathname === interview || KEPT.some((kept) => kept.test(pathname))) {
    const headers = new Headers(answer.headers);
    headers.delete("Content-Encoding");
    headers.delete("Content-Length");
    headers.set("X-Kept-At", String(Date.now()));
    headers.set("X-Kept-With", FILES);
    await cache.put(address, new Response(html, { headers }));
    if (now !== wipes) { // somebody logged out in between: not a page of theirs comes back
      await caches.delete(PAGES + person);
      return;
    }
    for (const old of (await cache.keys()).slice(0, -MOST_KEPT)) await cache.delete(old);
  }
  if (pathname !== interview) await renewInterview(cache, html, since);
}

const languageOf = (html) => /<html[^>]* lang="([^"]*)"/.exec(html)?.[1];

/* The interview is kept whole before anybody needs it, in the language that the person reads now. */
async function renewInterview(cache, html, since) {
  const kept = await cache.match(interview);
  const age = Date.now() - Number(kept?.headers.get("X-Kept-At") ?? 0);
  const isOfToday = age < FRESH_MS && kept.headers.get("X-Kept-With") === FILES;
  if (isOfToday && languageOf(await kept.text()) === languageOf(html)) return;
  const answer = await fetch(interview, { credentials: "same-origin", redirect: "manual" });
  if (answer.status === 200) await keep(new URL(interview, location.origin).href, answer, since);
}

/* The first page of all came before there was a worker to see it. */
async function keepHome() {
  const since = wipes;
  const answer = await fetch(home, { credentials: "same-origin", redirect: "manual" });
  if (answer.status === 200) await keep(new URL(home, location.origin).href, answer, since);
}

/* A kept page says since when it is kept; the page itself puts that into words. */
async function fromKept(address) {
  const kept = await (await keptPages())?.match(address);
  if (!kept) return null;
  const html = (await kept.text()).replace("<html ", `<html data-kept-at="${kept.headers.get("X-Kept-At")}" `);
  return new Response(html, { headers: kept.headers });
}

/* What stands in for a page that does not come. */
async function instead(url) {
  const pages = await keptPages();
  if (!pages) return null;
  if (url.pathname === "/" && (await pages.match(home))) return Response.redirect(home);
  if (url.pathname.startsWith(report) && (await pages.match(interview))) return Response.redirect(interview);
  return fromKept(url.href);
}

async function nowhere() {
  const cache = await caches.open(FILES);
  return (await cache.match(away)) ?? Response.error();
}

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms, null));

/* The site first; when it is silent for some seconds, what was kept. */
async function page(event) {
  const url = new URL(event.request.url), since = wipes;
  const asked = fetch(event.request).then((answer) => {
    const isPage = answer.status === 200 && (answer.headers.get("Content-Type") ?? "").startsWith("text/html");
    if (isPage) event.waitUntil(keep(url.href, answer.clone(), since).catch(() => undefined)); // a full disk stops no page
    return answer;
  }, () => null);
  event.waitUntil(asked);
  if (url.pathname === interview) {
    const kept = await fromKept(url.href);
    if (kept) return kept; // it needs nothing from the site
  }
  const quick = await Promise.race([asked, later(patience)]);
  if (quick && !AWAY.includes(quick.status)) return quick;
  return (await instead(url)) ?? quick ?? (await asked) ?? nowhere();
}

/* A step of the interview that does not reach the site: the page without a network goes on from it. Nothing is kept here;
   the page that posted has kept it. */
async function step(request) {
  const answer = await fetch(request).catch(() => null);
  if (answer && answer.status !== 502 && answer.status !== 504) return answer;
  const isKept = await (await keptPages())?.match(interview);
  return isKept ? Response.redirect(interview, 303) : (answer ?? nowhere());
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  const isPage = request.mode === "navigate";
  if (request.method === "POST" && isPage && url.pathname.startsWith(report)) event.respondWith(step(request));
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(event));
  else if (isPage && (url.pathname === "/" || url.pathname.startsWith(home))) event.respondWith(page(event));
});

self.addEventListener("message", (event) => {
  if (event.data === "keep-home") event.waitUntil(keepHome().catch(() => undefined));
});

/* Where the browser has Background Sync, reports go out with no page open. A promise that fails is tried again. */
self.addEventListener("sync", (event) => {
  if (event.tag !== "outbox") return;
  event.waitUntil(self.niggleOutbox.flush().then((left) => {
    if (left) throw new Error("not yet");
  }));
});

// --- Messages -------------------------------------------------------------------------------------
/* A message says nothing about anybody's health; it brings {"title", "body", "url", "tag"}. */

const HOME = new URL("/", self.location.origin);

/* Only ever a page of this site, whatever the message says. */
function ownPage(path) {
  try {
    const page = new URL(path || "/", HOME);
    return page.origin === HOME.origin ? page : HOME;
  } catch {
    return HOME;
  }
}

function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
}

/* A browser takes the right to push away from a site that is pushed to and shows nothing. */
async function show(message) {
  await self.registration.showNotification(message.title || "Niggle", {
    body: message.body || "",
    tag: message.tag || undefined,
    renotify: Boolean(message.tag),
    icon,
    data: { url: ownPage(message.url).href },
  });
}

async function open(url) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((client) => client.url === url);
  if (there) return there.focus();
  return self.clients.openWindow(url);
}

/* The push service gave the browser another address: tell the site, or its messages go nowhere. */
async function renew(event) {
  const answer = await fetch("/push/key/", { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return; // logged out: the person switches it on again
  const { public_key: applicationServerKey, csrf_token: token } = await answer.json();
  const fresh =
    event.newSubscription ??
    (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
  const tell = (path, body) =>
    fetch(path, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(body),
    });
  await tell("/push/subscribe/", fresh);
  if (event.oldSubscription) await tell("/push/unsubscribe/", { endpoint: event.oldSubscription.endpoint });
}

self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? HOME.href));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
