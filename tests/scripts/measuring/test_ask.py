import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.api.routes import ROUTES
from adapters.databases import database_of
from scripts.measuring import ask
from scripts.measuring.ask import measure
from scripts.measuring.bench_context import CheckFailedError
from scripts.measuring.books import book_of_transactions
from tests.measured import small_bench

SPOILED = """
UPDATE transactions_a
SET document = CAST(replace(CAST(document AS TEXT), '"status":"completed"', '"status":"denied"') AS BLOB)
"""


def test_an_office_is_asked_for_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "MANY", 4_000)
    # The others differ by their paths.
    monkeypatch.setattr(ask, "OF_ONE", {"explain": ask.OF_ONE["explain"]})
    monkeypatch.setattr(ask, "LISTS", {"todos": ask.LISTS["todos"]})
    with small_bench(tmp_path) as bench:
        figures = {figure.name: figure for figure in measure(bench)}
    names = ["transaction", "growth", "explain", "todos"]
    assert list(figures) == [f"ask.sqlite.{name}" for name in names]
    one, growth = figures["ask.sqlite.transaction"], figures["ask.sqlite.growth"]
    assert (one.wanted, growth.wanted) == (0.3, 1 / 1.3)
    assert one.value == growth.value
    assert one.ceiling_words == "the same office answering `/livez`"
    assert growth.ceiling_words == "the same of 20"
    for figure in figures.values():
        assert figure.unit == "requests/s"
        assert list(figure.more) == ["p50_ms", "p99_ms", "max_ms"]
        assert figure.value > 0


def test_a_transaction_that_is_shown_otherwise_than_it_ended_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "MANY", 2_000)
    with small_bench(tmp_path) as bench:
        book = book_of_transactions(bench, "sqlite", 20)
        with closing(sqlite3.connect(database_of(book.address).files[0])) as connection, connection:
            connection.execute(SPOILED)
        with pytest.raises(CheckFailedError, match="is shown as denied, not completed"):
            list(measure(bench))


def test_a_transaction_that_is_not_shown_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "MANY", 2_000)
    with small_bench(tmp_path) as bench:
        book = book_of_transactions(bench, "sqlite", 20)
        with closing(sqlite3.connect(database_of(book.address).files[0])) as connection, connection:
            connection.execute("DELETE FROM transactions_a")
        with pytest.raises(CheckFailedError, match="the office answers 404 to /api/transactions/BENCH"):
            list(measure(bench))


def test_only_paths_are_asked_for_that_the_office_has() -> None:
    paths = {path.replace(":text", "") for path, _ in ROUTES}
    assert {f"/api/transactions/{{txn_id}}/{name}" for name in ask.OF_ONE} | set(ask.LISTS.values()) <= paths
