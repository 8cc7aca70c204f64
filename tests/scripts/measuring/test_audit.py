import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.databases import database_of
from scripts.measuring import audit
from scripts.measuring.audit import measure
from scripts.measuring.bench_context import CheckFailedError
from scripts.measuring.books import book_of_events
from tests.measured import small_bench


def test_everything_is_audited_and_then_the_chain_and_the_tree_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "EVENTS", 5_000)
    with small_bench(tmp_path) as bench:
        figures = list(measure(bench))
    assert [figure.name for figure in figures] == ["audit.sqlite.all", "audit.sqlite.chain"]
    assert [figure.wanted for figure in figures] == [0.03, 0.3]
    for figure in figures:
        assert figure.more["events"] >= 50
        assert figure.ratio is not None


def test_an_audit_that_finds_something_is_no_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "EVENTS", 1_000)
    with small_bench(tmp_path) as bench:
        book = book_of_events(bench, "sqlite", 10)
        with closing(sqlite3.connect(database_of(book.address).files[0])) as connection, connection:
            connection.execute("UPDATE stored_events SET topic = 'PaymentDenied:1' WHERE rowid = 2")
        with pytest.raises(CheckFailedError, match=r"audit --json: \d+ found"):
            list(measure(bench))


def test_an_audit_that_leaves_events_out_is_none() -> None:
    said = {"found": 0, "checks": [], "position": 9}
    assert audit.wrong(9, said) is None
    assert audit.wrong(10, said) == "it looked at 9 of 10 events"
