import re
from random import Random
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.simulator.messages import encode, new_track_id, sent_again, write
from adapters.simulator.orders import ADAPTIVE_ORDER, LARGE_CART_ORDER, SMALL_SUBSCRIPTION_ORDER

SALE = {
    "txn_id": "61E67681CH3238416",
    "mc_gross": "19.95",
    "first_name": "Jörg",
    "payment_date": "13:05:09 Nov 20, 2026 PST",
    "address_street": "1 Main St\r\n& more",
    "memo_is_absent": "",
}
del SALE["memo_is_absent"]


def test_bytes_are_escaped_as_paypal_does() -> None:
    body = write(SALE, rng=Random(1)).body
    assert b"&payment_date=13%3A05%3A09+Nov+20%2C+2026+PST&" in body
    assert b"&first_name=J%F6rg&" in body
    assert b"&address_street=1+Main+St%0D%0A%26+more&" in body
    assert body.startswith(b"mc_gross=19.95&")


def test_the_declared_charset_is_the_one_that_is_used() -> None:
    message = write(SALE | {"charset": "UTF-8"}, rng=Random(1))
    assert b"&first_name=J%C3%B6rg&" in message.body
    assert b"&charset=UTF-8&" in message.body


def test_what_the_charset_cannot_say_is_an_error() -> None:
    with pytest.raises(UnicodeEncodeError):
        write(SALE | {"first_name": "春香"}, rng=Random(1))


def test_paypals_own_fields_are_on_every_message() -> None:
    message = write(SALE, rng=Random(1))
    assert message.value("charset") == "windows-1252"
    assert message.value("notify_version") == "3.9"
    assert message.value("test_ipn") == "1"
    assert re.fullmatch(r"A[A-Za-z0-9.-]{55}", message.value("verify_sign") or "")
    assert re.fullmatch(r"[0-9a-f]{13}", message.value("ipn_track_id") or "")
    assert message.value("nothing") is None


def test_the_same_dice_write_the_same_bytes_and_other_dice_others() -> None:
    assert write(SALE, rng=Random(7)).body == write(SALE, rng=Random(7)).body
    assert write(SALE, rng=Random(7)).body != write(SALE, rng=Random(8)).body


def test_numbered_fields_stand_together_in_the_order_of_their_numbers() -> None:
    said = {f"item_name{n}": str(n) for n in (10, 2, 1)} | {"mc_gross_2": "2.00", "mc_gross_1": "1.00"}
    names = [name for name, _ in write(said, rng=Random(1)).fields]
    assert [name for name in names if name.startswith("item_name")] == [
        "item_name1",
        "item_name2",
        "item_name10",
    ]
    assert names.index("mc_gross_2") == names.index("mc_gross_1") + 1


def test_a_field_that_paypal_does_not_know_cannot_be() -> None:
    with pytest.raises(AssertionError, match="colour"):
        write({"colour": "red"}, rng=Random(1))


def test_names_with_two_numbers_and_brackets_have_their_places_too() -> None:
    options = {f"option_name{o}_{n}": "x" for o, n in ((2, 1), (1, 2), (1, 1))}
    names = [name for name, _ in write(options, rng=Random(1), order=LARGE_CART_ORDER).fields]
    assert [name for name in names if name.startswith("option")] == [
        "option_name1_1",
        "option_name1_2",
        "option_name2_1",
    ]
    legs = {"transaction[1].id": "B", "transaction[0].id": "A"}
    message = write(legs | {"notify_version": "UNVERSIONED"}, rng=Random(1), order=ADAPTIVE_ORDER)
    assert b"&transaction%5B0%5D.id=A&transaction%5B1%5D.id=B&" in message.body
    assert message.value("notify_version") == "UNVERSIONED"
    assert message.value("ipn_track_id") is None


def test_a_number_may_have_a_place_of_its_own() -> None:
    said = {"period3": "1 M", "mc_amount3": "5.00", "period1": "1 W", "mc_amount1": "0.00"}
    names = [name for name, _ in write(said, rng=Random(1), order=SMALL_SUBSCRIPTION_ORDER).fields]
    assert names[-5:] == ["period1", "mc_amount1", "period3", "mc_amount3", "ipn_track_id"]


def test_what_is_sent_again_from_the_history_says_so_and_nothing_else() -> None:
    message = write(SALE, rng=Random(1))
    again = sent_again(message)
    assert again.body == message.body + b"&resend=true"
    assert again.fields == (*message.fields, ("resend", "true"))


def test_two_messages_may_share_a_track_id() -> None:
    track = new_track_id(Random(3))
    assert write(SALE | {"ipn_track_id": track}, rng=Random(1)).value("ipn_track_id") == track


@given(st.lists(st.tuples(st.sampled_from(["custom", "memo", "item_name"]), st.text())))
def test_what_is_encoded_can_be_decoded(fields: list[tuple[str, str]]) -> None:
    body = encode([(name, value.encode("utf-8", "ignore").decode()) for name, value in fields], "utf-8")
    pairs = [pair.partition(b"=") for pair in body.split(b"&")] if fields else []
    decoded = [(n.decode(), unquote_to_bytes(v.replace(b"+", b" ")).decode()) for n, _, v in pairs]
    assert decoded == [(name, value.encode("utf-8", "ignore").decode()) for name, value in fields]
    assert not re.search(rb"%[0-9A-F]?[a-f]", body)
