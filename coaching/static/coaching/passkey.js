/* Passkeys: makes one for this device, or logs in with it. Each form says by data-passkey what it wants, and brings its
   own words. Where the browser cannot, the form says so or stays hidden, and the password is there. */
(() => {
  "use strict";

  // A passkey belongs to a name; browsers make none for a bare address such as 127.0.0.1.
  const byAddress = /^[\d.]+$|^\[/.test(location.hostname);
  const able = Boolean(window.PublicKeyCredential && window.webauthnJSON && !byAddress);

  async function make() {
    const options = JSON.parse(document.getElementById("passkey-options").textContent).creation_options;
    const wanted = (options.publicKey.authenticatorSelection ??= {});
    wanted.residentKey = "required";
    wanted.requireResidentKey = true;
    wanted.userVerification = "required";
    return window.webauthnJSON.create(options);
  }

  async function use(form) {
    const given = document.getElementById("passkey-options"); // who it is to be is known already
    if (given) return window.webauthnJSON.get(JSON.parse(given.textContent).request_options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    return window.webauthnJSON.get((await answer.json()).request_options);
  }

  function say(form, words) {
    const place = form.querySelector("[data-passkey-said]");
    place.textContent = words;
    place.hidden = !words;
  }

  async function send(form) {
    const field = form.elements.namedItem("credential");
    say(form, "");
    try {
      field.value = JSON.stringify(await (form.dataset.passkey === "make" ? make() : use(form)));
    } catch (fault) {
      // The person said no, or took too long: nothing to say but that it can be tried again.
      say(form, fault.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed);
      return;
    }
    form.submit();
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!able) {
      say(form, form.dataset.unable ?? "");
      continue;
    }
    say(form, "");
    form.hidden = false;
    for (const button of form.querySelectorAll("[data-passkey-go]")) button.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }
})();
