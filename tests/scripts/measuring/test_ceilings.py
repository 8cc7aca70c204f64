from pathlib import Path

import pytest

from scripts.measuring import ceilings
from scripts.measuring.books import book_of_events
from scripts.measuring.ceilings import Read, select_and_decode
from tests.measured import small_bench


def test_every_event_is_read_and_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceilings, "_PAGE_ROWS", 7)
    with small_bench(tmp_path) as bench:
        book = book_of_events(bench, "sqlite", 30)
        assert select_and_decode(book.address).events == book.events


def test_a_rate_is_of_events_a_second() -> None:
    assert Read(300, 0.5).rate == 600
