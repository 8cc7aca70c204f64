"""Running: the parts of an audit one after another, or in two processes beside each other."""

import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final

from adapters.auditing.checks import CHECKS, PARTS, parts_of
from adapters.auditing.findings import Findings
from adapters.auditing.scene import Ends, Order, Scene, Shown, open_scene
from adapters.book import StoreAwayError
from adapters.engines import StoreError
from adapters.faults import place_of

# A smaller book is audited before other processes have begun.
_ALONE_MAX: Final = 5_000
_PROCESSES_MAX: Final = 4
_LOOK_SECONDS: Final = 0.2
_GARBAGE: Final = (100_000, 50, 1_000)

# Told how far it is, and how far it is to go.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Audited:
    """What came of an audit."""

    ends: Ends
    findings: tuple[Findings, ...]  # of each check that was made, in their order
    seconds: float

    @property
    def total(self) -> int:
        """How many disagreements there are."""
        return sum(one.total for one in self.findings)


def audit(
    order: Order,
    wanted: frozenset[str] = frozenset(CHECKS),
    progress: Progress = lambda _, __: None,
    processes: int | None = None,
) -> Audited:
    """Make these checks. Raises StoreError or StoreAwayError when the store cannot be read."""
    begun = time.perf_counter()
    with open_scene(order) as scene:
        ends, parts = scene.ends, parts_of(wanted)
        steps = sum(PARTS[i].steps(ends) for i in parts)
        if processes is None:
            processes = 1 if ends.position < _ALONE_MAX else min(os.cpu_count() or 1, _PROCESSES_MAX)
        if processes == 1 or len(parts) == 1:
            counter = _Counter(lambda done: progress(done, steps))
            found = [run_part(scene, i, wanted, counter.add) for i in parts]
        else:
            found = _beside_each_other(order, ends, wanted, processes, lambda done: progress(done, steps))
    by_name = {one.check: one for some in found for one in some}
    findings = tuple(by_name[name] for name in CHECKS if name in wanted)
    return Audited(ends, findings, time.perf_counter() - begun)


def run_part(scene: Scene, part: int, wanted: frozenset[str], shown: Shown) -> list[Findings]:
    """Make the checks of one part that are wanted."""
    said = [Findings(name) for name in PARTS[part].checks if name in wanted]
    try:
        PARTS[part].run(scene, said, shown)
    except (StoreError, StoreAwayError):
        raise
    except Exception as error:  # noqa: BLE001 - what no check foresaw is something to be looked at, too
        said[0].found("", {}, f"the check could not go on: {place_of(error)}")
    return said


class _Counter:
    def __init__(self, show: Callable[[int], None]) -> None:
        self._show = show
        self._done = 0

    def add(self, steps: int) -> None:
        self._done += steps
        self._show(self._done)


def _beside_each_other(
    order: Order,
    ends: Ends,
    wanted: frozenset[str],
    processes: int,
    show: Callable[[int], None],
) -> list[list[Findings]]:
    parts = parts_of(wanted)
    context = multiprocessing.get_context("spawn")
    done = context.Value("q", 0)
    pool = ProcessPoolExecutor(min(processes, len(parts)), context, _begin, (done,))
    try:
        futures: list[Future[list[Findings]]] = [
            pool.submit(_part, order, ends, part, wanted) for part in parts
        ]
        while wait(futures, _LOOK_SECONDS).not_done:
            show(done.value)
            for failed in (one for one in futures if one.done() and one.exception() is not None):
                failed.result()
        found = [one.result() for one in futures]
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    return found


# ---- in a process of its own ----

_done: Any = None


def _begin(done: Any) -> None:  # noqa: ANN401 - the library has no name for it
    global _done  # noqa: PLW0603 - there is one for the process
    _done = done
    # Very much is kept, and none of it in circles: nobody need go through all of it again and again.
    gc.set_threshold(*_GARBAGE)
    # Ctrl-C is said once, by who was asked.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _add(steps: int) -> None:
    with _done.get_lock():
        _done.value += steps


def _part(order: Order, ends: Ends, part: int, wanted: frozenset[str]) -> list[Findings]:
    with open_scene(order, ends) as scene:
        return run_part(scene, part, wanted, _add)
