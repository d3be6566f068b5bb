/* "Tell me on this device": asks for permission only after the tap, and says what came of it. */
(() => {
  "use strict";

  const box = document.getElementById("push");
  if (!box) return;
  const button = box.querySelector("[data-push-ask]");
  const said = box.querySelector("[data-push-said]");

  function say(what, { offer }) {
    said.textContent = what ? box.dataset[what] : "";
    button.hidden = !offer;
  }

  function token() {
    return document.querySelector("input[name=csrfmiddlewaretoken]").value;
  }

  async function tellSite(subscription) {
    const answer = await fetch(box.dataset.subscribe, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(subscription),
    });
    if (!answer.ok || answer.redirected) throw new Error(`status ${answer.status}`);
  }

  /* One made with another key of the site is given up for a new one. */
  async function subscribed(manager) {
    const options = { userVisibleOnly: true, applicationServerKey: box.dataset.key };
    try {
      return await manager.subscribe(options);
    } catch (fault) {
      const old = fault.name === "InvalidStateError" && (await manager.getSubscription());
      if (!old) throw fault;
      await old.unsubscribe();
      return manager.subscribe(options);
    }
  }

  async function switchOn() {
    button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return say("refused", { offer: true });
      await navigator.serviceWorker.register(box.dataset.worker, { scope: "/" });
      const registration = await navigator.serviceWorker.ready;
      await tellSite(await subscribed(registration.pushManager));
      location.reload(); // the list below has it now
    } catch {
      say("failed", { offer: true });
    } finally {
      button.disabled = false;
    }
  }

  /* The list names each device by a hash of its address: whoever has the address could write to it. */
  async function listed(endpoint) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
    const name = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return document.querySelector(`[data-device="${name}"]`);
  }

  async function begin() {
    const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
    if (!able) return say("unable", { offer: false });
    if (Notification.permission === "denied") return say("refused", { offer: false });
    const registration = await navigator.serviceWorker.getRegistration("/");
    const known = await registration?.pushManager.getSubscription();
    const here = known && Notification.permission === "granted" && (await listed(known.endpoint));
    if (here) here.querySelector("[data-push-here]").hidden = false;
    say(here ? "on" : "", { offer: !here });
  }

  button.addEventListener("click", switchOn);
  begin();
})();
