"""Named places where a fault test may kill the process, to prove that nothing is lost there.

`NIGGLE_CRASH_AT=assess.judged` kills with SIGKILL the first process that comes past that place;
the file named in `NIGGLE_CRASH_ONCE` remembers that it happened. `NIGGLE_CRASH_ALWAYS` kills each time,
`NIGGLE_CRASH_GROUP` kills a worker with all its processes. `NIGGLE_CRASH_PLAN` names a folder instead: a file
in it with the name of a place kills the first process that comes past, and goes with it. Without either a
place costs two look-ups.
"""

import os
import signal

PLACES = (
    "submit.screened",
    "submit.written",
    "submit.stored",
    "dispatch.claimed",
    "dispatch.handed_on",
    "assess.claimed",
    "assess.judged",
    "assess.written",
    "assess.stored",
    "escalate.opened",
    "escalate.raised",
    "escalate.noted",
    "escalate.told",
    "escalate.moved",
    "escalate.passed_on",
    "acknowledge.marked",
    "acknowledge.stored",
    "resolve.marked",
    "resolve.stored",
    "notify.handed_on",
    "notify.claimed",
    "notify.sending",
    "notify.sent",
    "notify.marked",
    "notify.put_back",
    "check_in.planned",
    "check_in.asked",
    "check_in.reminded",
    "check_in.missed",
    "check_in.answered",
    "erase.locked",
    "erase.deleted",
    "erase.ready",
    "erase.done",
)
# Of a club's webhooks, which no report and no escalation waits for.
WEBHOOK_PLACES = ("webhook.claimed", "webhook.sent", "webhook.settled")


def _is_first() -> bool:
    try:
        os.close(os.open(os.environ["NIGGLE_CRASH_ONCE"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def _die_as_planned(file: str) -> None:
    try:
        os.unlink(file)
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def reach(place: str) -> None:
    """Die here if a fault test asked for it."""
    if plan := os.environ.get("NIGGLE_CRASH_PLAN"):
        _die_as_planned(os.path.join(plan, place))
    if os.environ.get("NIGGLE_CRASH_AT") != place:
        return
    if "NIGGLE_CRASH_ALWAYS" not in os.environ and not _is_first():
        return
    if "NIGGLE_CRASH_GROUP" in os.environ:
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
