"""Memory of a house's processes, looked at while it is under load."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from scripts.measuring.databases import NAMES
from scripts.measuring.figures import Figure
from scripts.measuring.processes import family, memory_mb
from scripts.measuring.statistics import median

WANTED_MB: Mapping[str, float] = {"listener": 120.0, "worker": 250.0}
_QUARTERS = 4


class Memory:
    """Samples of each child of a house, with all processes that belong to it."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = {name: pid for name, pid in pids.items() if name in WANTED_MB}
        self.samples: dict[str, list[float]] = {name: [] for name in self._pids}

    def look(self) -> None:
        """Take one sample of each."""
        for name, pid in self._pids.items():
            with suppress(OSError):
                self.samples[name].append(sum(map(memory_mb, family([pid]))))

    def figures(self, engine: str) -> Iterator[Figure]:
        """What each takes in the end; flat is one whose last quarter is no more than its first."""
        for name, samples in self.samples.items():
            if samples:
                quarter = -(-len(samples) // _QUARTERS)
                first, last = median(samples[:quarter]), median(samples[-quarter:])
                yield Figure(
                    name=f"memory.{engine}.{name}",
                    words=f"memory of the {name} under load, {NAMES[engine]}, last quarter of the time",
                    value=last,
                    unit="MB",
                    wanted=WANTED_MB[name],
                    at_most=True,
                    more={"first_mb": first, "last_mb": last, "max_mb": max(samples)},
                )
