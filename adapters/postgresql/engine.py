"""PostgreSQL's engine: who writes takes the lock of a part, so that what is numbered is committed in turn."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, MetaData, create_engine, event, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import DBAPIError

from adapters.engines import Said, StoreEngine, StoreError, store_errors
from adapters.layouts import SCHEMA_VERSION, bring_forward, missing, refuse_newer
from adapters.postgresql.connecting import connecting, shown_address
from adapters.postgresql.connection import DIALECT, PING_SECONDS, answering_within, refuse_others
from adapters.postgresql.errors import advice, is_away, is_locked, is_lost
from adapters.postgresql.locks import Lock, asking_for, silence, waiting_for
from adapters.postgresql.pipelines import in_a_pipeline
from adapters.postgresql.tables import EVENTS, LAYOUTS, layout
from adapters.tables import INBOX

_OLDEST_VERSION: Final = 14

# Who may read views holds that table lightly: see `adapters.slots.read_from`.
_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; LOCK TABLE layout IN ACCESS SHARE MODE"
# Not READ WRITE: where an administrator lets nobody write (default_transaction_read_only), we do not either.
_WRITE: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
# A server that hangs keeps no limits of its own: so much later it is given up.
_ANSWER_MARGIN_SECONDS: Final = 5.0
_POOL_SECONDS: Final = 10.0
_PATIENCE_SECONDS: Final = 600  # of a download that somebody stops to think about
# Of each engine: at rest a server has few connections to keep, and under load no more than it can give.
_KEPT_CONNECTIONS: Final = 2
_MORE_CONNECTIONS: Final = 13
# Large tables are not brought forward in a minute.
_UNLIMITED: Final = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"


class PostgresqlEngine(StoreEngine):
    """An engine over one database; who writes takes the engine's lock, if it has one, for the transaction.

    The server gives a lock back when its holder commits, dies or vanishes.
    """

    _address: str
    _lock: Lock | None
    _busy_seconds: float
    _statement_seconds: float

    @property
    def place(self) -> str:
        """User, hosts and name of the database."""
        return shown_address(self._address)

    @contextmanager
    def begin(self, *, busy_seconds: float | None = None, lock: Lock | None = None) -> Iterator[Connection]:
        """A transaction that writes; waits for locks no longer than `busy_seconds`, if given."""
        wait = self._busy_seconds if busy_seconds is None else busy_seconds
        # Below the statement's limit, so that a lock that was not had is told as such.
        wait = min(wait, self._statement_seconds - 0.5)
        taken = lock or self._lock
        begin = f"{_WRITE}; SET LOCAL lock_timeout = {max(1, int(wait * 1000))}; {silence(taken)}"
        if taken is not None and wait > 0:
            begin += f"; {waiting_for(taken)}"
        with self.connect() as connection:
            connection.execution_options(postgresql_begin=begin)
            with connection.begin():
                # Who does not wait at all is no error to the server, whose log would be full of them.
                if (
                    taken is not None
                    and not wait
                    and not connection.exec_driver_sql(asking_for(taken)).scalar()
                ):
                    raise StoreError(f"{self.place}: somebody else is at it", locked=True)
                yield connection

    @contextmanager
    def read_singly(self) -> Iterator[Connection]:
        """Without a transaction: to begin and to end one takes two round trips more."""
        with self.connect() as connection:
            connection.execution_options(postgresql_begin=None)
            yield connection

    def send(self, connection: Connection, statements: Sequence[Said]) -> None:
        """In a pipeline: none waits for the answers to those before it."""
        if statements:
            in_a_pipeline(connection, statements)

    @contextmanager
    def read_patiently(self) -> Iterator[Connection]:
        """A reading transaction of somebody who takes his time between two rows."""
        with self.connect() as connection:
            connection.execution_options(postgresql_begin=f"{_READ}; {silence(None, _PATIENCE_SECONDS)}")
            yield connection

    @contextmanager
    def read_briefly(self, seconds: float) -> Iterator[Connection]:
        """A reading transaction that waits for nobody longer than that."""
        limit = max(1, int(seconds * 1000))
        begin = f"{_READ}; SET LOCAL lock_timeout = {limit}; SET LOCAL statement_timeout = {limit}"
        with self.connect() as connection, answering_within(connection, seconds + PING_SECONDS):
            connection.execution_options(postgresql_begin=begin)
            yield connection

    def write_nothing(self, seconds: float) -> None:
        """Commit a write that changes nothing; SQLAlchemy's DBAPIError when the database cannot take one."""
        limit = max(1, int(seconds * 1000))
        with self.connect() as connection, answering_within(connection, seconds + PING_SECONDS):
            connection.execution_options(postgresql_begin=f"{_WRITE}; SET LOCAL lock_timeout = {limit}")
            with connection.begin():
                connection.exec_driver_sql("UPDATE layout SET version = version WHERE part = 'inbox'")

    def explained(self, error: DBAPIError) -> StoreError:
        """What the server said, by its SQLSTATE."""
        said = next(iter(str(error.orig).strip().splitlines()), type(error.orig).__name__)
        message = f"{self.place}: {advice(error.orig)} ({said})"
        return StoreError(message, locked=is_locked(error.orig), away=is_away(error.orig))

    def prepare(self, metadata: MetaData) -> None:
        """Make the tables of a part where they are missing, and bring an older layout forward."""
        part = "inbox" if metadata is INBOX else "book"
        with (
            store_errors(self),
            self.begin(lock=Lock.SCHEMA) as connection,
            answering_within(connection, None),
        ):
            connection.exec_driver_sql(_UNLIMITED)
            self._check_server(connection)
            LAYOUTS.create_all(connection)
            found = connection.execute(select(layout.c.version).where(layout.c.part == part)).scalar()
            version = found or 0
            refuse_newer(version, self.place)
            lost = missing(connection, metadata)
            if part == "book":
                EVENTS.create_all(connection)
            if version == SCHEMA_VERSION and not lost:
                # As a rule there is nothing to do, and nobody is to wait for it.
                bring_forward(connection, metadata, version, lost)
                return
            # What is brought forward must stand still meanwhile.
            connection.exec_driver_sql(waiting_for(Lock.VIEWS))
            metadata.create_all(connection)
            bring_forward(connection, metadata, version, lost)
            row = {"part": part, "version": SCHEMA_VERSION}
            connection.execute(
                insert(layout).values(row).on_conflict_do_update(index_elements=["part"], set_=row)
            )

    def clock_ahead_seconds(self, clock: Callable[[], datetime]) -> float:
        """How far the server's clock is ahead of that one."""
        with store_errors(self), self.connect() as connection:
            connection.exec_driver_sql("SELECT 1")  # connected, so that no time is lost in between
            found: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return (found - clock()).total_seconds()

    def _check_server(self, connection: Connection) -> None:
        number, encoding = connection.exec_driver_sql(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')"
        ).one()
        if number // 10_000 < _OLDEST_VERSION:
            said = f"{number // 10_000}.{number % 10_000}"
            wanted = f"{_OLDEST_VERSION} or newer is wanted"
            raise StoreError(f"{self.place}: PostgreSQL {said} is too old: {wanted}")
        if encoding != "UTF8":
            wanted = "create the database with ENCODING 'UTF8'"
            raise StoreError(f"{self.place}: its encoding is {encoding}: {wanted}")


def postgresql_engine(
    address: str,
    *,
    lock: Lock | None = None,
    durable: bool = True,
    busy_seconds: float = 10.0,
    statement_seconds: float = 60.0,
) -> PostgresqlEngine:
    """An engine over the database at `address`, a libpq URI.

    `durable`: a commit is on the disk when it returns; otherwise the last ones may be lost with the power,
    never torn, and never without what was committed after them. Nothing is reached before the first
    connection.
    """
    connect = connecting(
        address,
        {
            "synchronous_commit": "on" if durable else "off",
            "statement_timeout": f"{int(statement_seconds * 1000)}",
            "lock_timeout": f"{int(busy_seconds * 1000)}",
        },
        answer_seconds=statement_seconds + _ANSWER_MARGIN_SECONDS,
    )
    base = create_engine(
        f"{DIALECT}://",
        creator=connect,
        pool_pre_ping=True,
        pool_timeout=_POOL_SECONDS,
        pool_size=_KEPT_CONNECTIONS,
        max_overflow=_MORE_CONNECTIONS,
    )
    # Error texts that would quote the parameters could carry a whole notification into a log.
    engine = PostgresqlEngine(base.pool, base.dialect, base.url, hide_parameters=True)
    engine._address, engine._lock = address, lock  # noqa: SLF001
    engine._busy_seconds, engine._statement_seconds = busy_seconds, statement_seconds  # noqa: SLF001
    event.listen(engine, "begin", _begun)
    event.listen(engine, "checkout", refuse_others)
    event.listen(engine, "handle_error", _failed)
    return engine


def _begun(connection: Connection) -> None:
    begin = connection.get_execution_options().get("postgresql_begin", _READ)
    if begin is not None:
        connection.exec_driver_sql(begin)


def _failed(context: ExceptionContext) -> None:
    if is_lost(context.original_exception):
        context.is_disconnect = True
