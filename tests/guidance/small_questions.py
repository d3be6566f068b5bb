"""Of the small knowledge: its sources, its article, what it asks and on which screens."""

from __future__ import annotations

REVIEW = """
status = "draft"
authored_by = "A. Author"
checked_by = ""
next_review = 2027-05-22
"""

SOURCES = """
[[source]]
id = "book-1"
title = "A book"
locator = "page 1"
seen = "read"
"""


ARTICLE = f"""
[[claim]]
id = "3a"
says = "A sudden start means a tear."
evidence = "contested"
evidence_says = "It may start slowly too."
correction = "It may start slowly too."
sources = ["book-1"]
{REVIEW}
"""


def yes_no(name: str) -> str:
    return f"""
[[finding]]
id = "{name}"
kind = "yes_no"
group = "seen_or_felt"
question = "Is there {name}?"
short = "{name.replace("_", " ").capitalize()}"
term = "{name}"
"""


FINDINGS = (
    "".join(
        yes_no(name)
        for name in (
            "swelling",
            "warmth",
            "fever",
            "chest_pain",
            "pop_felt",
            "cramps",
            "heat",
            "numb",
            "worse",
        )
    )
    + """
[[finding]]
id = "site"
kind = "several_of"
group = "where"
question = "Where does it hurt?"
short = "Where it hurts"
term = "site"
options = [
    { id = "calf", label = "Calf" }, { id = "heel", label = "Heel" }, { id = "thigh", label = "Thigh" },
    { id = "low_back", label = "Low back" }, { id = "elsewhere", label = "Elsewhere" },
]

[[finding]]
id = "onset"
kind = "one_of"
group = "course"
question = "How did it start?"
short = "How it started"
term = "onset"
options = [{ id = "sudden", label = "All at once" }, { id = "gradual", label = "Bit by bit" }]

[[finding]]
id = "days_since_onset"
kind = "number"
group = "course"
question = "How many days ago did it start?"
short = "Days since it started"
term = "days since onset"
unit = "days"
minimum = 0
maximum = 100

[[finding]]
id = "severity_nrs"
kind = "number"
group = "course"
question = "How bad is it?"
short = "Pain now"
term = "pain"
minimum = 0
maximum = 10
integer = true

[[finding]]
id = "medications"
kind = "codes"
group = "background"
question = "What do you take?"
short = "Medicines"
term = "medications"

[[finding]]
id = "worse_since_last_report"
kind = "yes_no"
group = "course"
question = "Is it worse than at the last report?"
short = "Worse than at the last report"
term = "worsening"
derived = true

[[finding]]
id = "episodes_recently"
kind = "number"
group = "course"
question = "How many episodes in eight weeks?"
short = "Episodes in eight weeks"
term = "episodes"
minimum = 0
maximum = 100
derived = true
"""
)

SCREENS = """
[[screen]]
id = "where"
kind = "core"
title = "Where and how long?"
why = "To know what we talk about."
findings = ["site", "days_since_onset"]

[[screen]]
id = "danger_chest"
kind = "danger"
title = "Any of these right now?"
why = "These need help fast."
findings = ["chest_pain", "fever"]

[[screen]]
id = "danger_leg"
kind = "danger"
title = "Look at the leg"
why = "These need help fast."
findings = ["swelling", "warmth"]
when = { any_of = ["site is calf"] }

[[screen]]
id = "start"
kind = "detail"
title = "How did it start?"
why = "It tells a tear from a cramp."
findings = ["onset", "pop_felt"]

[[screen]]
id = "cramp"
kind = "detail"
title = "Cramps?"
why = "It tells a tear from a cramp."
findings = ["cramps"]
"""
