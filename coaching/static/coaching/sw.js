/* The service worker: shows a message that was pushed, and opens what it is about. A message says nothing
   about anybody's health; it brings {"title", "body", "url", "tag"}. */
"use strict";

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
    icon: "/static/coaching/icon.svg",
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

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? HOME.href));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
