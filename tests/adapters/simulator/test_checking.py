"""The check, against a real house: nothing is found where nothing is wrong, and whatever is, is found."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from adapters.databases import Database
from adapters.engines import StoreEngine
from adapters.simulator.checking import Checked, check
from adapters.simulator.delivery import posting_to
from adapters.simulator.faults import Faults
from adapters.simulator.letters import Letter, letters
from adapters.simulator.mailing import Mark
from adapters.simulator.memory import Memory, digest
from adapters.simulator.office import office_at
from adapters.simulator.paypal import PATH, create_paypal
from adapters.simulator.plans import in_turn
from adapters.simulator.player import Player
from adapters.simulator.schedule import schedule
from adapters.simulator.serving import serving
from adapters.slots import FIRST, table
from adapters.tables import deliveries, notifications
from scripts.checks import free_port
from tests.engines import served_in
from tests.served import House, Serve

PLAYED = ("completed", "full_refund", "subscription_ended", "reversal_won", "over_refund", "adaptive_payment")
FAULTS = Faults(seed=2, duplicates=0.3, history=0.3, forged=0.4, replayed=0.2, unheard=0.1)
# Where the views are until a rebuild.
transactions, subscriptions = table("transactions", FIRST), table("subscriptions", FIRST)
Breaking = Callable[["Ours", Connection], None]


@dataclass(frozen=True)
class Ours:
    """What was played to a house, and the house."""

    house: House
    database: Database
    letters: dict[bytes, Letter]
    begun: datetime

    def check(self, linger_seconds: float = 30.0) -> Checked:
        async def walk() -> Checked:
            async with office_at(self.house.office, self.house.token) as office:
                return await check(office, self.letters, self.begun, linger_seconds=linger_seconds)

        return asyncio.run(walk())

    def message(self, lifecycle: str, nth: int = 0) -> Any:
        return next(
            one.message
            for one in self.letters.values()
            if one.mark is Mark.GENUINE and (one.lifecycle, one.nth) == (lifecycle, nth)
        )

    def n_of(self, lifecycle: str, nth: int = 0, *, outcome: str | None = None) -> int:
        """A delivery of this message."""
        return self._n_of(self.message(lifecycle, nth).body, outcome)

    def n_of_forgery(self) -> int:
        return self._n_of(next(one.message.body for one in self.letters.values() if not one.genuine), None)

    def n_of_copy(self) -> int:
        """Some delivery that was a duplicate."""
        return self._first(select(notifications.c.n).where(notifications.c.outcome == "duplicate"), "book")

    def _n_of(self, body: bytes, outcome: str | None) -> int:
        of_body = [
            row.n for row in self._all(select(deliveries), "inbox") if digest(bytes(row.body)) == digest(body)
        ]
        wanted = select(notifications.c.n).where(notifications.c.n.in_(of_body))
        return self._first(
            wanted if outcome is None else wanted.where(notifications.c.outcome == outcome), "book"
        )

    def _first(self, wanted: Any, part: str) -> int:
        return int(self._all(wanted, part)[0][0])

    def _all(self, wanted: Any, part: str) -> Any:
        with opened(getattr(self.database, part)()) as engine, engine.connect() as connection:
            return connection.execute(wanted).all()


@contextmanager
def opened(engine: StoreEngine) -> Iterator[StoreEngine]:
    try:
        yield engine
    finally:
        engine.dispose()


def played_to(house: House, port: int, folder: Path) -> Ours:
    """Play some lifecycles with all that may befall them; what it is then may be checked again and again."""
    begun, memory = datetime.now(UTC), Memory()
    plan = in_turn(PLAYED, rng=Random(7), now=begun, faults=FAULTS)

    async def walk() -> dict[bytes, Letter]:
        async with serving(create_paypal(memory), port), posting_to(house.listener) as post:
            player = Player(post=post, memory=memory, schedule=schedule(), tell=lambda _: None)
            await player.play(plan)
            found = letters(plan, player.deliveries)
            async with office_at(house.office, house.token) as office:
                checked = await check(office, found, begun, linger_seconds=30.0)
            assert checked.found == []
            assert checked.deliveries == checked.compared == sum(one.posts for one in player.deliveries)
            assert (checked.lives, checked.incomplete) == (len(PLAYED), 0)
            assert checked.ends == 7
            return found

    return Ours(house, served_in(folder), asyncio.run(walk()), begun)


@contextmanager
def restored(database: Database) -> Iterator[None]:
    """All is as it was after the block."""
    parts = (
        (database.inbox, deliveries),
        *((database.book, of) for of in (notifications, transactions, subscriptions)),
    )
    kept: list[tuple[Callable[[], StoreEngine], Table, list[dict[str, Any]]]] = []
    for part, of_part in parts:
        with opened(part()) as engine, engine.connect() as connection:
            kept.append(
                (part, of_part, [dict(row) for row in connection.execute(select(of_part)).mappings()])
            )
    yield
    for part, of_part, rows in kept:
        with opened(part()) as engine, engine.begin() as connection:
            connection.execute(delete(of_part))
            connection.execute(insert(of_part), rows)


def lose(ours: Ours, book: Connection) -> None:
    n = ours.n_of("completed")
    book.execute(delete(notifications).where(notifications.c.n == n))
    with opened(ours.database.inbox()) as engine, engine.begin() as inbox:
        inbox.execute(delete(deliveries).where(deliveries.c.n == n))


def alter_bytes(ours: Ours, _: Connection) -> None:
    n = ours.n_of("completed")
    with opened(ours.database.inbox()) as engine, engine.begin() as inbox:
        inbox.execute(update(deliveries).where(deliveries.c.n == n).values(body=b"txn_id=1"))


def becomes(n_of: Callable[[Ours], int], **values: object) -> Breaking:
    def breaking(ours: Ours, book: Connection) -> None:
        book.execute(update(notifications).where(notifications.c.n == n_of(ours)).values(**values))

    return breaking


def shows(view: Table, key: str, id_of: Callable[[Ours], str], **parts: object) -> Breaking:
    def breaking(ours: Ours, book: Connection) -> None:
        where = view.c[key] == id_of(ours)
        document = json.loads(book.scalars(select(view.c.document).where(where)).one())
        book.execute(update(view).where(where).values(document=json.dumps(document | parts).encode()))

    return breaking


def remove(view: Table, key: str, id_of: Callable[[Ours], str]) -> Breaking:
    def breaking(ours: Ours, book: Connection) -> None:
        book.execute(delete(view).where(view.c[key] == id_of(ours)))

    return breaking


def sale(ours: Ours) -> str:
    return str(ours.message("full_refund").value("txn_id"))


def subscribed(ours: Ours) -> str:
    return str(ours.message("subscription_ended").value("subscr_id"))


BREAKS: dict[str, tuple[Breaking, str]] = {
    "lost": (lose, "acknowledged "),
    "other bytes": (alter_bytes, "holds other bytes than were posted"),
    "never recorded": (
        becomes(lambda ours: ours.n_of("full_refund", 1, outcome="recorded"), outcome="duplicate"),
        "never recorded, its deliveries are all duplicates",
    ),
    "recorded twice": (becomes(Ours.n_of_copy, outcome="recorded"), "recorded more than once"),
    "genuine and disowned": (
        becomes(lambda ours: ours.n_of("reversal_won"), outcome="invalid", verdict="invalid"),
        "is invalid",
    ),
    "refused": (becomes(lambda ours: ours.n_of("reversal_won"), outcome="refused"), "is refused"),
    "left": (becomes(lambda ours: ours.n_of("reversal_won"), outcome="waiting"), "is waiting"),
    "forged and believed": (
        becomes(Ours.n_of_forgery, outcome="recorded", verdict="verified"),
        "is recorded, not invalid",
    ),
    "another status": (
        shows(transactions, "txn_id", sale, status="completed"),
        "status is completed, not refunded",
    ),
    "refunded twice": (shows(transactions, "txn_id", sale, refunded="39.90"), "refunded is 39.90, not "),
    "a follower lost": (shows(transactions, "txn_id", sale, followers=[]), "followers is none, not "),
    "a transaction lost": (remove(transactions, "txn_id", sale), "is not there"),
    "a subscription that goes on": (
        shows(subscriptions, "subscription_id", subscribed, status="active"),
        "status is active, not ended",
    ),
    "a payment lost": (
        shows(subscriptions, "subscription_id", subscribed, payments=[]),
        "payments is none, not ",
    ),
    "a subscription lost": (remove(subscriptions, "subscription_id", subscribed), "is not there"),
}


def test_a_sound_house_is_found_sound_and_one_that_is_broken_on_purpose_is_not(
    any_engine: str, serve: Serve, tmp_path: Path
) -> None:
    port = free_port()
    house = serve(RECEIVERS="seller@example.com", VERIFY_URL=f"http://127.0.0.1:{port}{PATH}")
    house.wait_until_ready()
    ours = played_to(house, port, tmp_path)
    for name, (breaking, line) in BREAKS.items():
        with restored(ours.database):
            with opened(ours.database.book()) as engine, engine.begin() as book:
                breaking(ours, book)
            found = ours.check(linger_seconds=0.0).found
            assert any(line in one for one in found), (name, found)
    assert ours.check().found == []


def test_a_house_that_is_not_there_is_found() -> None:
    async def walk() -> Checked:
        url = f"http://127.0.0.1:{free_port()}"
        async with office_at(url, "secret", away_seconds_max=0.0) as office:
            return await check(office, {}, datetime.now(UTC), linger_seconds=0.0)

    (line,) = asyncio.run(walk()).found
    assert line.startswith("the office does not answer")
