from dataclasses import replace
from pathlib import Path

import pytest

from scripts.measuring.bench_context import CheckFailedError
from scripts.measuring.bodies import PAYMENTS, ROUND, Message, message
from scripts.measuring.books import book_of_events, book_of_transactions
from scripts.measuring.progress import asking
from tests.given import payment
from tests.measured import small_bench


def count(address: str, table: str, *, inbox: bool = False) -> int:
    with asking(address, inbox=inbox) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    return found


def test_a_book_has_as_many_events_as_were_asked_for_and_all_that_belongs_to_them(tmp_path: Path) -> None:
    with small_bench(tmp_path) as bench:
        book = book_of_events(bench, "sqlite", 100)
        assert 100 <= book.events <= 102
        assert count(book.address, "stored_events") == book.events
        assert count(book.address, "deliveries", inbox=True) == book.messages
        assert count(book.address, "post_backs") == book.messages
        assert count(book.address, "notifications WHERE outcome = 'recorded'") == book.messages
        assert count(book.address, f"positions WHERE position <> {book.events}") == 0
        # Events, deliveries and the rules of then.
        assert count(book.address, "seals") == book.events + book.messages + 1
        assert count(book.address, "checkpoints") == 1


def test_a_book_of_transactions_tells_all_of_each(tmp_path: Path) -> None:
    with small_bench(tmp_path) as bench:
        book = book_of_transactions(bench, "sqlite", 30)
        assert book.messages == 2 * ROUND
        assert count(book.address, "transactions_a") == 2 * PAYMENTS


def test_a_book_is_made_once_in_a_run_and_anew_in_the_next(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    with small_bench(tmp_path / "first", said) as bench:
        book = book_of_events(bench, "sqlite", 10)
        assert book_of_events(replace(bench, rounds=2), "sqlite", 10) is book
    with small_bench(tmp_path / "second", said) as bench:
        assert book_of_events(bench, "sqlite", 10) is not book
    assert said == ["making a book of 10 events on SQLite"] * 2


def test_a_message_that_ends_otherwise_than_it_must_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def message_to_another(number: int) -> Message:
        told = message(number)
        return told if number != 3 else replace(told, body=payment("T3", receiver_email="else@example.com"))

    monkeypatch.setattr("scripts.measuring.books.message", message_to_another)
    with small_bench(tmp_path) as bench, pytest.raises(CheckFailedError, match="'refused': 1"):
        book_of_events(bench, "sqlite", 10)
