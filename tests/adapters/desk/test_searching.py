from datetime import UTC, datetime

import falcon
import pytest

from adapters.desk.searching import Asked, asked_in, filled, words
from adapters.queries.search_terms import Is, Received, Words
from tests.given import NOON


def test_what_nobody_filled_in_is_not_asked() -> None:
    assert filled({"q": " ", "outcome": "", "verdict": " verified ", "n": ["1", "2"]}) == {
        "verdict": "verified"
    }
    assert Asked().search(NOON).terms == ()


def test_words_and_fields_narrow_it_together() -> None:
    sent, asked = asked_in(
        {"q": "outcome:parked", "verdict": "verified", "txn_id": "T1", "until": "2026-11-20", "seen": "x"}
    )
    assert "seen" not in sent
    assert asked.search(NOON).terms == (
        Words(column="outcome", words=("parked",)),
        Words(column="verdict", words=("verified",)),
        Is(columns=("txn_id", "parent_txn_id"), text="T1"),
        Received(until=datetime(2026, 11, 21, tzinfo=UTC)),
    )


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"q": "outcome:lost"}, 'The "q" parameter is invalid. outcome: is one of waiting'),
        ({"verdict": "lost"}, 'The "verdict" parameter is invalid. It must be one of: verified'),
    ],
)
def test_what_is_wrong_is_said_by_its_name(form: dict[str, str], said: str) -> None:
    with pytest.raises(falcon.HTTPInvalidParam) as raised:
        asked_in(form)
    assert (raised.value.description or "").startswith(said)


def test_a_search_is_not_endless() -> None:
    with pytest.raises(ValueError, match="1 to 256 characters"):
        words("x" * 257)
