"""The keyring: one key for each payer, whoever makes it; after one is destroyed nobody has it for long."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from adapters.personal.keyring import DESTROYED_LAST, HOUSE, KEY_LIFE_SECONDS, Keyring, destroyed_last
from adapters.personal.sealing import KEY_BYTES, body_key, event_key
from adapters.tables import payer_keys
from adapters.view_rows import upsert
from tests.engines import Parts, open_parts


@pytest.fixture
def parts(any_engine: str, tmp_path: Path) -> Iterator[Parts]:
    with open_parts(tmp_path) as opened:
        yield opened


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def destroy(parts: Parts, name: str, at: int = 1) -> None:
    with parts.book.begin() as connection:
        gone = update(payer_keys).where(payer_keys.c.payer == name)
        connection.execute(gone.values(key=None, destroyed_us=at))
        row = {"payer": DESTROYED_LAST, "key": None, "made_us": at, "destroyed_us": at, "cleaned_us": at}
        upsert(connection, payer_keys, [row])


def test_a_key_is_made_once_and_kept(parts: Parts) -> None:
    one, other = Keyring(parts.book), Keyring(parts.book)
    made = one.current(["payer:P1", "payer:P2", "payer:P1"])
    assert made == other.current(["payer:P2", "payer:P1"])
    assert {payer: name for payer, (name, _) in made.items()} == {
        "payer:P1": "payer:P1#1",
        "payer:P2": "payer:P2#1",
    }
    assert {len(key) for _, key in made.values()} == {KEY_BYTES}
    assert one.key("payer:P1#1") == made["payer:P1"][1] != made["payer:P2"][1]


def test_a_name_that_begins_like_another_is_another(parts: Parts) -> None:
    keys = Keyring(parts.book)
    keys.current(["payer:P1"])
    assert keys.current(["payer:P"])["payer:P"][0] == "payer:P#1"
    assert keys.current(["payer:P12"])["payer:P12"][0] == "payer:P12#1"


def test_what_was_never_made_is_no_key(parts: Parts) -> None:
    assert Keyring(parts.book).keys(["payer:P1#1", "payer:P1#2"]) == {"payer:P1#1": None, "payer:P1#2": None}


def test_a_destroyed_key_is_gone_for_everybody_within_its_life(parts: Parts) -> None:
    clock = Clock()
    keys = Keyring(parts.book, seconds=clock)
    (name, key) = keys.current(["payer:P1"])["payer:P1"]
    destroy(parts, name)
    assert keys.key(name) == key
    clock.seconds += KEY_LIFE_SECONDS
    assert keys.key(name) is None


def test_whoever_looks_again_does_not_wait_for_that(parts: Parts) -> None:
    keys = Keyring(parts.book, seconds=Clock())
    (name, _) = keys.current(["payer:P1"])["payer:P1"]
    destroy(parts, name)
    keys.look_again()
    assert keys.key(name) is None


def test_what_comes_after_has_a_key_of_the_next_generation(parts: Parts) -> None:
    clock = Clock()
    keys = Keyring(parts.book, seconds=clock)
    for number in (1, 2, 3):
        name, key = keys.current(["payer:P1"])["payer:P1"]
        assert name == f"payer:P1#{number}"
        destroy(parts, name, at=number)
        clock.seconds += KEY_LIFE_SECONDS
        assert keys.key(name) is None
    with parts.book.connect() as connection:
        assert destroyed_last(connection) == 3
        assert key not in connection.execute(select(payer_keys.c.key)).scalars().all()


def test_generations_are_counted_and_not_spelled(parts: Parts) -> None:
    clock = Clock()
    keys = Keyring(parts.book, seconds=clock)
    for number in range(1, 12):
        name, _ = keys.current(["payer:P1"])["payer:P1"]
        assert name == f"payer:P1#{number}"
        destroy(parts, name, at=number)
        clock.seconds += KEY_LIFE_SECONDS


def test_a_digest_is_the_houses_own(parts: Parts) -> None:
    keys = Keyring(parts.book)
    assert keys.digest("b@example.com") == Keyring(parts.book).digest("b@example.com")
    assert keys.digest("b@example.com") != keys.digest("c@example.com")
    assert len(keys.digest("")) == 32
    assert keys.current([HOUSE])[HOUSE][0] == "house#1"


def test_a_message_and_an_event_can_be_shown_alone(parts: Parts) -> None:
    keys = Keyring(parts.book)
    name, key = keys.current(["payer:P1"])["payer:P1"]
    assert keys.body_key(7, name) == body_key(key, 7)
    assert keys.event_key("T1", 2, name) == event_key(key, "T1", 2)
    assert keys.body_key(7, "payer:P2#1") is None
    assert keys.event_key("T1", 2, "payer:P2#1") is None


def test_no_more_than_so_many_are_known_at_once(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.personal.keyring._KNOWN_MAX", 3)
    keys = Keyring(parts.book)
    made = keys.current([f"payer:P{n}" for n in range(6)])
    assert keys.keys([name for name, _ in made.values()]) == dict(made.values())
