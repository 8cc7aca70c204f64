"""The lifeline: a process that must not outlive the one that started it.

As a program, `python -m scripts.lifeline PARENT COMMAND…` ties itself to its parent and becomes the
command: between fork and exec nothing may be done safely in Python, and here both are over.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Ask Linux for SIGTERM when the parent dies, however it dies; kept across exec, not across fork.

    Elsewhere there is no such wish and this does nothing: a supervisor that is killed leaves its children.
    """
    prctl = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        # It died before we could ask.
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the command is our own
