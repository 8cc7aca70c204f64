"""Readings: what a verified body says, or why nothing can be made of it, and what is new in it."""

from dataclasses import dataclass
from typing import TypeAlias

from domain.body import open_body
from domain.drift import drift_of
from domain.notification import Notification, read_fields
from domain.reading import Unmodelled, Unreadable

Drift: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A body that was read once."""

    said: Notification | Unreadable | Unmodelled
    drift: Drift


def read(body: bytes, n: int) -> Read:
    """Read the body of delivery `n`."""
    fields = open_body(body)
    # Looked for in all that PayPal sent, also where nothing can be made of it.
    drift = drift_of(fields)
    try:
        return Read(read_fields(fields, n), drift)
    except (Unreadable, Unmodelled) as error:
        return Read(error, drift)
