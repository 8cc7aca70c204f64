"""One connection to PostgreSQL: given up when no answer comes in time, and never another process's."""

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from adapters.postgresql.arrays import ArrayDumper

# An idle connection that gives no sign of life for so long leads to a server that hangs, or to none.
PING_SECONDS: Final = 3.0
_LOOK_SECONDS: Final = 0.1
# Who spoke a moment ago is not asked whether he is there: that is a round trip for each transaction. One that
# hangs since then is noticed by the limit of the statement itself, later than a ping would have.
_FRESH_SECONDS: Final = 1.0


class OwnConnection(psycopg.Connection[Any]):
    """Waits for an answer no longer than `answer_seconds`, if given: a server that hangs keeps no limits."""

    answer_seconds: float | None = None
    _process: int | None = None
    _heard_at: float = float("-inf")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - psycopg's, handed on as they are
        super().__init__(*args, **kwargs)
        self._process = os.getpid()
        self.adapters.register_dumper(list, ArrayDumper)

    @property
    def is_ours(self) -> bool:
        """Whether this process opened it, and not one that it was forked from."""
        return self._process == os.getpid()

    @property
    def is_fresh(self) -> bool:
        """Whether the server spoke a moment ago, and nothing since: before it goes it says goodbye."""
        if time.monotonic() - self._heard_at > _FRESH_SECONDS or self.closed:
            return False
        looking = select.poll()
        looking.register(self.fileno(), select.POLLIN)
        return not looking.poll(0)

    @contextmanager
    def answering_within(self, seconds: float | None) -> Iterator[None]:
        """Inside the block each answer may take so long; None: as long as it takes."""
        before, self.answer_seconds = self.answer_seconds, seconds
        try:
            yield
        finally:
            self.answer_seconds = before

    def wait(self, gen: PQGen[RV], interval: float = _LOOK_SECONDS, timeout: float | None = None) -> RV:
        """Wait for an answer; psycopg's OperationalError when it does not come in time."""
        if timeout is not None or self.answer_seconds is None:
            return super().wait(gen, interval, timeout)
        end = time.monotonic() + self.answer_seconds
        try:
            answer = super().wait(gen, interval, self.answer_seconds)
        except psycopg.OperationalError as error:
            if time.monotonic() < end:
                raise
            # What comes yet would be taken for the answer to something else.
            self.close()
            raise psycopg.OperationalError(f"no answer within {self.answer_seconds:g} s") from error
        self._heard_at = time.monotonic()
        return answer

    def commit(self) -> None:
        """Commit, however long a standby takes that is to have it too.

        The server breaks off such a wait at `statement_timeout`, and calls the commit done.
        """
        if self.pgconn.transaction_status == TransactionStatus.INTRANS:
            self.execute("SET LOCAL statement_timeout = 0; COMMIT")
        else:
            super().commit()

    def forget_prepared(self) -> None:
        """Prepare all statements anew, after an error in a pipeline.

        The driver takes one for prepared when it is sent, and a server that erred hears nothing after that.
        """
        self._prepared.clear()

    def __del__(self) -> None:  # type: ignore[override]  # psycopg's own is told how to warn
        # That a child leaves its parent's open is as it should be.
        if self.is_ours:
            super().__del__()

    def close(self) -> None:
        """Close it, unless it is the parent's, to whose server this would say goodbye."""
        if self.is_ours:
            super().close()


class OwnDialect(PGDialect_psycopg):
    """SQLAlchemy's, with connections that are asked shortly whether they still lead somewhere."""

    supports_statement_cache = True

    def do_ping(self, dbapi_connection: DBAPIConnection) -> bool:
        """Whether it answers, or need not be asked; psycopg's OperationalError when it does not in time."""
        connection = cast("OwnConnection", dbapi_connection)
        if connection.is_fresh or not connection.is_ours:
            return True  # over another process's it would be asked in the middle of that one's words
        with connection.answering_within(PING_SECONDS):
            return bool(super().do_ping(dbapi_connection))  # type: ignore[no-untyped-call]


@contextmanager
def answering_within(connection: Connection, seconds: float | None) -> Iterator[None]:
    """Inside the block each answer of a connection of SQLAlchemy's may take so long."""
    with cast("OwnConnection", connection.connection.dbapi_connection).answering_within(seconds):
        yield


def refuse_others(
    connection: DBAPIConnection, entry: ConnectionPoolEntry, proxied: PoolProxiedConnection
) -> None:
    """A socket opened before a fork is the parent's: two that spoke over it would mix their words.

    For SQLAlchemy's event `checkout`: the pool then opens another one.
    """
    if not cast("OwnConnection", connection).is_ours:
        entry.dbapi_connection = proxied.dbapi_connection = None  # type: ignore[misc]
        raise DisconnectionError("this connection belongs to another process")


DIALECT: Final = "postgresql+counterfoil"
registry.register(DIALECT.replace("+", "."), __name__, OwnDialect.__name__)
