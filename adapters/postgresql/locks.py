"""Our locks on PostgreSQL: advisory, for a transaction, given back when it ends, however it does."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

_CLASS: Final = 0x1F0  # of our locks, among those of others in the same database


class Lock(IntEnum):
    """One for each part: what is numbered in one sequence is committed in its order."""

    SCHEMA = 1
    INBOX = 2
    BOOK = 3
    VIEWS = 4
    NOTARY = 5


# Who holds a lock and is not heard of for so long, in seconds, is frozen: the server ends its transaction.
# While a listener keeps others from the inbox, their requests have ten seconds.
_SILENCE_SECONDS: Final[Mapping[Lock | None, int]] = {Lock.INBOX: 4}
_SILENCE_SECONDS_ELSE: Final = 15


def waiting_for(lock: Lock) -> str:
    """The statement that takes a lock, or fails after the transaction's `lock_timeout`."""
    return f"SELECT pg_advisory_xact_lock({_CLASS}, {lock:d})"


def asking_for(lock: Lock) -> str:
    """The statement that takes a lock, or answers false when somebody has it."""
    return f"SELECT pg_try_advisory_xact_lock({_CLASS}, {lock:d})"


def silence(lock: Lock | None, seconds: int | None = None) -> str:
    """The statement that has the server end this transaction when its client falls silent."""
    limit = _SILENCE_SECONDS.get(lock, _SILENCE_SECONDS_ELSE) if seconds is None else seconds
    return f"SET LOCAL idle_in_transaction_session_timeout = '{limit}s'"
