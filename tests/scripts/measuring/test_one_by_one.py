"""One commit a message."""

from pathlib import Path

from adapters.databases import database_of
from adapters.inbox import Inbox
from scripts.measuring.bodies import body_of
from scripts.measuring.one_by_one import rate
from tests.engines import database_in


def test_it_keeps_message_after_message(any_engine: str, tmp_path: Path) -> None:
    address = database_in(tmp_path)
    assert rate(address, 0.0) > 0
    engine = database_of(address).inbox()
    try:
        assert Inbox(engine).bodies([1]) == {1: body_of(0)}
    finally:
        engine.dispose()
