"""What was new is noted in its delivery and counted once."""

import json

import pytest

from adapters.tables import drift, notifications
from tests.adapters.auditing.conftest import Store, where

NEWS = {"what": "field", "example": "odd_field"}


@pytest.mark.parametrize("text", [None, "no json", json.dumps([["field", "other"]]), "[]"])
def test_what_was_not_noted_is_missed(store: Store, text: str | None) -> None:
    store.change(notifications, {"drift": text}, n=1)
    assert ("notifications", {"n": 1}) in where(store.check("outcomes"))


def test_more_may_have_been_new_to_an_earlier_version(store: Store) -> None:
    text = json.dumps([["field", "odd_field"], ["field", "payer_id"]])
    store.change(notifications, {"drift": text}, n=1)
    found = where(store.check("outcomes"))
    assert ("notifications", {"n": 1}) not in found
    assert found == [("drift", {"what": "field"})], "and it was counted then"


@pytest.mark.parametrize("change", [{"count": 9}, {"n": 3}, {"first_us": 5}])
def test_the_table_counts_what_was_noted(store: Store, change: dict[str, object]) -> None:
    store.change(drift, change, **NEWS)
    assert where(store.check("outcomes")) == [("drift", NEWS)]


def test_news_that_nobody_told_and_news_that_is_gone_are_found(store: Store) -> None:
    store.change(drift, {"example": "other"}, **NEWS)
    assert where(store.check("outcomes")) == [
        ("drift", {"what": "field", "example": "other"}),
        ("drift", {"what": "field"}),
    ]
