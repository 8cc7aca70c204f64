"""A house on PostgreSQL: all tables in one database, each part with the lock under which it is written."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from adapters.databases import Database
from adapters.engines import StoreEngine
from adapters.postgresql.connecting import shown_address
from adapters.postgresql.engine import postgresql_engine
from adapters.postgresql.locks import Lock
from adapters.tables import BOOK, INBOX, payer_keys

if TYPE_CHECKING:
    from adapters.book import Book

# A request waits no longer than ten seconds, its commit included.
_KEEP_SECONDS: Final = 9.0


class PostgresqlDatabase(Database):
    """One database for everything, and any number of processes."""

    kind = "postgresql"
    takes_many_workers = True
    # One worker follows the book; the others look in vain, and whoever dies is replaced in the next round.
    follow_seconds = 0.0

    def __init__(self, address: str, *, seals: bool = False) -> None:
        """`address`: a libpq URI."""
        self.seals = seals
        self._address = address

    @property
    def address(self) -> str:
        """User, hosts and name."""
        return shown_address(self._address)

    @property
    def files(self) -> tuple[Path, ...]:
        """None."""
        return ()

    def inbox(self) -> StoreEngine:
        """Synced; numbers are committed in their order."""
        return postgresql_engine(self._address, lock=Lock.INBOX, statement_seconds=_KEEP_SECONDS)

    def book(self) -> StoreEngine:
        """Synced."""
        return postgresql_engine(self._address)

    def views(self) -> StoreEngine:
        """Not synced; one writes at a time."""
        return postgresql_engine(self._address, lock=Lock.VIEWS, durable=False)

    def claims(self) -> StoreEngine:
        """Not synced; many claim at a time."""
        return postgresql_engine(self._address, durable=False)

    def notary(self) -> StoreEngine:
        """Synced; one seals at a time."""
        return postgresql_engine(self._address, lock=Lock.NOTARY)

    def events(self) -> "Book":
        """The streams in the database."""
        # The listener is spared its libraries.
        from adapters.book import Book  # noqa: PLC0415
        from adapters.postgresql.factory import ADDRESS  # noqa: PLC0415

        persistence = {"PERSISTENCE_MODULE": "adapters.postgresql.factory", ADDRESS: self._address}
        return Book(self.address, persistence, self.keys())

    def wipe(self) -> list[str]:
        """Take away what rows were before; the server's log and standbys keep it for as long as they do."""
        from adapters.postgresql.wiping import vacuum  # noqa: PLC0415 - one command wants it

        changed = [name for name in BOOK.tables if name != payer_keys.name]
        line = vacuum(self._address, [*changed, *INBOX.tables], anew=[payer_keys.name])
        return [] if line is None else [line]
