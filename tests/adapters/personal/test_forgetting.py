"""Forgetting: keys go in one commit; whatever ends it after that, the next one ends it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.personal.forgetting import Forgetting
from adapters.personal.guard import FORGOTTEN
from adapters.personal.keyring import HOUSE
from adapters.tables import drift, notifications, payer_keys
from domain.erasure import ERASED
from domain.vocabulary import Verdict
from tests.adapters.sealed_workshop import SealedWorkshop, left_of, of_user, open_sealed
from tests.given import follower, payment


@pytest.fixture
def house(any_engine: str, tmp_path: Path) -> Iterator[SealedWorkshop]:
    with open_sealed(tmp_path) as opened:
        yield opened


def keys(house: SealedWorkshop) -> list[Any]:
    row = payer_keys.c
    with house.engine.connect() as connection:
        wanted = select(row.payer, row.key, row.destroyed_us, row.cleaned_us).order_by(row.payer)
        return [tuple(found) for found in connection.execute(wanted)]


def left(house: SealedWorkshop) -> set[tuple[str, str, str]]:
    return left_of([house.engine, house.inbox_engine])


def test_a_destroyed_key_is_null_and_the_others_stay(house: SealedWorkshop) -> None:
    house.deliver(of_user(), payment("T2", payer_id="P2", payer_email="x@example.com"))
    house.forget("PAYER1")
    found = {
        name: (key is not None, destroyed is not None, clean is not None)
        for name, key, destroyed, clean in keys(house)
    }
    assert found["payer:PAYER1#1"] == (False, True, True)
    assert found["payer:P2#1"] == (True, False, False)
    assert found[f"{HOUSE}#1"] == (True, False, False)


def test_what_quoted_a_message_is_erased(house: SealedWorkshop) -> None:
    house.deliver(of_user("T1", mc_currency="Test User"), of_user("T2", payment_status="buyer@example.com"))
    house.deliver(of_user("T3", **{"Test User": "1"}), payment("T4", payer_id="P2", other="1"))
    house.deliver(of_user("T5", first_name="X"), verdict=Verdict.UNKNOWN)
    assert {table for table, _, _ in left(house)} >= {"notifications", "drift"}
    house.forget("PAYER1")
    assert left(house) == set()
    assert [house.row(n)["reason"] for n in (1, 2, 5)] == [ERASED, ERASED, FORGOTTEN]
    assert house.post_backs(5) == [(1, "unknown", ERASED)]
    assert house.post_backs(1) == [(1, "verified", "VERIFIED")]
    with house.engine.connect() as connection:
        assert connection.execute(select(drift.c.n)).scalars().all() == [4]


def test_news_that_others_told_too_is_counted_again(house: SealedWorkshop) -> None:
    both = {"odd_field": "1"}
    house.deliver(
        of_user("T1", **both), payment("T2", payer_id="P2", **both), payment("T3", payer_id="P3", **both)
    )
    house.forget("PAYER1")
    with house.engine.connect() as connection:
        found = connection.execute(select(drift.c.what, drift.c.example, drift.c.n, drift.c.count)).all()
    assert [tuple(one) for one in found] == [("field", "odd_field", 2, 2)]
    house.forget("P2")
    house.forget("P3")
    with house.engine.connect() as connection:
        assert connection.execute(select(drift)).all() == []


def test_reasons_in_words_of_ours_stay(house: SealedWorkshop) -> None:
    house.deliver(of_user(receiver_email="other@example.com"), follower("Refunded", "R1", payer_id="PAYER1"))
    before = [house.row(n)["reason"] for n in (1, 2)]
    house.forget("PAYER1")
    assert [house.row(n)["reason"] for n in (1, 2)] == before == ["receiver", "waits for T1"]


class KilledError(Exception):
    """Where a process is ended by force."""


STEPS = ("adapters.personal.forgetting._scrub", "adapters.personal.retelling.Retelling.run")


@pytest.mark.parametrize("step", STEPS)
def test_one_that_was_ended_early_is_ended_by_the_next_of_anybody(
    house: SealedWorkshop, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.deliver(of_user(), payment("T2", payer_id="P2"))
    house.follower.follow()

    def dies(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(step, dies)
        with pytest.raises(KilledError):
            house.forget("PAYER1")
    assert left(house) != set()
    house.forget("P2")
    assert left(house) == set()
    assert {clean is None for _, key, _, clean in keys(house) if key is None} == {False}


def test_forgetting_twice_does_nothing_the_second_time(house: SealedWorkshop) -> None:
    house.deliver(of_user())
    house.forget("PAYER1")
    before = [one for one in keys(house) if not one[0].startswith("#")]
    found = house.forget("PAYER1")
    assert found.keys == set()
    assert [one for one in keys(house) if not one[0].startswith("#")] == before


def test_nobody_waits_where_nothing_is_to_be_cleaned(house: SealedWorkshop) -> None:
    house.deliver(of_user())
    waits: list[float] = []
    forgetting = Forgetting(
        house.book, house.parts.book, house.inbox_engine, house.retelling(), house.clock, waits.append
    )
    forgetting.clean()
    assert waits == []
    forgetting.destroy(["payer:PAYER1#1"])
    forgetting.clean()
    assert len(waits) == 1
    assert waits[0] > 1.0


def test_money_goes_on_as_if_nothing_had_been_forgotten(house: SealedWorkshop, tmp_path: Path) -> None:
    after = [of_user(), follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R2", gross="-15.00")]
    house.deliver(of_user())
    house.forget("PAYER1")
    house.deliver(*after)
    house.follower.follow()
    with house.engine.connect() as connection:
        told = connection.execute(select(notifications.c.outcome).order_by(notifications.c.n)).scalars().all()
    assert told == ["recorded", "duplicate", "recorded", "recorded"]
    assert b'"status":"refunded"' in (house.queries.transaction("T1") or b"")
    assert b"(erased)" in (house.queries.transaction("T1") or b"")
    balances = {row["account"]: row["balance"] for row in house.queries.balances(None)}
    assert balances["Assets:PayPal:USD"] == "-0.88"
