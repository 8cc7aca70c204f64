"""Which events each notification became."""

from domain.events import Entry

NAME = "origins"
VERSION = 1

COLUMNS = ("n", "position", "stream", "version")


def row(stream: str, version: int, position: int, entry: Entry) -> dict[str, str | int] | None:
    """The row that an entry makes, its columns in their order, or None when no notification made it."""
    if entry.n is None:
        return None
    return {"n": entry.n, "position": position, "stream": stream, "version": version}
