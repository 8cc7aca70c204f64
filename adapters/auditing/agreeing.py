"""Agreeing: the events that stand in the book beside those that were derived."""

from collections.abc import Callable, Sequence

from eventsourcing.persistence import StoredEvent

from adapters.auditing.units import Placed
from adapters.mapper import encode
from domain.events import Entry


def difference(
    derived: Sequence[tuple[str, Entry]],
    some: Sequence[Placed],
    version_of: Callable[[str], int],
    read: Callable[[StoredEvent], Entry],
) -> str | None:
    """What is not as it was derived, in words; None when all of it is. `version_of`: before these."""
    if not derived:
        return "adds nothing to the book as it stood then"
    versions: dict[str, int] = {}
    for index, (stream, entry) in enumerate(derived):
        if index >= len(some):
            return f"begins {len(derived)} events that belong together, of which {index} are there"
        one = some[index]
        known = versions.get(stream)
        version = versions[stream] = 1 + (version_of(stream) if known is None else known)
        if one.stream != stream:
            return _at(index, "is of another stream than was to be appended")
        if one.stored.originator_version != version:
            return _at(index, f"is version {one.stored.originator_version}, and {version} was next")
        if not _is(entry, one, read):
            return _at(index, "is not what is decided from its delivery and the events before it")
    return None


def _at(index: int, what: str) -> str:
    return what if index == 0 else f"the {index + 1}. event from here {what}"


def _is(entry: Entry, one: Placed, read: Callable[[StoredEvent], Entry]) -> bool:
    # Mostly it is the same bytes, and nothing need be read.
    topic, state = encode(entry, one.origin.rules if one.origin else None)
    if state == one.stored.state and topic == one.stored.topic:
        return True
    try:
        return read(one.stored) == entry
    except Exception:  # noqa: BLE001 - what cannot be read is no such entry
        return False
