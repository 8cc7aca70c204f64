"""Statements sent together: where one server answers many, nobody waits for each of its answers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection

from adapters.engines import Said, StoreEngine, one_by_one

_WAITING: Final = "statements that wait to be sent"


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Inside the block what is run by `run` may be sent later: before anything is `asked`, or at its end.

    What goes wrong with one may so be raised at another. After an error nothing more is sent. There is one
    such block at a time.
    """
    info = connection.info
    assert _WAITING not in info, "one block at a time"
    info[_WAITING] = waiting = list[Said]()
    try:
        yield
        _send(connection, waiting)
    finally:
        # Of a connection that was lost it is gone already.
        info.pop(_WAITING, None)


def run(connection: Connection, text: str, values: Sequence[Any]) -> None:
    """Run a statement whose answer nobody wants, inside the caller's transaction."""
    assert connection.in_transaction(), "who writes has begun to"
    waiting = connection.info.get(_WAITING)
    if waiting is None:
        _send(connection, [(text, values)])
    else:
        waiting.append((text, values))


def asked(connection: Connection, text: str, values: Sequence[Any]) -> Any:  # noqa: ANN401 - SQLAlchemy's result
    """Run a statement and have its answer; all that wait to be sent are, before it."""
    waiting = connection.info.get(_WAITING)
    if waiting:
        _send(connection, waiting)
    return connection.exec_driver_sql(text, tuple(values))


def _send(connection: Connection, waiting: list[Said]) -> None:
    some = waiting.copy()
    waiting.clear()
    if not some:
        return
    if isinstance(connection.engine, StoreEngine):
        connection.engine.send(connection, some)
    else:  # a place of somebody's own, and no store
        one_by_one(connection, some)
