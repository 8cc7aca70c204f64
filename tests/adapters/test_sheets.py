"""The CSV twin: everything comes back as it was, and nothing in it runs."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sheets import inert, write_sheet


def rows(sheet: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sheet.decode(), newline=""), strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        '=HYPERLINK("http://x","y")',
        "=cmd|' /C calc'!A0",
        "-5,00",
        "--5",
        "+",
        "\uff1d1",
    ],
)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-5.00", "+5", "19.95", "", "abc", "a=b", "buyer@example.com", "'x", "<b>", "2-1"]
)
def test_numbers_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_any_texts_make_one_row_and_come_back(texts: list[str]) -> None:
    columns = [f"c{number}" for number in range(len(texts))]
    header, row = rows(write_sheet(columns, [dict(zip(columns, texts, strict=True))]))
    assert header == columns
    assert [cell.removeprefix("'") for cell in row] == [text.removeprefix("'") for text in texts]
    plain = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
    assert not [
        cell for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not plain.fullmatch(cell)
    ]


def test_nested_fields_are_flattened() -> None:
    item = {
        "payer": {"id": "LPL", "email": None},
        "nobody": None,
        "open": True,
        "items": [{"number": "A", "name": None, "quantity": "1"}, {"number": "B", "quantity": "2"}],
        "fields": [["a", "b"], ["c", "d"]],
        "data": {"report": {"gross": "=1"}, "doubts": []},
    }
    columns = ("payer.id", "payer.email", "payer.no.such", "nobody", "open", "items", "fields", "data")
    assert rows(write_sheet(columns, [item])) == [
        ["payer_id", "payer_email", "payer_no_such", "nobody", "open", "items", "fields", "data"],
        [
            "LPL",
            "",
            "",
            "",
            "true",
            "number=A, quantity=1; number=B, quantity=2",
            "a; b; c; d",
            '{"report":{"gross":"=1"},"doubts":[]}',
        ],
    ]


def test_an_empty_list_is_a_header_alone() -> None:
    assert write_sheet(("a", "b"), []) == b"a,b\r\n"
