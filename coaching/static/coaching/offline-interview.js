/* The interview without the site. The screens stand in the page as the site would show them; which one is next, and what
   the answers mean, danger.js works out. Each answer is kept on the phone at once, and the finished report waits in the
   outbox until there is a network. docs/offline.md tells how it takes over from the interview of the site and hands back. */

const box = document.getElementById("interview");
const { knowledge, known, athlete, person, call, home, sentinel } = JSON.parse(document.getElementById("offline").textContent);
const { screen: judge, waiting } = await import(box.dataset.danger);
const outbox = self.niggleOutbox;
const words = document.getElementById("offline-words").content;
const word = (name) => words.querySelector(`[data-word="${name}"]`).textContent.trim();

const PENDING = "niggle-pending"; // the answer that did not get through to the site; written by interview.js
const UNSURE = "unsure", OWN = "own";
const KM_IN_A_MILE = 1.609344;
const screens = new Map(knowledge.screens.map((entry) => [entry.id, entry]));

let draft;

// --- The draft ------------------------------------------------------------------------------------

const fresh = () => ({
  athlete, person, client_key: crypto.randomUUID(), started_at: new Date().toISOString(),
  answers: {}, skipped: [], path: [], note: "", ahead: false,
});

/* What was begun, without what the knowledge of today does not know: that is asked again. */
function ofToday(kept) {
  const answers = Object.fromEntries(Object.entries(kept.answers).filter(([name]) => name in knowledge.findings));
  const isKnown = (id) => screens.has(id) && document.querySelector(`template[data-for="${id}"]`);
  return { ...fresh(), ...kept, answers, path: kept.path.filter(isKnown), skipped: kept.skipped.filter((id) => screens.has(id)) };
}

const answers = () => ({ ...known, ...draft.answers });

async function keep() {
  draft.ahead = draft.path.length > 0;
  await outbox.put("drafts", draft);
}

/* The findings that the screen at `step` asks: those that no screen before it has asked. */
function askedAt(step, id) {
  const before = new Set(draft.path.slice(0, step).flatMap((earlier) => screens.get(earlier).findings));
  return screens.get(id).findings.filter((name) => !(name in known) && !before.has(name));
}

function record(step, id, read) {
  const asked = askedAt(step, id);
  for (const name of asked) delete draft.answers[name];
  Object.assign(draft.answers, read.values);
  draft.skipped = draft.skipped.filter((one) => one !== id);
  if (read.skipped) draft.skipped.push(id);
  draft.path[step] = id;
}

// --- Reading a screen, as coaching/interview/screens.py does ----------------------------------------

const withPoint = (typed) => typed.trim().replace(/^(\d+),(\d+)$/, "$1.$2"); // 2,5 is how half the world writes 2.5

/* What was posted, by name; a tap that answers two questions is put into the words of both. */
function unfold(entries, part) {
  const posted = {};
  for (const [name, value] of entries) if (value !== "") (posted[name] ??= []).push(value);
  const pair = part.querySelector("[data-together]");
  const [one, other] = posted[pair?.dataset.together]?.[0]?.split(":") ?? [];
  if (other) {
    const [first, second] = pair.dataset.findings.split(" ");
    if (one !== OWN) delete posted[`${first}-${OWN}`];
    posted[first] = [one];
    posted[second] = [other];
  }
  return posted;
}

function readNumber(name, chosen, own, unit) {
  const marked = chosen.filter((value) => value !== OWN).at(-1);
  if (marked !== undefined && !own) return { value: marked === UNSURE ? UNSURE : Number(marked) };
  if (!own) return {};
  if (marked !== undefined && chosen.at(-1) !== OWN) return { error: word("both") };
  const { least, most, whole } = knowledge.findings[name];
  const typed = /^\d+(\.\d+)?$/.test(withPoint(own)) ? Number(withPoint(own)) : NaN;
  const value = unit === "mi" ? Math.round(typed * KM_IN_A_MILE * 10) / 10 : typed;
  if (value >= least && value <= most && !(whole && !Number.isInteger(value))) return { value };
  return { error: word(whole ? "whole" : "number").replace("{least}", least).replace("{most}", most) };
}

function readCodes(chosen, own) {
  if (own && chosen.some((value) => value !== OWN)) return { error: word("both") };
  if (!own) return chosen.length ? { value: chosen[0] === UNSURE ? UNSURE : [chosen[0]] } : {};
  return { value: own.split(/[,;\n]/).map((code) => code.trim().toLowerCase().split(/\s+/).join("_")).filter(Boolean) };
}

/* One question: its {value}, an {error}, or nothing. */
function readField(name, posted) {
  const tapped = posted[`${name}-tap`] ?? [];
  const chosen = tapped.length ? tapped : (posted[name] ?? []);
  const own = (posted[`${name}-${OWN}`] ?? [""])[0].trim();
  const { kind } = knowledge.findings[name];
  if (kind === "number") return readNumber(name, chosen, own, posted[`${name}-unit`]?.[0]);
  if (kind === "codes") return readCodes(chosen, own);
  if (!chosen.length) return {};
  if (kind !== "several_of") return { value: chosen.at(-1) };
  if (!chosen.includes(UNSURE)) return { value: chosen };
  return chosen.length === 1 ? { value: UNSURE } : { error: word("choose") };
}

/* All of a screen: {values, skipped, errors}. Silence is never a "no": only the button below a list says it. */
function readScreen(asked, posted, part) {
  const { rest } = part.querySelector("[data-screen]").dataset;
  const action = posted.action?.at(-1);
  const skipped = action === "cant_say";
  const values = {}, errors = {};
  for (const name of asked) {
    const { value, error } = readField(name, posted);
    if (error) errors[name] = error;
    else if (value !== undefined) values[name] = value;
    else if (rest && action === "none") values[name] = rest;
    else if (!skipped) errors[rest ? "" : name] = word(rest ? "mark" : "choose");
  }
  return { values, skipped, errors };
}

// --- Showing --------------------------------------------------------------------------------------

function copyOf(selector) {
  const copy = document.querySelector(selector).content.cloneNode(true);
  copy.querySelector("[autofocus]")?.removeAttribute("autofocus"); // the heading gets it below, each time
  return copy;
}

function show(part) {
  box.replaceChildren(part);
  scrollTo(0, 0);
  const title = box.querySelector("h1");
  title?.setAttribute("tabindex", "-1");
  title?.focus({ preventScroll: true });
}

/* The words of the verdict in the place that the site's own partial has for them. */
function withWords(part, told) {
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { currentNode } = texts;
    if (currentNode.data.includes(sentinel)) currentNode.data = currentNode.data.replace(sentinel, told);
  }
  return part;
}

const verdict = () => judge(knowledge, answers(), draft.skipped);
const isDanger = ({ disposition }) => Boolean(document.querySelector(`template[data-verdict="${disposition}"]`));

function fillIn(part, asked) {
  const told = draft.answers;
  for (const pair of part.querySelectorAll("[data-together]")) {
    const value = pair.dataset.findings.split(" ").map((name) => [told[name]].flat()).join(":");
    for (const tap of pair.querySelectorAll(`button[value="${CSS.escape(value)}"]`)) tap.setAttribute("aria-pressed", "true");
  }
  for (const name of asked.filter((one) => one in told)) {
    const given = [told[name]].flat().map(String);
    let found = false;
    for (const choice of part.querySelectorAll(`[name="${name}"], [name="${name}-tap"]`)) {
      if (!given.includes(choice.value)) continue;
      found = true;
      if (choice.tagName === "BUTTON") choice.setAttribute("aria-pressed", "true");
      else choice.checked = true;
    }
    const own = part.querySelector(`[name="${name}-${OWN}"]`);
    if (own && !found) own.value = given.join(", ");
  }
}

/* The screen `id` as it stands at `step`, without the questions that were answered on a screen before. */
function screenAt(step, id) {
  const part = copyOf(`template[data-for="${id}"]`);
  const asked = askedAt(step, id);
  const isPair = part.querySelector("[data-together]");
  for (const name of screens.get(id).findings) {
    if (!asked.includes(name) && !isPair) part.querySelector(`[name="${name}"]`)?.closest("fieldset")?.remove();
  }
  return { part, asked };
}

function showStep(step) {
  const next = waiting(knowledge, answers(), draft.skipped);
  const id = draft.path[step] ?? next[0]?.id;
  if (!id) {
    showSend();
    return;
  }
  const page = copyOf("#offline-step");
  const { part, asked } = screenAt(step, id);
  const form = page.querySelector("form");
  const steps = Math.max(draft.path.length + next.length, step + 1);
  page.querySelector("[data-step]").textContent = step + 1;
  page.querySelector("[data-steps]").textContent = steps;
  Object.assign(page.querySelector("progress"), { value: step + 1, max: steps + 1 });
  fillIn(part, asked);
  page.querySelector("[data-screen-here]").append(part);
  const found = verdict();
  if (isDanger(found)) {
    page.querySelector("[data-found]").append(withWords(copyOf(`template[data-found-at="${found.disposition}"]`), found.tell_athlete));
  }
  page.querySelector("[data-enough]").hidden = screens.get(id).kind !== "detail";
  page.querySelector("[data-to-send]").addEventListener("click", showSend);
  page.querySelector("[data-back]").addEventListener("click", () => (step ? showStep(step - 1) : location.assign(home)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(step, id, [...new FormData(form, event.submitter)]);
  });
  show(page);
}

async function answer(step, id, entries) {
  const read = readScreen(askedAt(step, id), unfold(entries, box), box);
  if (Object.keys(read.errors).length) return say(read.errors);
  record(step, id, read);
  await keep();
  return goOn(step);
}

function goOn(step) {
  if (verdict().disposition === knowledge.levels.at(-1)) showSend();
  else showStep(step + 1);
}

/* What is wrong stands beside its question; nothing that was entered is lost. */
function say(errors) {
  for (const old of box.querySelectorAll("[data-error]")) old.remove();
  for (const wrong of box.querySelectorAll(".field-wrong")) wrong.classList.remove("field-wrong");
  let first = null;
  for (const [name, text] of Object.entries(errors)) {
    const line = words.querySelector('[data-word="error"]').cloneNode(true);
    line.className = "field-error";
    line.setAttribute("role", "alert");
    line.dataset.error = "";
    line.querySelector("span").textContent = text;
    const field = name && box.querySelector(`[name="${name}"], [name="${name}-own"]`)?.closest("fieldset, [data-together]");
    if (field) {
      field.classList.add("field-wrong");
      (field.querySelector("legend") ?? field.firstElementChild).after(line);
    } else {
      box.querySelector(".interview-head").after(line);
    }
    first ??= line;
  }
  first?.scrollIntoView({ block: "center" });
}

function verdictIn(page) {
  const found = verdict();
  if (isDanger(found)) {
    page.querySelector("[data-verdict-here]").replaceChildren(withWords(copyOf(`template[data-verdict="${found.disposition}"]`), found.tell_athlete));
  }
  return found;
}

function showSend() {
  const page = copyOf("#offline-send");
  verdictIn(page);
  const form = page.querySelector("form"), note = page.querySelector("textarea");
  note.value = draft.note;
  note.addEventListener("input", () => {
    draft.note = note.value;
    keep();
  });
  page.querySelector("[data-back]").addEventListener("click", () => showStep(Math.max(draft.path.length - 1, 0)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelector("[type=submit]").disabled = true; // two taps are one report
    send();
  });
  show(page);
}

async function send() {
  const found = verdict();
  const { client_key, skipped, note } = draft;
  await outbox.finish({
    athlete, person, client_key, answers: draft.answers, skipped, note, told_at: Date.now(), is_danger: isDanger(found), call,
  });
  showKept(found);
  addEventListener(outbox.CHANGED, () => toTheAnswer(client_key));
  await outbox.flush();
}

/* With a network, now or later, the answer is on the site. */
async function toTheAnswer(client_key) {
  const sent = await outbox.get("notes", "sent");
  if (sent?.client_key === client_key) location.replace(sent.url);
}

function showKept(found) {
  const page = copyOf("#offline-kept");
  verdictIn(page);
  if (isDanger(found)) page.querySelector("[data-for-now]").remove(); // it stands above already
  else page.querySelector("[data-tell]").textContent = found.tell_athlete;
  page.querySelector("[data-watch]").append(...knowledge.watch_for.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
  show(page);
}

// --- Begin ----------------------------------------------------------------------------------------

/* The answer that the site did not get is taken up here, and the interview goes on behind it. */
async function takeUp(pending) {
  sessionStorage.removeItem(PENDING);
  if (pending.athlete !== athlete) return null;
  const entries = pending.entries;
  if (pending.is_send) {
    draft.note = entries.find(([name]) => name === "note")?.[1] ?? draft.note;
    return send;
  }
  const id = entries.find(([name]) => name === "screen")?.[1];
  if (!document.querySelector(`template[data-for="${id}"]`)) return null;
  const step = draft.path.includes(id) ? draft.path.indexOf(id) : draft.path.length;
  const { part, asked } = screenAt(step, id);
  const read = readScreen(asked, unfold(entries, part), part);
  if (Object.keys(read.errors).length) return () => showStep(step);
  record(step, id, read);
  await keep();
  return () => goOn(step);
}

async function begin() {
  const kept = await outbox.get("drafts", athlete);
  draft = kept?.person === person ? ofToday(kept) : fresh();
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null");
  const next = pending && (await takeUp(pending));
  if (next) return next();
  return showStep(draft.path.length);
}

await begin();
