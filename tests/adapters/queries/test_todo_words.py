"""Sentences about deliveries that nobody booked: they name the delivery, the reason and what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.queries import todo_words
from domain.transaction import REFUSED_MOVE
from domain.vetting import ENVIRONMENT, RECEIVER


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            RECEIVER,
            "Notification 17 was refused: it names no receiver of ours. If that account is ours, add it",
        ),
        (ENVIRONMENT, "Notification 17 was refused: it comes from the sandbox where PAYPAL says live,"),
        (
            f"{REFUSED_MOVE}: completed after denied",
            "Notification 17 was refused (completed after denied): it contradicts what PayPal had told",
        ),
        ("something else", "Notification 17 was refused: look at the transaction in PayPal."),
        (None, "Notification 17 was refused: look at the transaction in PayPal."),
    ],
)
def test_a_refused_one_says_why_and_what_to_do(reason: str | None, said: str) -> None:
    assert todo_words.refused(17, reason).startswith(said)


def test_an_unreadable_one_names_the_field() -> None:
    assert todo_words.unreadable(17, "mc_gross: '1_000' is not a plain decimal amount") == (
        "Notification 17 cannot be read (mc_gross: '1_000' is not a plain decimal amount), and nothing"
        " of it is booked: look at the transaction in PayPal. A later version may read it: retry it then."
    )


def test_an_unmodelled_one_says_what_is_not_known_and_where_to_see_it() -> None:
    assert todo_words.unmodelled(17, "txn_type 'foo'") == (
        "This version does not know what notification 17 tells (txn_type 'foo'), and nothing of it is booked."
        " See its fields at /api/notifications/17 and look in PayPal whether money moved; a later version may"
        " know it: retry it then."
    )


@pytest.mark.parametrize(
    ("what", "example", "count", "said"),
    [
        (
            "txn_type",
            "foo",
            3,
            "PayPal sent txn_type 'foo', which this version does not know, first",
        ),
        (
            "field",
            "new_one",
            1,
            "PayPal sent a field 'new_one', which this version does not know, first",
        ),
        (
            "payment_date",
            "soon",
            2,
            "PayPal sent payment_date 'soon', which this version cannot read, first",
        ),
    ],
)
def test_news_is_said_with_an_example(what: str, example: str, count: int, said: str) -> None:
    times = "once" if count == 1 else f"{count} times"
    assert todo_words.drift(what, example, 12, count).startswith(f"{said} in notification 12, {times}. ")


@given(st.text(min_size=1))
def test_a_hostile_reason_steers_nothing_and_is_short(text: str) -> None:
    for said in (
        todo_words.refused(1, f"{REFUSED_MOVE}: {text}"),
        todo_words.unreadable(1, text),
        todo_words.unmodelled(1, text),
        todo_words.drift(text, text, 1, 1),
    ):
        assert not set(said) & set("\x00\x1b\r\n\u202e\u2028\u2029\x9b")
    assert len(todo_words.unreadable(1, text * 5_000)) < 700
