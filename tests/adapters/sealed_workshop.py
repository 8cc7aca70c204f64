"""A workshop in which personal data are sealed, and what is left of somebody in its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import MetaData, inspect, select

from adapters.databases import database_of
from adapters.engines import StoreEngine
from adapters.inbox import Inbox
from adapters.personal.finding import Finder, Found
from adapters.personal.forgetting import Forgetting
from adapters.personal.guard import Guard
from adapters.personal.keyring import Keyring
from adapters.personal.retelling import Retelling
from adapters.processor import Processor
from adapters.queries.reader import Queries
from tests.adapters.workshop import Workshop
from tests.engines import database_in, open_parts
from tests.given import payment


class SealedWorkshop(Workshop):
    """One in which PERSONAL_DATA is `sealed`."""

    @property
    def keys(self) -> Keyring:
        assert self.book.keys is not None
        return self.book.keys

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.inbox_engine, self.keys)

    @property
    def queries(self) -> Queries:
        return replace(super().queries, keys=self.keys)

    def processor(self, draw: float = 0.0, *_: object) -> Processor:
        return Processor(self.book, self.shop, self.clock, lambda: draw, guard=Guard(self.inbox))

    def finder(self) -> Finder:
        return Finder(self.book, self.inbox_engine, self.keys, self.parts.book)

    def find(self, payer: str) -> Found:
        return self.finder().find(payer)

    def retelling(self) -> Retelling:
        return Retelling(self.book, self.engine, self.clock)

    def forgetting(self) -> Forgetting:
        """It need not wait: what this process knows it forgets at once."""
        return Forgetting(
            self.book, self.parts.book, self.inbox_engine, self.retelling(), self.clock, lambda _: None
        )

    def forget(self, payer: str) -> Found:
        found = self.find(payer)
        self.forgetting().destroy(sorted(found.keys))
        self.forgetting().clean()
        return found


@contextmanager
def open_sealed(folder: Path, *, seals: bool = True) -> Iterator[SealedWorkshop]:
    """Open the database of a folder; not `seals`: as if the setting were `open`."""
    database = database_of(database_in(folder), seals=seals)
    with open_parts(folder) as parts, database.events() as book:
        yield SealedWorkshop(folder, parts, book)


def of_user(txn_id: str = "T1", **more: str) -> bytes:
    """A payment of somebody with a name and an address."""
    told = {
        "payer_email": "buyer@example.com",
        "first_name": "Test",
        "last_name": "User",
        "residence_country": "US",
        "address_name": "Test User",
        "address_street": "1 Main St",
        "address_city": "San Jose",
        "address_zip": "95131",
        "address_country": "United States",
    }
    return payment(txn_id, **(told | more))


WORDS = ("Test User", "test user", "buyer@example.com", "buyer%40example.com", "1 Main St", "1+Main+St")


def left_of(engines: list[StoreEngine], words: tuple[str, ...] = WORDS) -> set[tuple[str, str, str]]:
    """Where any of these words stands in any text or bytes of the tables: table, column and word."""
    return {found for engine in engines for found in _left_in(engine, words)}


def _left_in(engine: StoreEngine, words: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    with engine.connect() as connection:
        tables = MetaData()
        tables.reflect(connection, only=inspect(connection).get_table_names())
        for table in tables.sorted_tables:
            for column in table.columns:
                for row in connection.execute(select(column)).scalars():
                    data = row if isinstance(row, bytes) else str(row).encode("utf-8", "surrogatepass")
                    yield from ((table.name, column.name, word) for word in words if word.encode() in data)
