"""Texts of messages, made harmless."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.exports.texts import items, narration, one_line, payee
from domain.accounts import EntryKind
from projections.ledger import About
from tests.adapters.exports.conftest import SALE
from tests.ledgers import HOSTILE

LINES = {
    "A book": "A book",
    "two\r\nlines\tand  more": "two lines and more",
    " \u3000wide\u00a0 space\u2028": "wide space",
    "nul\x00 bell\x07": "nul\ufffd bell\ufffd",
    "\u202eevil\u202c": "\ufffdevil\ufffd",
    "Andr\u00e9 \u0627\u0644 \U0001f4b8": "Andr\u00e9 \u0627\u0644 \U0001f4b8",
    "lone \ud800 half": "lone \ufffd half",
    "": "",
    None: "",
}


@pytest.mark.parametrize(("text", "expected"), LINES.items())
def test_a_text_is_one_printable_line(text: str | None, expected: str) -> None:
    assert one_line(text) == expected


@given(st.text() | st.sampled_from(HOSTILE))
def test_any_text_at_all_is_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert line == line.strip()
    assert len(line.splitlines()) <= 1
    assert len(line) <= len(text)


def test_who_paid_is_called_by_name_or_address() -> None:
    assert payee(SALE) == "Test User"
    assert payee(replace(SALE, about=About(email="b@example.com"))) == "b@example.com"
    assert payee(replace(SALE, about=About(name="\n", email="b@example.com"))) == "b@example.com"
    assert payee(replace(SALE, about=About())) == ""


def test_what_it_was_names_the_ids() -> None:
    assert narration(SALE) == "Sale T1"
    assert narration(replace(SALE, kind="refund", txn_id="R1")) == "Refund R1 of T1"
    words = [narration(replace(SALE, kind=kind)) for kind in EntryKind]
    assert len(set(words)) == len(EntryKind)


def test_items_are_in_one_line() -> None:
    assert items(replace(SALE, about=About(items=("A\nbook", "Another")))) == "A book / Another"
    assert items(replace(SALE, about=About())) == ""
