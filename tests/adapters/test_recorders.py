"""What the book asks for is what the recorders of both engines give."""

import inspect

import pytest

from adapters import recorders
from adapters.postgresql.recorder import BookRecorder as OnPostgresql
from adapters.sqlite.recorder import BookRecorder as OnSqlite

ASKED = [name for name in vars(recorders.BookRecorder) if name.startswith("select_")]


@pytest.mark.parametrize("kind", [OnSqlite, OnPostgresql])
@pytest.mark.parametrize("name", ASKED)
def test_a_recorder_is_asked_alike_on_every_engine(kind: type, name: str) -> None:
    wanted = inspect.signature(getattr(recorders.BookRecorder, name))
    assert inspect.signature(getattr(kind, name)) == wanted
