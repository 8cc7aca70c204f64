"""The worker's sign of life: when it last said that it is at work, and what it said of the breaker."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from adapters.tables import heartbeats
from adapters.times import from_us


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The newest beat of any worker."""

    at: datetime
    detail: Mapping[str, Any]


def newest_heartbeat(book: Connection) -> Heartbeat | None:
    """Give the newest beat; None when no worker has ever run."""
    row = heartbeats.c
    found = book.execute(select(row.beat_us, row.detail).order_by(row.beat_us.desc()).limit(1)).first()
    if found is None:
        return None
    detail = json.loads(found.detail)
    return Heartbeat(from_us(found.beat_us), detail if isinstance(detail, dict) else {})
