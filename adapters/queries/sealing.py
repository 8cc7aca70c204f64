"""How far the notary is: what is sealed and signed for, and which checkpoints have left this machine."""

from typing import Any

from sqlalchemy import Connection, select

from adapters.notary.seals import EVENT, read_last, read_last_checkpoint, read_size
from adapters.queries.progress import Tail
from adapters.tables import notary_keys, sendings
from adapters.times import rfc3339


def read_sealing(book: Connection, tail: Tail) -> dict[str, Any]:
    """The notary's part of the status; `behind` counts positions of events that are not sealed yet."""
    last = read_last_checkpoint(book)
    behind = max(0, tail.last_position() - read_last(book, EVENT))
    row = sendings.c
    sent = book.execute(select(row.target, row.size, row.sent_us, row.error).order_by(row.target))
    return {
        "sealed": read_size(book),
        "behind": behind,
        "checkpoint": None if last is None else {"size": last.size, "made_at": rfc3339(last.made_us)},
        "keys": list(book.execute(select(notary_keys.c.vkey).order_by(notary_keys.c.since_us)).scalars()),
        "sent": [
            {
                "target": target,
                "size": size,
                "sent_at": None if sent_us is None else rfc3339(sent_us),
                "error": error,
            }
            for target, size, sent_us, error in sent
        ],
    }
