"""Backing up a house, whichever database it is in."""

from dataclasses import dataclass
from pathlib import Path

from adapters.backups.copying import copy_house
from adapters.backups.making import Holding, Shown, made_whole
from adapters.databases import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was made: each file with its bytes, and what they hold together."""

    folder: Path
    files: tuple[tuple[str, int], ...]
    holding: Holding


def back_up(
    database: Database,
    address: str,
    folder: Path,
    *,
    pg_dump: Path | None = None,
    shown: Shown = lambda _, __: None,
) -> Backup:
    """Copy all of it as it is at one moment into `folder`, which must not be there yet; StoreError.

    `address` is the database's with its password. `shown` hears how far a copy is, where that can be told.
    """
    with made_whole(folder) as being_made:
        if database.files:
            book, inbox = database.files
            holding = copy_house(book, inbox, being_made, shown)
        else:
            # Its driver is loaded only where it is wanted.
            from adapters.backups.dumping import dump  # noqa: PLC0415

            holding = dump(address, being_made, pg_dump)
        files = tuple(sorted((path.name, path.stat().st_size) for path in being_made.iterdir()))
    return Backup(folder=folder, files=files, holding=holding)
