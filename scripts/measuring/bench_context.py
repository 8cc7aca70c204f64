"""What the bench was asked for, and what all its parts share."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

SMALL = 100  # a trial of the bench itself takes a hundredth of everything


class CheckFailedError(Exception):
    """Something acknowledged was not kept or ended wrong, or a figure is none: one line says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the command was asked for; every part measures within it."""

    folder: Path  # a fresh temporary folder of this run
    engines: tuple[str, ...]  # ("sqlite",) or ("sqlite", "postgresql")
    rounds: int  # medians are of so many
    seconds: float  # of one measurement
    small: bool  # sizes are a hundredth, to try the bench itself
    sync_ms: float | None  # so much longer takes each sync, where it was asked for
    say: Callable[[str], None]  # progress, for people
    postgresql: str | None = None  # the address of a server in which databases may be made and dropped
    own_server: bool = True  # whether that server is the bench's own
    # What one part makes and others use; whoever opens the bench closes it, before its server ends.
    until_end: ExitStack = field(default_factory=ExitStack, compare=False)

    def sized(self, number: int) -> int:
        """So many, or a hundredth of them where the bench is only tried."""
        return max(1, number // SMALL) if self.small else number
