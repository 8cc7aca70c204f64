"""Who is killed in a campaign: any process of a house, or of its database, with `kill -9` at any moment."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from random import Random

from tests.engines import HeldError, Hold
from tests.postgres import Server
from tests.served import PATIENCE_SECONDS, House


def kill(pid: int) -> None:
    """End a process without a word to it; one that ended a moment ago is as dead."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def stop_at_rest(pid: int, folder: Path) -> None:
    """Stop a process of the house in a folder while it writes nothing: nobody waits for what it holds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        os.kill(pid, signal.SIGSTOP)
        try:
            with Hold(folder, seconds=0.5):
                return
        except HeldError:
            # Never left stopped: whoever then waits for its end would wait for ever.
            os.kill(pid, signal.SIGCONT)
            assert time.monotonic() < end, "it never rests"
            time.sleep(0.01)


def family_of(pid: int) -> set[int]:
    """A process and all that came from it and live."""
    parents = dict(_parents())
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                told = (folder / "stat").read_text().rpartition(")")[2].split()
                yield int(folder.name), int(told[1])


class Victims:
    """What can be killed of a house that serves."""

    def __init__(self, house: House, server: Server | None, rng: Random) -> None:
        """`server`: of its database, where it has one."""
        self._house = house
        self._server = server
        self._rng = rng

    @property
    def kinds(self) -> Mapping[str, Callable[[], None]]:
        """Each kind of victim with how it is killed; who keeps it starts it again, or the campaign does."""
        children = {
            "listener": lambda: self._one_of("listener"),
            "office": lambda: self._one_of("office"),
            "worker": lambda: self._one_of("worker"),
            "a grandchild": self._grandchild,
            "serve": self._serve,
        }
        return (
            children
            if self._server is None
            else {**children, "database": self._database, "backend": self._backend}
        )

    def _one_of(self, child: str) -> None:
        # Of several workers the last to start is as good as any.
        if pids := self._house.pids(child):
            kill(self._rng.choice(pids[-2:]))

    def _grandchild(self) -> None:
        """A process of gunicorn's that answers, while the one that keeps it lives."""
        younger = [
            pid
            for child in ("listener", "office")
            for keeper in self._house.pids(child)[-1:]
            for pid in sorted(family_of(keeper) - {keeper})
        ]
        if younger:
            kill(self._rng.choice(younger))

    def _serve(self) -> None:
        """The first process alone: what it started has to notice by itself."""
        kill(self._house.process.pid)
        self._house.process.wait(PATIENCE_SECONDS)

    def _database(self) -> None:
        assert self._server is not None, "SQLite is in the processes themselves"
        self._server.kill()

    def _backend(self) -> None:
        """One process of the server's: it then ends all others, and recovers."""
        assert self._server is not None, "SQLite is in the processes themselves"
        kill(self._rng.choice(sorted(family_of(self._server.pid) - {self._server.pid})))
