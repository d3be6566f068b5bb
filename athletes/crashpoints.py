"""Named places where a fault test may kill the process, to prove that nothing is lost there.

`NIGGLE_CRASH_AT=assess.judged` kills with SIGKILL the first process that comes past that place;
the file named in `NIGGLE_CRASH_ONCE` remembers that it happened. Without the variable a place costs
one look-up.
"""

import os
import signal

PLACES = ("submit.stored", "dispatch.claimed", "assess.claimed", "assess.judged", "assess.stored")


def reach(place: str) -> None:
    """Die here, once, if a fault test asked for it."""
    if os.environ.get("NIGGLE_CRASH_AT") != place:
        return
    try:
        os.close(os.open(os.environ["NIGGLE_CRASH_ONCE"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
