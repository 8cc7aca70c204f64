import io
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.show import plain, say, table

CONTROLS = "\x00\x07\x08\t\n\r\x1b[2J\x7f\x9b31m"
MARKS = "\u061c\u200b\u200e\u202e\u2028\u2029\u2066\ufeff\U000e0041\ud800\ue000"


def test_what_moves_cursors_or_turns_lines_round_is_written_out() -> None:
    shown = plain(CONTROLS + MARKS)
    assert shown.isascii()
    assert shown.isprintable()
    assert plain("a\x1b[31mb\u202ec\r\nd") == r"a\x1b[31mb\u202ec\r\nd"


def test_letters_of_all_the_world_stay() -> None:
    for text in ("Jörg Łódź", "日本語 ✂", "שלום", "مرحبا", "5 €", "a\u0301", "👍🏽"):
        assert plain(text) == text


def test_nothing_is_a_dash_and_numbers_are_themselves() -> None:
    assert (plain(None), plain(0), plain(""), plain(False)) == ("-", "0", "", "False")  # noqa: FBT003


@given(st.text())
def test_whatever_a_text_holds_it_is_one_inert_line(text: str) -> None:
    shown = plain(text)
    assert {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} == set()
    assert len(shown.splitlines()) <= 1
    shown.encode()


@given(st.lists(st.tuples(st.text(), st.none() | st.integers()), max_size=5))
def test_a_table_has_a_line_for_each_row(rows: list[tuple[object, ...]]) -> None:
    assert table(rows).count("\n") == max(0, len(rows) - 1)


def test_columns_stand_under_each_other() -> None:
    assert table([("n", "outcome", "x"), (1, "recorded", None), (20, "b\n", "")]) == (
        "n   outcome   x\n1   recorded  -\n20  b\\n"
    )
    assert table([]) == ""


@pytest.mark.parametrize(
    ("charset", "written"),
    [("utf-8", "Łö\n".encode()), ("latin-1", b"\\u0141\xf6\n"), ("ascii", b"\\u0141\\xf6\n")],
)
def test_a_letter_that_the_terminal_does_not_have_is_escaped(
    charset: str, written: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(terminal, encoding=charset))
    say("Łö")
    sys.stdout.flush()
    assert terminal.getvalue() == written
