"""Python loads this at the start of every process that has this folder on its PYTHONPATH: from then on its
clock is off by as many seconds as the file says that NIGGLE_CLOCK_FILE names. What measures how long something
takes (`time.monotonic`) goes on undisturbed, as when the clock of a real machine is set.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

FILE = Path(os.environ["NIGGLE_CLOCK_FILE"])
LOOK_EVERY_S = 0.05


def follow() -> None:
    """In each process anew: a thread does not survive a fork."""
    threading.Thread(target=_follow, daemon=True, name="moved clock").start()


def _follow() -> None:
    off, pause = 0.0, threading.Event()
    while not pause.wait(LOOK_EVERY_S):
        said = float(FILE.read_text() or off)
        if said != off:
            off = said
            clock.move_to(time_machine.escape_hatch.time.time() + off)


clock = time_machine.travel(time.time(), tick=True).start()
os.register_at_fork(after_in_child=follow)
follow()
