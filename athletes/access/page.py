"""The roles, what each may do, and what is withheld, as a page: docs/roles.md. A test compares what is committed."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation

from athletes.access.roles import DOES, ROLES
from athletes.access.sight import WITHHELD

HEAD = """# Who may see and do what

Made by `make docs` from `athletes/access/`; a test keeps it true. *Who may* stands in `roles.py` and is asked in
`permissions.py`; which rows somebody sees in `reads.py`; how much of a row in `sight.py`; what the state of a thing
allows, whoever asks, in `policies.py`. Whoever may not see a thing gets 404, as if it were not there; 403 is for what one
sees but may not do.
"""
SHARING = """## What an athlete shares

The athlete, or a guardian for a minor, chooses at `/me/sharing/`: all, or the status only. With the status, coaches and
owners are shown the name, how soon somebody must look, whether the athlete can train and until when, the plan, the clocks,
that a call is out and its level, whether a check-in was answered, and the talk, which is to them. Of a call for today or
now they are also told what kind of danger it is and what to do, because a person must act. The squad's clinicians, the
athlete and the guardians are shown all, whatever is shared.

- An athlete without a log-in and without a guardian cannot choose, so shares all: who enters for them sees what was entered.
  From the day on which they choose, coaches see the status only, also of what coaches entered.
- A coach may report for who shares only the status, and gets the answer to danger signs at once; what was known before is
  asked anew and not shown, and what was told is not read back.
- What cannot be shown in part is refused (403): clinicians' findings, the page for a clinician. A check-in's questions say
  what was told before, so they are not shown; its answer is taken all the same.
- No list can be ordered or narrowed by what is withheld, and no figure of a season or of outcomes counts it.
- What a coach or clinician writes to the athlete about training (a hold, a changed step) is read by the coaches too.

Withheld, by record (`null` in the API, with `status_only: true`):
"""
NOTES = """## Clinicians' notes

Written by the squad's clinicians; read by them, the athlete and the guardians. For coaches and owners there are none, on no
page, in no file, in no answer. Notes are added and never changed. Who makes themself a clinician of a squad is one from
then on: an owner decides who holds that role, and the page of people shows it.
"""


def as_markdown() -> str:
    with translation.override("en"):
        return "\n".join([HEAD, *_roles(), "", *_table(), "", SHARING, *_withheld(), "", NOTES])


def _roles() -> Iterator[str]:
    yield "## Roles\n"
    yield from (f"- **{role.name}** ({role.of}). {role.what}" for role in ROLES.values())


def _table() -> Iterator[str]:
    yield "## Who may\n"
    yield f"| | {' | '.join(str(role.name) for role in ROLES.values())} |"
    yield f"|---|{'---|' * len(ROLES)}"
    for may, words in DOES.items():
        cells = ("yes" if may in role.may else "–" for role in ROLES.values())
        yield f"| {words} | {' | '.join(cells)} |"


def _withheld() -> Iterator[str]:
    for model, names in WITHHELD.items():
        yield f"- {model}: {', '.join(f'`{name}`' for name in sorted(names))}"
