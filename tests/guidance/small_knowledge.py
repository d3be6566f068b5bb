"""A knowledge small enough to hold in the head, for tests of the engine and the loader."""

from __future__ import annotations

from pathlib import Path

from guidance.loader import KNOWLEDGE_FOLDER
from tests.guidance.small_questions import ARTICLE, FINDINGS, REVIEW, SCREENS, SOURCES


def rule(name: str, level: str, when: str, extra: str = "") -> str:
    return f"""
[[rule]]
id = "{name}"
name = "{name.replace("_", " ").capitalize()}"
level = "{level}"
when = {when}
tell_athlete = "Athlete: {name}."
tell_coach = "Coach: {name}."
why = "Because of {name}."
sources = ["book-1"]
{extra or "withholds = []"}
{REVIEW}
"""


ESCALATION = (
    """
[safety_net]
always = ["Watch for swelling."]
emergency_now = "Now."
same_day = "Today."
within_days = "Within days."
coach_review = "Ask your coach."
self_care = "Look after it."
unassessed = "We could not judge this."

[not_answered]
tell_athlete = "Somebody should look."
tell_coach = "Please ask again."
why = "No answer is never a no."
"""
    + rule("chest", "emergency_now", '{ all_of = ["chest_pain"] }')
    + rule(
        "clot",
        "same_day",
        '{ all_of = ["swelling", "site is calf"] }',
        'withholds = ["massage"]\nsuggests = ["dvt"]',
    )
    + rule(
        "two_signs", "same_day", '{ at_least = { count = 2, of = ["warmth", "fever", "numb"] } }'
    )
    + rule("long", "within_days", '{ all_of = ["days_since_onset > 7"] }')
    + rule("no_fever_but_warm", "within_days", '{ all_of = ["warmth"], none_of = ["fever"] }')
    + rule("third_episode", "coach_review", '{ all_of = ["episodes_recently >= 3"] }')
    + rule("rising", "coach_review", '{ all_of = ["worse_since_last_report"] }')
)


def advice(name: str, extra: str = "") -> str:
    lines = {
        "kind": '"do"',
        "tags": "[]",
        "anchor": '"onset"',
        "from_hours": "0",
        "causes": '["any"]',
        "dispositions": '["self_care", "coach_review", "within_days", "same_day"]',
        "priority": "10",
    }
    for line in extra.strip().splitlines():
        key, value = line.split("=", 1)
        lines[key.strip()] = value.strip()
    body = "\n".join(f"{key} = {value}" for key, value in lines.items())
    return f"""
[[advice]]
id = "{name}"
text = "Text of {name}."
why = "Why {name}."
evidence = "weak"
evidence_note = "Low risk."
sources = ["book-1"]
{body}
{REVIEW}
"""


ADVICE = (
    advice("stop")
    + advice("cool", "until_hours = 24\npriority = 5")
    + advice("warm", 'from_hours = 48\ntags = ["heat"]')
    + advice("massage", 'tags = ["massage"]')
    + advice("never_massage", 'kind = "dont"\ntags = ["massage"]')
    + advice("stretch", 'causes = ["cramp"]\nwithheld_when_likely = ["tear"]')
    + advice("drink", 'causes = ["any"]\nunless = { any_of = ["numb"] }')
    + advice("walk_not", 'kind = "dont"\nunless = { any_of = ["numb"] }')
)


LADDERS = f"""
[standing]
clear_rise = 2
rises_to_drop = 2
morning_within_hours = 36
[standing.words]
start = "Start with {{level}}."
good = "{{done}} of {{needed}} on {{level}}."
up = "Up to {{level}}."
finished = "Done."
rise = "Again {{level}}."
down = "Down to {{level}}."
down_at_first = "Only walk."
wait_for_morning = "How is the morning after?"
unknown = "Not known. Again {{level}}."
too_soon = "Too soon. Again {{level}}."
other_step = "Not {{level}}."

[[ladder]]
id = "muscle"
name = "Back after a tear"
causes = ["tear"]
clinician_first = false
anchor = "onset"
from_hours = 72
entry = ["I do not limp."]
outings_per_level = 2
rest_days_between = 1
most_pain_during = 2
rise_allowed = 0
rules = ["One step at a time."]
evidence = "weak"
evidence_note = "Custom."
sources = ["book-1"]
level = [
    {{ number = 1, walk_min = 9, run_min = 1, repeats = 3, text = "Walk 9, run 1." }},
    {{ number = 2, walk_min = 5, run_min = 5, repeats = 3, text = "Walk 5, run 5." }},
    {{ number = 3, walk_min = 0, run_min = 30, repeats = 1, text = "Run 30." }},
]
{REVIEW}
"""


def cause(name: str, prior: str, signs: str, article: bool = True, extra: str = "") -> str:
    return f"""
id = "{name}"
name = "{name.capitalize()}"
plain = "A {name}"
what = "What a {name} is."
article = {str(article).lower()}
prior = "{prior}"
sources = ["book-1"]
{extra}
{REVIEW}
{signs}
"""


def sign(when: str, weight: str, say: str, claims: str = "[]") -> str:
    return f'[[sign]]\nwhen = {when}\nweight = "{weight}"\nsay = "{say}"\nclaims = {claims}\n'


CAUSES = {
    "tear": cause(
        "tear",
        "common",
        sign('{ all_of = ["onset is sudden"] }', "typical", "It started suddenly", '["3a"]')
        + sign('{ all_of = ["pop_felt"] }', "typical", "You felt a pop")
        + sign('{ all_of = ["cramps"] }', "against", "It cramps"),
        extra='call = "a tear"',
    ),
    "cramp": cause(
        "cramp",
        "common",
        sign('{ all_of = ["cramps"] }', "typical", "It cramps")
        + sign('{ all_of = ["pop_felt"] }', "rules_out", "You felt a pop"),
    ),
    "dvt": cause(
        "dvt", "rare", sign('{ all_of = ["swelling"] }', "fits", "It is swollen"), article=False
    ),
}

CHECK_INS = f"""
[follow_up]
day_from_hour = 8
day_until_hour = 21
asks = ["severity_nrs"]
stale = ["severity_nrs", "worse"]
passing = ["swelling", "warmth"]
over = ["severity_nrs = 0", "no worse"]
question = "How is it now?"
trend = [
    {{ id = "better", label = "Better", means = ["no worse"] }},
    {{ id = "same", label = "The same", means = ["no worse"] }},
    {{ id = "worse", label = "Worse", means = ["worse"] }},
]

[[check_in]]
id = "tear_first_day"
name = "A day after a tear"
after_hours = 24
remind_after_hours = 6
missed_after_hours = 20
dispositions = ["self_care", "coach_review"]
causes = ["tear"]
signs = ["swelling", "numb"]
why = "A tear may swell."
sources = ["book-1"]
{REVIEW}

[[check_in]]
id = "first_day"
name = "A day after"
after_hours = 24
remind_after_hours = 6
missed_after_hours = 20
dispositions = ["self_care", "coach_review"]
causes = ["any"]
signs = ["fever"]
why = "It may turn."
sources = ["book-1"]
{REVIEW}

[[check_in]]
id = "danger_next_day"
name = "A day after a danger"
after_hours = 24
remind_after_hours = 2
missed_after_hours = 4
at_night = true
dispositions = ["within_days", "same_day", "emergency_now"]
causes = ["any"]
also = ["warmth"]
signs = ["swelling", "chest_pain"]
why = "We want to know."
sources = ["book-1"]
{REVIEW}
"""


def scale() -> str:
    """The real points, with the scope cut down to the few sites of the small findings."""
    text = (KNOWLEDGE_FOLDER / "scale.toml").read_text(encoding="utf-8")
    before, rest = text.split("sites = [", 1)
    text = f'{before}sites = ["calf", "heel"{rest[rest.index("]") :]}'
    before, rest = text.split("same_place = [", 1)
    return f"{before}same_place = [{rest[rest.index(chr(10) + ']') :]}"


def files() -> dict[str, str]:
    """Every file of the small knowledge by its name."""
    return {
        "scale.toml": scale(),
        "sources.toml": SOURCES,
        "findings.toml": FINDINGS,
        "screens.toml": SCREENS,
        "escalation.toml": ESCALATION,
        "advice.toml": ADVICE,
        "ladders.toml": LADDERS,
        "check_ins.toml": CHECK_INS,
        "article.toml": ARTICLE,
        **{f"causes/{name}.toml": text for name, text in CAUSES.items()},
    }


def write(folder: Path, contents: dict[str, str]) -> Path:
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
