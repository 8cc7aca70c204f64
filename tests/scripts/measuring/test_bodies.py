"""The bench's messages are read and decided as PayPal's are, each told apart from all others."""

from collections import Counter
from urllib.parse import parse_qs

import pytest

from adapters.readings import read
from domain.vetting import Shop
from scripts.measuring.bodies import OUTCOMES, RECEIVER, ROUND, body_of, message, number_of, statuses
from tests.given import MemoryBook

MANY = 3 * ROUND


def test_each_is_the_same_every_time_and_no_other() -> None:
    bodies = [message(number).body for number in range(MANY)]
    assert len(set(bodies)) == MANY
    assert [number_of(body) for body in bodies] == list(range(MANY))
    assert bodies == [body_of(number) for number in range(MANY)]


@pytest.mark.parametrize("number", [0, 1, ROUND - 1, 1_000_000])
def test_one_is_as_long_as_paypals(number: int) -> None:
    assert 1_000 < len(body_of(number)) < 1_400


@pytest.mark.parametrize("body", [b"", b"a=b", body_of(3) + b" ", body_of(3)[1:], b"&custom=bench+x&"])
def test_what_is_none_of_them_to_the_byte_has_no_number(body: bytes) -> None:
    assert number_of(body) is None


def test_of_twenty_payments_one_waits_first_and_two_are_refunded() -> None:
    assert Counter(message(number).kind for number in range(ROUND)) == {
        "pending": 1,
        "completed": 20,
        "refund": 2,
    }


def test_they_bring_no_news_and_name_their_invoice() -> None:
    for number in range(ROUND):
        assert read(body_of(number), 1).drift == ()
        assert parse_qs(body_of(number).decode())["invoice"][0].startswith("BENCH-")


@pytest.mark.parametrize("backwards", [False, True])
def test_they_end_as_is_expected_of_them_in_any_order(*, backwards: bool) -> None:
    book = MemoryBook(Shop(receivers=frozenset({RECEIVER}), ship_unpriced=True))
    numbers = list(range(MANY))[:: -1 if backwards else 1]
    book.deliver(*map(body_of, numbers))
    for n, number in enumerate(numbers, start=1):
        assert book.outcome(n) in OUTCOMES[message(number).kind]
    expected = statuses(numbers)
    assert len(expected) == 3 * 20
    assert {txn_id: book.shown(txn_id)["status"] for txn_id in expected} == expected


def test_nothing_is_expected_of_a_refund_without_its_payment() -> None:
    assert statuses([ROUND - 1]) == {}
    assert statuses([0]) == {"BENCH000000000000": "pending"}
