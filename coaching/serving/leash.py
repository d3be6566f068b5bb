"""Run a program that ends when its parent does: `python leash.py PROGRAM ARGS...`.

So that nothing is left behind even when `make run` or supervisord is killed with SIGKILL. Linux only;
elsewhere the program just runs. Called by path, so that it starts at once: it imports nothing of Niggle.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def follow_parent(number: int = signal.SIGTERM) -> None:
    """Ask the kernel for this signal when the parent is gone; exec keeps the wish."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


if __name__ == "__main__":
    follow_parent()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 (a shell would be one process too many) # nosec B606
