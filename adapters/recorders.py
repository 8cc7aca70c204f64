"""Recorders: what those of either engine give beyond the library's."""

from collections.abc import Sequence
from typing import Protocol

from eventsourcing.persistence import StoredEvent


class BookRecorder(Protocol):
    """What the book asks for; an event comes with its position, its digest, or both."""

    def select_streams(
        self, originator_ids: Sequence[str], versions: Sequence[int] | None = None
    ) -> Sequence[tuple[StoredEvent, bytes | None]]: ...
    def select_sealed(
        self, after: int, until: int, limit: int
    ) -> Sequence[tuple[int, StoredEvent, bytes | None]]: ...
    def select_digests(self, after: int, until: int, limit: int) -> Sequence[tuple[int, bytes | None]]: ...
    def select_begun(
        self, originator_ids: Sequence[str], until: int
    ) -> Sequence[tuple[int, StoredEvent]]: ...
    def select_between(self, after: int, until: int, limit: int) -> Sequence[tuple[int, StoredEvent]]: ...
    def select_placed(self, originator_id: str) -> Sequence[tuple[int, StoredEvent]]: ...
