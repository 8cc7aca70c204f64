"""Turns: who waits for SQLite's write lock looks for it each millisecond.

SQLite itself sleeps longer at each try, up to a tenth of a second, and two processes that take turns would
mostly sleep.
"""

import sqlite3
import time
from collections.abc import Callable
from typing import Final

BEGIN_WRITING: Final = "BEGIN IMMEDIATE"
# What a connection is to wait by itself, each time that it is asked for the lock.
LOOK_AGAIN_SECONDS: Final = 0.001
LOCKED: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def began_writing(execute: Callable[[str], object], seconds: float) -> bool:
    """Try for so long to begin a transaction that holds the write lock; whether it is begun.

    Whoever is told no asks once more, and hears why. `execute` runs a statement on a connection whose
    `busy_timeout` is short.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            execute(BEGIN_WRITING)
        except sqlite3.Error as error:
            if not is_locked(error) or time.monotonic() > until:
                return False
        else:
            return True


def is_locked(error: BaseException | None) -> bool:
    """Whether a driver's error says that somebody else holds the lock."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in LOCKED
