"""What the library makes of our module for PostgreSQL."""

from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import Environment

from adapters.postgresql.factory import ADDRESS, Factory
from tests.engines import database_in

EVENT = StoredEvent("a", 1, "t", b"{}")


def test_the_library_makes_it_from_an_address(on_postgresql: str, tmp_path: Path) -> None:
    with closing(Factory(Environment("Book", {ADDRESS: database_in(tmp_path)}))) as factory:
        recorder = factory.application_recorder()
        recorder.insert_events([EVENT])
        assert recorder.select_events("a") == [EVENT]
        for ask in (factory.aggregate_recorder, factory.tracking_recorder, factory.process_recorder):
            with pytest.raises(NotImplementedError, match="a book has no recorder of"):
                ask()
