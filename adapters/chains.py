"""Chains: each event of a stream has a digest that vouches for all before it."""

from collections.abc import Mapping, Sequence

from eventsourcing.persistence import StoredEvent

from adapters.notary.digests import NOTHING, event_digest


def digest_of(stored: StoredEvent, previous: bytes) -> bytes:
    """The digest of an event as it is stored, after the one of its predecessor."""
    return event_digest(
        previous, str(stored.originator_id), stored.originator_version, stored.topic, stored.state
    )


def goes_on(stored: Sequence[StoredEvent]) -> set[str]:
    """The streams that these go on with, and do not begin."""
    names = {str(event.originator_id) for event in stored if event.originator_version > 1}
    return names - {str(event.originator_id) for event in stored if event.originator_version == 1}


def chained(
    stored: Sequence[StoredEvent], before: Mapping[str, bytes]
) -> tuple[list[bytes], dict[str, bytes]]:
    """The digest of each, and the last one of each stream; `before`: of what stands before them."""
    digests, tips = [], dict[str, bytes]()
    for event in stored:
        stream = str(event.originator_id)
        known = tips.get(stream) or before.get(stream)
        previous = NOTHING if event.originator_version == 1 else known
        assert previous is not None, "a stream that goes on has something before"
        tips[stream] = digest_of(event, previous)
        digests.append(tips[stream])
    return digests, tips
