import json
from pathlib import Path

import pytest

from adapters.engines import StoreError
from adapters.views.registry import PROJECTIONS
from scripts.wiring.queries import open_office_book, open_queries
from scripts.wiring.stores import now
from tests.given import payment
from tests.house import LocalPayPal, keep, settings_in, work_off


def test_queries_answer_from_the_files_and_from_the_book(any_engine: str, tmp_path: Path) -> None:
    with LocalPayPal().running() as paypal:
        settings = settings_in(tmp_path, paypal.url)
        keep(settings, [payment()])
        work_off(settings)
    with open_queries(settings) as queries:
        assert json.loads(queries.transaction("T1") or b"")["status"] == "completed"
        status = queries.status()
    assert status["book"]["position"] == 1
    assert [(lag["name"], lag["lag_events"]) for lag in status["projections"]] == [
        (name, 0) for name in PROJECTIONS
    ]


def test_a_house_that_is_not_there_is_not_made(on_sqlite: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError), open_queries(settings_in(tmp_path, "http://127.0.0.1:1/")):
        raise AssertionError("it opened")
    assert list(tmp_path.iterdir()) == []


def test_the_book_alone_explains_by_the_settings_of_today(any_engine: str, tmp_path: Path) -> None:
    with LocalPayPal().running() as paypal:
        settings = settings_in(tmp_path, paypal.url)
        keep(settings, [payment()])
        work_off(settings)
    with open_office_book(settings) as book:
        told = book.explain(book.lead("T1") or "", now()) or {}
    waived = [one["detail"] for one in told["because"] if one["verdict"] == "waived"]
    assert waived == ["no price was agreed for an item without a number: UNPRICED=ship lets it go"]
