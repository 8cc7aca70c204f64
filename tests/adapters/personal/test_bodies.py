"""Bodies: stored sealed once they are taken in, opened for whoever asks the inbox, gone with their keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from structlog.testing import capture_logs

from adapters.delivered import BodyDamagedError, BodyForgottenError
from adapters.engines import StoreError
from adapters.inbox import Inbox
from adapters.personal.bodies import opened, sealed_bodies
from adapters.tables import deliveries, payer_keys
from tests.adapters.sealed_workshop import SealedWorkshop, of_user, open_sealed
from tests.given import payment

ODD = b"payer_id=P9&first_name=Andr%E9&\xff\x00\xfe=%zz"


@pytest.fixture
def house(any_engine: str, tmp_path: Path) -> Iterator[SealedWorkshop]:
    with open_sealed(tmp_path) as opened_:
        yield opened_


def stored(house: SealedWorkshop) -> dict[int, tuple[str | None, bytes]]:
    row = deliveries.c
    with house.inbox_engine.connect() as connection:
        found = connection.execute(select(row.n, row.sealed_by, row.body))
        return {n: (name, bytes(body)) for n, name, body in found}


def test_a_body_is_sealed_when_it_is_taken_in_and_not_before(house: SealedWorkshop) -> None:
    house.keep(of_user(), ODD, b"")
    assert stored(house) == {1: (None, of_user()), 2: (None, ODD), 3: (None, b"")}
    assert house.claims.take_in() == 3
    assert [name for name, _ in stored(house).values()] == ["payer:PAYER1#1", "payer:P9#1", "message:3#1"]
    assert b"User" not in stored(house)[1][1]
    assert house.inbox.bodies([1, 2, 3]) == {1: of_user(), 2: ODD, 3: b""}
    assert [one.body for one in house.inbox.after(0, 9)] == [of_user(), ODD, b""]


def test_a_worker_that_died_between_sealing_and_taking_in_is_no_harm(house: SealedWorkshop) -> None:
    house.keep(of_user(), ODD)
    house.inbox.seal(house.inbox.after(0, 1))
    before = stored(house)[1]
    assert house.claims.take_in() == 2
    assert stored(house)[1] == before
    assert house.inbox.bodies([1, 2]) == {1: of_user(), 2: ODD}


def test_of_two_that_seal_at_once_one_does(house: SealedWorkshop) -> None:
    house.keep(of_user())
    one, other = house.inbox.after(0, 1), house.inbox.after(0, 1)
    assert house.inbox.seal(one) == house.inbox.seal(other)
    assert house.inbox.bodies([1]) == {1: of_user()}


def test_where_personal_data_are_open_nothing_is_changed(any_engine: str, tmp_path: Path) -> None:
    with open_sealed(tmp_path, seals=False) as house:
        house.keep(of_user())
        house.claims.take_in()
        assert stored(house) == {1: (None, of_user())}


def test_what_was_sealed_can_be_read_when_nothing_is_sealed_any_more(any_engine: str, tmp_path: Path) -> None:
    with open_sealed(tmp_path) as house:
        house.deliver(of_user())
    with open_sealed(tmp_path, seals=False) as house:
        house.deliver(of_user("T2"))
        assert house.inbox.bodies([1, 2]) == {1: of_user(), 2: of_user("T2")}
        assert [name for name, _ in stored(house).values()] == ["payer:PAYER1#1", None]
        assert house.book.streams(["T1"])["T1"][0].event.report.payer.name == "Test User"  # type: ignore[union-attr]


def test_a_forgotten_body_is_said_to_be(house: SealedWorkshop) -> None:
    house.deliver(of_user(), payment("T2", payer_id="P2"))
    house.forget("PAYER1")
    assert house.inbox.bodies([1, 2]) == {2: payment("T2", payer_id="P2")}
    assert house.inbox.forgotten([1, 2, 3]) == {1}
    forgotten, kept = house.inbox.after(0, 9)
    assert (forgotten.forgotten, kept.forgotten) == (True, False)
    with pytest.raises(BodyForgottenError, match="the body of delivery 1 was forgotten"):
        _ = forgotten.body
    shown = house.queries.notification(1)
    assert shown is not None
    assert (shown["raw"], shown["fields"], shown["forgotten"]) == (None, [], True)
    assert shown["outcome"] == "recorded"
    assert house.claims.ask_again(1, 0) is False


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_a_changed_body_is_an_error_in_words(house: SealedWorkshop, place: int) -> None:
    house.deliver(of_user())
    body = bytearray(stored(house)[1][1])
    body[place] ^= 1
    with house.inbox_engine.begin() as connection:
        connection.execute(update(deliveries).values(body=bytes(body)))
    house.deliver(of_user("T2"))
    with capture_logs() as logs:
        # It holds up no other, and is not taken for forgotten.
        assert list(house.inbox.bodies([1, 2])) == [2]
        assert house.inbox.forgotten([1, 2]) == set()
    assert [log["n"] for log in logs if log["event"] == "delivery_damaged"] == [1]
    with pytest.raises(BodyDamagedError, match="the body of delivery 1 cannot be opened"):
        opened(house.keys, 1, "payer:PAYER1#1", bytes(body))


def test_a_body_whose_key_another_book_has_is_not_taken_for_forgotten(house: SealedWorkshop) -> None:
    claimed = house.claim(of_user(), of_user("T2", payer_id="P2"))
    with house.engine.begin() as connection:
        connection.execute(delete(payer_keys).where(payer_keys.c.payer.like("payer:PAYER1%")))
    house.keys.look_again()
    house.keys._known.clear()
    assert [one.n for one in claimed] == [1, 2]
    assert list(house.inbox.bodies([1, 2])) == [2]
    assert house.inbox.forgotten([1, 2]) == set()
    assert house.inbox.after(0, 9)[0].opened is None


def test_a_body_in_anothers_place_is_an_error_in_words(house: SealedWorkshop) -> None:
    sealed = sealed_bodies(house.keys, {1: of_user(), 2: of_user("T2")})
    name, box = sealed[2]
    assert opened(house.keys, 2, name, box) == of_user("T2")
    with pytest.raises(StoreError, match="changed"):
        opened(house.keys, 1, name, box)


def test_whoever_reads_bodies_must_have_the_keys(house: SealedWorkshop) -> None:
    house.deliver(of_user())
    with pytest.raises(AssertionError, match="keys"):
        Inbox(house.inbox_engine).bodies([1])
