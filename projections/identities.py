"""Which ids are followers', and what each follows."""

from domain.events import Entry, FollowerIdentified

NAME = "identities"
VERSION = 1


def row(stream: str, entry: Entry) -> dict[str, str] | None:
    """The row that an entry makes, or None."""
    if isinstance(entry.event, FollowerIdentified):
        return {"txn_id": stream, "follows": entry.event.follows}
    return None
