import sys
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from adapters.desk.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("plain\n\ttext\r\n", "plain\n\ttext\r\n"),
        ("Ånn Ø. 学 שלום 👩 ✔️ été", "Ånn Ø. 学 שלום 👩 ✔️ été"),
        ("a\x00b", "a[U+0000]b"),
        ("\x1b[31m", "[U+001B][31m"),
        ("\u202egnp.exe", "[U+202E RIGHT-TO-LEFT OVERRIDE]gnp.exe"),
        ("a\u200bb", "a[U+200B ZERO WIDTH SPACE]b"),
        ("\ufeff", "[U+FEFF ZERO WIDTH NO-BREAK SPACE]"),
        ("\udc80", "[U+DC80]"),
        ("\U000e0041", "[U+E0041 TAG LATIN CAPITAL LETTER A]"),
        ("\u2028", "[U+2028 LINE SEPARATOR]"),
        # What could not be read says so itself.
        ("\ufffd", "\ufffd"),
    ],
)
def test_what_hides_is_shown_as_a_code_and_all_else_as_it_is(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_tower_of_signs_reaches_over_its_neighbours() -> None:
    assert visible("Z" + "\u0301" * 4) == "Z" + "\u0301" * 4
    assert visible("Z" + "\u0301\u0489" * 500 + "!") == "Z" + "\u0301\u0489" * 2 + "…!"
    assert (
        visible("\u064e\U00016af0" * 1_000 + "-" + "\u20dd" * 5)
        == "\u064e\U00016af0" * 2 + "…-" + "\u20dd" * 4 + "…"
    )


def test_nothing_that_is_only_seen_by_what_it_does_is_left() -> None:
    unseen = ("Cc", "Cf", "Cs", "Zl", "Zp")
    every = "".join(one for one in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(one) in unseen)
    assert len(every) > 2_000
    assert {one for one in visible(every) if unicodedata.category(one) in unseen} == set("\n\r\t")


@given(st.text(st.characters()))
def test_markup_that_a_template_made_of_a_text_is_made_visible_too(text: str) -> None:
    shown = visible(escape(text))
    assert isinstance(shown, Markup)
    assert shown == escape(visible(text))


@given(st.text(st.characters()))
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    once = visible(text)
    assert visible(once) == once


def test_nothing_is_printed_of_what_is_not_there_and_other_values_as_they_are() -> None:
    assert visible(None) == ""
    assert visible(12) == 12
    assert visible(date(2026, 11, 20)) == date(2026, 11, 20)
