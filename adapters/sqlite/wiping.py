"""Wiping: SQLite's files written anew and their logs emptied, so that nothing older lies in them."""

import sqlite3
import time
from pathlib import Path
from typing import Final

_TRIES_MAX: Final = 10
# Meanwhile nobody writes: a listener has ten seconds for a message.
_WAIT_SECONDS: Final = 1.0
_PAUSE_SECONDS: Final = 0.2


def write_anew(path: Path) -> str | None:
    """Write a file anew and empty the log beside it; a line that says what is left, and why.

    To overwrite what is deleted (`PRAGMA secure_delete`) would not do: a row that SQLite moves from a page
    that is full to its neighbour stays lying where it was, and nothing overwrites that when the row goes.
    Positions stay as they are: SQLite keeps the rowids of tables that have an index.
    """
    said = None
    for attempt in range(_TRIES_MAX):
        if attempt:
            # Somebody else has the file; each of these is short, but for one that reads for long.
            time.sleep(_PAUSE_SECONDS)
        connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
        try:
            connection.execute("VACUUM")
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            said = f"{path}: it could not be written anew ({error}), so older pages still lie in it"
        else:
            if not busy:
                return None
            said = f"{path}-wal: somebody reads for long, so older pages still lie in it"
        finally:
            connection.close()
    return f"{said}: run it again later"
