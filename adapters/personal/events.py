"""Events: what they tell of persons sealed under those persons' keys, beside the rest that stays readable."""

from collections.abc import Iterable
from typing import Final

import msgspec

from adapters.personal.keyring import Keyring
from adapters.personal.masking import mask, person_of, unmask
from adapters.personal.payers import NOBODY, party_name
from adapters.personal.sealing import about_event, event_key, seal, unseal
from domain.events import Event


class Sealed(msgspec.Struct, frozen=True):
    """The name of the key, and what it seals."""

    by: str
    box: bytes


# As it stands in a stored event, of which it is the last field; in a text of a message each quote is escaped.
_MARK: Final = b'"sealed":{"by":"'


def masked(keys: Keyring, event: Event) -> tuple[Event, str, bytes] | None:
    """The event without what it tells of a person, that person's name, and what was told; None if nothing."""
    found = mask(event)
    if found is None:
        return None
    party = person_of(event)
    return found[0], NOBODY if party is None else party_name(party, keys.digest), found[1]


def sealed(
    keys: Keyring, person: str, persons: bytes, place: tuple[str, int], about: tuple[str, bytes]
) -> Sealed:
    """What was taken out of an event, sealed: `place` is its stream and version, `about` topic and bytes."""
    name, key = keys.current([person])[person]
    return Sealed(name, seal(event_key(key, *place), persons, about_event(*about)))


def revealed(
    keys: Keyring, event: Event, found: Sealed, place: tuple[str, int], about: tuple[str, bytes]
) -> Event:
    """The event as it was, or as it is where the person was forgotten; SealError where it was changed."""
    key = keys.event_key(*place, found.by)
    return event if key is None else unmask(event, unseal(key, found.box, about_event(*about)))


def name_in(state: bytes) -> str | None:
    """The name of the key in a stored event, found without reading the rest; None where nothing is sealed."""
    # SQLite gives back whatever was put there, text too: that it is damaged is said where it is read.
    start = state.rfind(_MARK) if isinstance(state, bytes) else -1  # type: ignore[redundant-expr]
    if start < 0:
        return None
    name, _, _ = state[start + len(_MARK) :].partition(b'"')
    return name.decode("ascii", "replace")


def names_in(states: Iterable[bytes]) -> set[str]:
    """The names of all keys that these stored events want."""
    return {name for name in map(name_in, states) if name is not None}
