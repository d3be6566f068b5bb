/* Judges danger in the browser, so that a phone without a network answers in the same second.

   The rules are not written here: `guidance/pocket.py` gives them as data, and this judges with them as
   `guidance/logic.py`, `dangers.py` and `interview.py` do. A test gives both 10,000 sets of answers; whoever changes
   one changes the other.

   Answers are what the site stores: "yes", "no", "unsure", the id of an option, a list of those, or a number. A
   question that was not asked is not in the answers at all, which is never a "no". */

const UNSURE = "unsure";
const NOT_MET = 0, POSSIBLE = 1, MET = 2; // the three values, rising

const COMPARE = {
  ">": (told, number) => told > number,
  ">=": (told, number) => told >= number,
  "<": (told, number) => told < number,
  "<=": (told, number) => told <= number,
  "=": (told, number) => told === number,
};

/* Does this answer, which is not "not sure", meet the condition? */
function meets(condition, told) {
  if (condition.is) {
    const given = Array.isArray(told) ? told : [told];
    return given.some((one) => condition.is.includes(one));
  }
  return COMPARE[condition.than](told, condition.number);
}

/* What the answers say of every condition: three sets of places. A condition on a question that was not asked is in
   none of them. */
function read(knowledge, answers) {
  const reading = { met: new Set(), possible: new Set(), excluded: new Set() };
  knowledge.conditions.forEach((condition, place) => {
    const { finding } = condition;
    if (!Object.hasOwn(answers, finding)) return;
    if (answers[finding] === UNSURE) {
      if (!knowledge.findings[finding].unsure_says_nothing) reading.possible.add(place);
    } else {
      (meets(condition, answers[finding]) ? reading.met : reading.excluded).add(place);
    }
  });
  for (const { when, then } of knowledge.implications) {
    // "Not sure" implies nothing: only what is certain is looked at.
    if (!judge(when, { ...reading, possible: new Set() })) continue;
    knowledge.conditions.forEach((condition, place) => {
      if (then.some(([finding, answer]) => condition.finding === finding && meets(condition, answer))) {
        reading.met.add(place);
        reading.possible.delete(place);
      }
    });
  }
  return reading;
}

/* Is it met, possible or not met? Each part that is written must hold, and the weakest part counts. */
function judge(when, { met, possible, excluded }) {
  const { all_of = [], any_of = [], none_of = [], of = [], at_least = 0 } = when;
  let value = MET;
  for (const place of all_of) {
    if (possible.has(place)) value = POSSIBLE;
    else if (!met.has(place)) return NOT_MET;
  }
  if (any_of.length && !any_of.some((place) => met.has(place))) {
    if (!any_of.some((place) => possible.has(place))) return NOT_MET;
    value = POSSIBLE;
  }
  for (const place of none_of) {
    // Excluded takes an explicit answer; a question that nobody asked excludes nothing.
    if (possible.has(place)) value = POSSIBLE;
    else if (!excluded.has(place)) return NOT_MET;
  }
  const certain = of.filter((place) => met.has(place)).length;
  if (certain < at_least) {
    if (certain + of.filter((place) => possible.has(place)).length < at_least) return NOT_MET;
    value = POSSIBLE;
  }
  return value;
}

/* The rules that the answers raise. What is only possible counts one level lower. */
function raised(knowledge, reading) {
  const fired = [];
  for (const { id, name, level, when, tell_athlete } of knowledge.rules) {
    const truth = judge(when, reading);
    if (truth === NOT_MET) continue;
    const rank = knowledge.levels.indexOf(level);
    const counts = truth === MET ? rank : Math.max(rank - 1, 0);
    fired.push({ id, name, level: knowledge.levels[counts], certain: truth === MET, tell_athlete });
  }
  return fired;
}

/* A danger screen that was answered "I can't say": unknown is never no, so a person must look. */
function notAnswered(knowledge, answers, skipped) {
  const left = knowledge.screens.some(
    (screen) => screen.kind === "danger" && skipped.includes(screen.id) && isOpen(screen, answers),
  );
  return left ? [{ ...knowledge.not_answered, certain: false }] : [];
}

function isOpen(screen, answers) {
  return screen.findings.some((finding) => !Object.hasOwn(answers, finding));
}

function fill(text, parts) {
  return text.replace(/\{(\w+)\}/g, (brace, name) => parts[name] ?? brace);
}

/* What to say: the strongest rule's words, softened where it rests on a "not sure". */
function telling(knowledge, disposition, strongest) {
  const how_soon = knowledge.how_soon[disposition];
  if (!strongest) return how_soon;
  if (strongest.certain || strongest.id === knowledge.not_answered.id) return strongest.tell_athlete;
  return fill(knowledge.not_sure, { how_soon, tell_athlete: strongest.tell_athlete });
}

/* The verdict: {disposition, tell_athlete, rules, safety_net}, the strongest rule first. */
export function screen(knowledge, answers, skipped = []) {
  const rank = ({ level }) => knowledge.levels.indexOf(level);
  const fired = [
    ...raised(knowledge, read(knowledge, answers)),
    ...notAnswered(knowledge, answers, skipped),
  ].sort((one, other) => rank(other) - rank(one) || Number(other.certain) - Number(one.certain));
  const disposition = fired.length ? fired[0].level : knowledge.levels[0];
  return {
    disposition,
    tell_athlete: telling(knowledge, disposition, fired[0]),
    rules: fired,
    safety_net: [knowledge.how_soon[disposition], ...knowledge.watch_for],
  };
}

/* Is it the lower leg, or what reaches it? A place that was not told turns nobody away. */
function isInScope(knowledge, { site }) {
  if (!Array.isArray(site)) return true;
  const { sites, together } = knowledge.scope;
  return site.some((place) => sites.includes(place)) || together.some((group) => group.every((place) => site.includes(place)));
}

/* The screens still to be asked, the next one first: core and danger in their order, then the details. Which detail is
   worth most only the whole knowledge can say; here they come in the order in which they were written. */
export function waiting(knowledge, answers, skipped = []) {
  const reading = read(knowledge, answers);
  const levels = [...raised(knowledge, reading), ...notAnswered(knowledge, answers, skipped)].map(({ level }) => level);
  if (levels.includes(knowledge.levels.at(-1))) return []; // call for help now: nothing more is asked
  const inScope = isInScope(knowledge, answers);
  return knowledge.screens.filter(
    (asked) =>
      !skipped.includes(asked.id) &&
      isOpen(asked, answers) &&
      judge(asked.when, reading) !== NOT_MET &&
      (asked.kind !== "detail" || inScope),
  );
}
