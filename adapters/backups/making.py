"""Making a folder that is there whole, with all that it is to hold, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.engines import StoreError

Shown = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What was copied: how many deliveries, the number given last, how many events, and the layout."""

    deliveries: int
    last_given: int
    events: int
    layout: int


@contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """A new folder to write in, for its owner's eyes only; it takes its name when all in it is on the disk.

    What goes wrong inside the block leaves nothing. StoreError when the name is taken or cannot be written.
    """
    try:
        if folder.exists() or folder.is_symlink():
            raise StoreError(f"{folder}: there is something already: name a folder that is not there")
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        being_made = Path(tempfile.mkdtemp(prefix=f"{folder.name}.unfinished-", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield being_made
        for path in (*being_made.iterdir(), being_made):
            _sync(path)
        being_made.rename(folder)
        _sync(folder.parent)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(being_made, ignore_errors=True)


def new_file(path: Path) -> None:
    """Make an empty file for its owner's eyes only: names and addresses of payers will be in it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(folder: Path, error: OSError) -> StoreError:
    return StoreError(f"{folder}: it cannot be written ({error.filename}: {error.strerror})")
