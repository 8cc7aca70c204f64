"""The drift radar: news is told once, with an example; what is known is never news; nothing can break it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.body import open_body
from domain.drift import ENTRIES_MAX, EXAMPLE_CHARACTERS_MAX, FIELD, WHATS, drift_of
from domain.known import CYCLES, DATES, FIELDS, KNOWN
from tests.given import adjustment, authorization, body, capture, case, follower, order, payment, pending


def told(raw: bytes) -> list[tuple[str, str]]:
    return list(drift_of(open_body(raw)))


NEWS: dict[str, tuple[dict[str, str], tuple[str, str]]] = {
    "a type": ({"txn_type": "crypto_payment"}, ("txn_type", "crypto_payment")),
    "a status": ({"payment_status": "Inflight"}, ("payment_status", "Inflight")),
    "a reason to wait": ({"pending_reason": "moon_phase"}, ("pending_reason", "moon_phase")),
    "a reason": ({"reason_code": "Regret"}, ("reason_code", "Regret")),
    "a kind of case": ({"case_type": "inquiry"}, ("case_type", "inquiry")),
    "a charset": ({"charset": "klingon"}, ("charset", "klingon")),
    "an entity": ({"transaction_entity": "quote"}, ("transaction_entity", "quote")),
    "a status of authorizations": ({"auth_status": "Held"}, ("auth_status", "Held")),
    "a status of profiles": ({"profile_status": "Paused"}, ("profile_status", "Paused")),
    "a status of initial payments": ({"initial_payment_status": "Odd"}, ("initial_payment_status", "Odd")),
    "a way of paying": ({"payment_type": "crypto"}, ("payment_type", "crypto")),
    "a currency": ({"mc_currency": "XAU"}, ("mc_currency", "XAU")),
    "a status of a Mass Pay record": ({"status_3": "Lost"}, ("status_#", "Lost")),
    "a reason of a Mass Pay record": ({"reason_code_12": "9999"}, ("reason_code_#", "9999")),
    "a status in Adaptive Payments": (
        {"transaction[1].status": "Beamed"},
        ("transaction[#].status", "Beamed"),
    ),
    "a field": ({"brand_new": ""}, ("field", "brand_new")),
    "a numbered field": ({"brand_new_7": "x"}, ("field", "brand_new_7")),
    "a known field in other letters": ({"TXN_ID": "T1"}, ("field", "TXN_ID")),
    "a field without a name": ({"": "x"}, ("field", "")),
    "a date": ({"payment_date": "31.12.2026"}, ("payment_date", "31.12.2026")),
    "a date that does not exist": (
        {"auth_exp": "08:12:59 Feb 30, 2026 PST"},
        ("auth_exp", "08:12:59 Feb 30, 2026 PST"),
    ),
    "a cycle of profiles": ({"payment_cycle": "Whenever"}, ("payment_cycle", "Whenever")),
    "a cycle of subscriptions": ({"period3": "1 Q"}, ("period#", "1 Q")),
}


@pytest.mark.parametrize("new", NEWS)
def test_what_is_new_is_told_with_an_example(new: str) -> None:
    fields, expected = NEWS[new]
    assert told(body(**fields)) == [expected]


QUIET = {
    "a payment": payment(),
    "a pending one": pending(),
    "a refund": follower("Refunded", "R1", reason_code="refund"),
    "a reversal": follower("Reversed", "R1", reason_code="unauthorized_claim"),
    "a canceled reversal": follower("Canceled_Reversal", "R1"),
    "an adjustment": adjustment("X1"),
    "a case": case(),
    "an order": order(),
    "an authorization": authorization(),
    "a capture": capture("C1"),
    "a date in another form": body(payment_date="23:38:36 30 Oct 2015 PDT"),
    "no date": body(next_payment_date="N/A", payment_date="", auth_exp="  "),
    "blanks": body(txn_type="", payment_status=" ", charset="", reason_code=""),
    "letter case and hyphens": body(payment_status="IN-PROGRESS", pending_reason="Multi-Currency"),
    "spaces around a word": body(period_type=" Regular", payment_status="Completed "),
    "cycles": body(payment_cycle="every 6 Months", period1="1 M", period3="4 D"),
    "nothing": b"",
}


@pytest.mark.parametrize("message", QUIET)
def test_what_is_known_is_no_news(message: str) -> None:
    assert told(QUIET[message]) == []


@pytest.mark.parametrize("field", sorted(DATES))
def test_every_date_is_looked_at(field: str) -> None:
    assert told(body(**{field: "tomorrow"})) == [(field, "tomorrow")]


def test_all_is_told_in_the_order_of_the_message() -> None:
    raw = body(payment_date="then", brand_new="1", txn_type="novelty", payment_status="Completed")
    assert told(raw) == [("payment_date", "then"), ("field", "brand_new"), ("txn_type", "novelty")]


def test_the_same_news_is_told_once() -> None:
    assert told(b"reason_code=odd&reason_code=odd&new=1&new=2") == [("reason_code", "odd"), ("field", "new")]


def test_a_field_said_twice_is_looked_at_twice() -> None:
    assert told(b"reason_code=odd&reason_code=refund&reason_code=even") == [
        ("reason_code", "odd"),
        ("reason_code", "even"),
    ]


def test_the_first_of_numbered_fields_stands_for_all() -> None:
    raw = "&".join(f"new_{i}=x&new_{i}_{i}=x" for i in range(1, 100)).encode()
    assert told(raw) == [("field", "new_1"), ("field", "new_1_1")]


def test_a_message_full_of_news_is_cut() -> None:
    raw = "&".join(f"{'x' * i}=1" for i in range(1, 100)).encode()
    assert told(raw) == [("field", "x" * i) for i in range(1, ENTRIES_MAX + 1)]


def test_an_example_is_cut() -> None:
    raw = body(reason_code="r" * 1000) + b"&" + b"n" * 1000 + b"=1"
    assert told(raw) == [
        ("reason_code", "r" * EXAMPLE_CHARACTERS_MAX),
        ("field", "n" * EXAMPLE_CHARACTERS_MAX),
    ]


def test_an_example_may_be_shown_anywhere() -> None:
    raw = b"reason_code=%1b%5b2Jodd%0d%0a&charset=utf-8&%e2%80%ae%00evil=1"
    assert told(raw) == [("reason_code", "\ufffd[2Jodd\ufffd\ufffd"), ("field", "\ufffd\ufffdevil")]


def test_a_template_of_ours_is_no_field_of_paypals() -> None:
    assert told(b"mc_gross_%23=1") == [("field", "mc_gross_#")]


def sure(raw: bytes) -> None:
    found = told(raw)
    assert len(found) <= ENTRIES_MAX
    assert len(set(found)) == len(found)
    for what, example in found:
        assert what in WHATS
        assert len(example) <= EXAMPLE_CHARACTERS_MAX
        assert "\x00" not in example
        example.encode()


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_looked_at(raw: bytes) -> None:
    sure(raw)


def encoded(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


NAMES = st.one_of(st.sampled_from(sorted(FIELDS)), st.text(max_size=80))
VALUES = st.one_of(st.text(max_size=80), st.sampled_from(("Completed", "N/A", "1 M", "0", "every 1 Months")))


@given(st.lists(st.tuples(NAMES, VALUES), max_size=40))
def test_any_fields_with_any_values_are_looked_at(pairs: list[tuple[str, str]]) -> None:
    sure("&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs).encode())


@st.composite
def known_pair(draw: Any) -> tuple[str, str]:
    field = draw(st.sampled_from(sorted(FIELDS)))
    name = "".join(str(draw(st.integers(0, 300))) if c == "#" else c for c in field)
    if field in KNOWN:
        word = draw(st.sampled_from(sorted(KNOWN[field])))
        return name, draw(
            st.sampled_from((word, word.upper(), word.title(), f" {word}", word.replace("_", "-")))
        )
    if field in DATES:
        return name, draw(
            st.sampled_from(("08:12:59 Nov 20, 2026 PST", "N/A", "", "05:09:52 11 Feb 2015 PST"))
        )
    if field in CYCLES:
        return name, draw(st.sampled_from(("1 M", "Monthly", "every 2 Months", "Daily", "")))
    return name, draw(st.text(st.characters(codec="utf-8"), max_size=40))


@given(st.lists(known_pair(), max_size=30))
def test_what_is_known_is_never_news(pairs: list[tuple[str, str]]) -> None:
    fields = [(name, value) for name, value in pairs if name != "charset"]
    assert told("&".join(f"{name}={encoded(value)}" for name, value in fields).encode()) == []


def test_all_that_news_may_be_about_is_a_word_of_ours() -> None:
    assert {*KNOWN, *DATES, *CYCLES, FIELD} == WHATS
    assert FIELD not in FIELDS
