"""Words for to-dos: what a message says is quoted without harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import Report
from projections.todos.words import amount_of, harmless
from tests.given import fact_of, payment


@given(st.text())
def test_a_quoted_text_is_short_and_steers_nothing(text: str) -> None:
    told = harmless(text, 20)
    assert len(told) <= 20
    assert told == "" or told.isprintable() or "\ufffd" in told
    assert not set(told) & set("\x00\x1b\n\r\u202e\u2028")


@pytest.mark.parametrize(("gross", "said"), [("20.00", " of 20.00 USD"), ("", "")])
def test_an_amount_is_said_where_one_was_told(gross: str, said: str) -> None:
    assert amount_of(fact_of(payment(status="Voided", gross=gross), Report)) == said
