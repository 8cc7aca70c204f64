"""Halves of a rebuild: what two processes that share it work with, and how the second one is started."""

import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from adapters.rebuilding.helping import Helper, Starter, half
from adapters.rebuilding.rebuild import build_all
from adapters.rebuilding.shadow import Shadow
from adapters.rebuilding.turns import AtWork, Turns
from adapters.views.registry import PROJECTIONS
from scripts.logs import configure
from scripts.settings import read_settings
from scripts.wiring.stores import Stores, now, open_stores

# Where this is found and nowhere else: never in the folder that somebody happens to be in.
_ROOT: Final = str(Path(__file__).resolve().parents[2])
# What a terminal interrupts says itself what becomes of this.
_HALF: Final = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path.insert(0, sys.argv[1]); "
    "from scripts.cli import in_one_line; from scripts.wiring.halves import tell_half; "
    "in_one_line(lambda: tell_half(sys.argv[2]))"
)
# What is told makes no circles: to look for them takes as long as the telling.
_OBJECTS_MAX: Final = 200_000


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for garbage in circles now and then only, never among what was there before, nor at the end.

    For a process that ends after it: what it remembers by then takes a third of a second to look through.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS_MAX, *before[1:])
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*before)


@contextmanager
def taking_turns(stores: Stores, file: Path | None = None) -> Iterator[Turns]:
    """Turns by a file of their own, or by another's."""
    with ExitStack() as stack:
        if file is None:
            file = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="counterfoil-"))) / "turns"
        turns = Turns(file, AtWork(stores.views, now))
        stack.callback(turns.close)
        yield turns


def ask_half(turns: Turns) -> Helper:
    """Start a process that tells half of the streams, in these turns; it reads the settings anew."""
    return Helper((sys.executable, "-P", "-c", _HALF, _ROOT, str(turns.file)))


def tell_half(turns_file: str) -> None:
    """What that process does."""
    starter = Starter()
    settings = read_settings(os.environ)
    configure(settings.log_format, "rebuild")
    with (
        open_stores(settings, make=False) as stores,
        collecting_seldom(),
        taking_turns(stores, Path(turns_file)) as turns,
    ):
        task = starter.task()
        wanted = [PROJECTIONS[name] for name in task.slots]
        shadow = Shadow(stores.events, stores.views, now, wanted, turns=turns.turn)
        shadow.join(task)
        for _ in build_all(shadow, task.until, half(1)):
            pass
