"""Bodies for the audit: those that can be read, and of the others why they cannot."""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import select

from adapters.auditing.scene import Scene
from adapters.engines import store_errors
from adapters.inbox import Inbox
from adapters.tables import notifications

_ROWS_MAX = 500


class Missing(StrEnum):
    """Why a body cannot be read."""

    ERASED = "its key was destroyed"
    DAMAGED = "its body cannot be opened: it was changed"
    PURGED = "its body was purged"
    GONE = "there is no such delivery"


class Bodies:
    """Bodies by their numbers, some thousand at a time."""

    def __init__(self, scene: Scene) -> None:
        """Nothing is read yet."""
        self._scene = scene
        self._inbox = Inbox(scene.inbox, scene.events.keys)

    def of(self, ns: Iterable[int]) -> dict[int, bytes | Missing]:
        """Each body, or why there is none. Raises StoreError."""
        wanted = sorted(set(ns))
        found: dict[int, bytes | Missing] = {**self._inbox.bodies(wanted)}
        missing = [n for n in wanted if n not in found]
        for start in range(0, len(missing), _ROWS_MAX):
            found |= self._why(missing[start : start + _ROWS_MAX])
        return found

    def _why(self, ns: list[int]) -> dict[int, Missing]:
        forgotten, sealed = self._inbox.forgotten(ns), self._inbox.sealed_by(ns)
        row = notifications.c
        with store_errors(self._scene.book), self._scene.book.connect() as connection:
            gone = select(row.n).where(row.n.in_(ns), row.purged_us.is_not(None))
            purged = set(connection.execute(gone).scalars())
        reasons = {Missing.ERASED: forgotten, Missing.DAMAGED: sealed, Missing.PURGED: purged}
        return {n: next((why for why, those in reasons.items() if n in those), Missing.GONE) for n in ns}
