"""Ends a test's PostgreSQL and removes its folder when the tests' process ends, however it ends.

As a program, `python postgres_keeper.py FOLDER` waits for the end of its standard input, which that process
holds open. It uses nothing but the standard library, and starts at once.
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path


def processes_in(data: Path) -> list[int]:
    """Those that run in a server's folder of data: all its processes do, and nobody else."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cwd"):
        try:
            there = os.readlink(place)  # noqa: PTH115 - thousands of them: no object for each
        except OSError:
            continue  # it ended, or is somebody else's
        if there in (str(data), f"{data} (deleted)"):
            found.append(int(place.parent.name))
    return found


def end(folder: Path) -> None:
    """Kill what runs there, and remove all of it."""
    until = time.monotonic() + 30
    while (pids := processes_in(folder / "data")) and time.monotonic() < until:
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.005)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    end(Path(sys.argv[1]))
