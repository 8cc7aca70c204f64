"""The forms that the ledger can be had in."""

import pytest

from adapters.exports.formats import FORMATS, pieces
from tests.adapters.exports.conftest import SALE, bound


@pytest.mark.parametrize("name", FORMATS)
def test_pieces_are_the_whole_in_a_size_worth_sending(name: str) -> None:
    form = FORMATS[name]
    whole = "".join(form.write(bound([SALE] * 2000)))
    found = list(pieces(form.write, bound([SALE] * 2000)))
    assert b"".join(found).decode() == whole
    assert len(found) > 2
    assert all(64 * 1024 <= len(piece) < 128 * 1024 for piece in found[:-1])


def test_every_form_has_a_name_that_no_message_chose() -> None:
    assert list(FORMATS) == ["beancount", "hledger", "csv"]
    assert {form.file_name.rpartition(".")[0] for form in FORMATS.values()} == {"counterfoil"}
    assert all("charset=utf-8" in form.content_type for form in FORMATS.values())
