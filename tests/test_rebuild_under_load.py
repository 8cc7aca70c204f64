"""A rebuild while messages come and people look: nobody notices, and it is as if told from nothing."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select

from adapters import slots
from adapters.delivered import Delivery
from adapters.follower import Follower
from adapters.inbox import Inbox
from adapters.queries.todo_origins import TodoFilters
from adapters.queries.transactions import TransactionFilters
from adapters.tables import positions, rebuilds, set_aside
from adapters.times import to_us
from adapters.view_tables import VIEWS
from adapters.views.registry import PROJECTIONS
from scripts.settings import Settings
from scripts.wiring.queries import queries_of
from scripts.wiring.stores import now, open_stores
from tests.adapters.workshop import open_workshop
from tests.engines import copy_house, engine_now, store_in
from tests.given import follower, payment, pending
from tests.hosts import changed
from tests.house import LocalPayPal, environment, settings_in
from tests.served import wait_until

CAMPAIGN = bool(os.environ.get("COUNTERFOIL_CAMPAIGN"))
TRANSACTIONS = 20_000 if CAMPAIGN else 2_000
FEWER = TRANSACTIONS // 4  # where only a rebuild is needed that takes a moment
PATIENCE_SECONDS = 900.0 if CAMPAIGN else 120.0


def fill(folder: Path, transactions: int = TRANSACTIONS) -> None:
    """A store of many transactions, their views up to date."""
    with open_workshop(folder) as house:
        for start in range(0, transactions, 500):
            ids = [f"T{n}" for n in range(start, start + 500)]
            house.deliver(*[payment(i, payer_id=f"P{i}", invoice=f"i-{i}") for i in ids])
            house.deliver(*[follower("Refunded", f"R{i}", i, gross="-5.00") for i in ids[::5]])
            house.settled.clear()
        house.follower.follow()


class Messages(threading.Thread):
    """Keeps on putting messages into the inbox, as the listener does."""

    def __init__(self, settings: Settings, transactions: int) -> None:
        super().__init__()
        self.settings, self.stop, self.kept = settings, threading.Event(), 0
        self.transactions = transactions

    def run(self) -> None:
        draw = random.Random(20261120)
        with open_stores(self.settings) as stores:
            inbox = Inbox(stores.inbox)
            while not self.stop.wait(0.05):
                new, old = f"N{self.kept}", f"T{draw.randrange(self.transactions)}"
                bodies = [
                    pending(new),
                    payment(new),
                    follower("Refunded", f"L{self.kept}", old, gross="-1.00"),
                ]
                told = {"received_us": to_us(now()), "peer": "127.0.0.1", "headers": ()}
                inbox.keep([Delivery(body=body, **told) for body in bodies])  # type: ignore[arg-type]
                self.kept += len(bodies)


class Looks(threading.Thread):
    """Looks at everything every 50 milliseconds, and notes what failed or went back in time."""

    def __init__(self, settings: Settings, transactions: int) -> None:
        super().__init__()
        self.settings, self.stop, self.looks = settings, threading.Event(), 0
        self.transactions = transactions
        self.wrong: list[str] = []
        self.known: dict[str, int] = {}

    def run(self) -> None:
        draw = random.Random(5)
        with open_stores(self.settings) as stores:
            while not self.stop.wait(0.05):
                try:
                    self.look(stores, draw)
                except Exception as error:  # noqa: BLE001 - told to the test
                    self.wrong.append(repr(error))
                self.looks += 1

    def look(self, stores: Any, draw: random.Random) -> None:
        queries = queries_of(stores)
        for txn_id in (f"T{draw.randrange(self.transactions)}", "T0", "T1"):
            document = json.loads(queries.transaction(txn_id) or b"{}")
            self.never_less(txn_id, document["version"])
        page = queries.transactions(TransactionFilters(status="completed"), 50, None)
        assert len(page.items) == 50, "a list became short"
        for item in page.items:
            document = json.loads(item)
            self.never_less(document["txn_id"], document["version"])
        queries.todos(TodoFilters(), 50, None)
        for projection in queries.status()["projections"]:
            self.never_less(f"position of {projection['name']}", projection["position"])
        with stores.book.connect() as connection:
            for name, view in VIEWS.tables.items():
                count = connection.execute(select(func.count()).select_from(view)).scalar_one()
                self.never_less(f"rows of {name}", count)

    def never_less(self, what: str, number: int) -> None:
        if number < self.known.get(what, 0):
            self.wrong.append(f"{what}: {number} after {self.known[what]}")
        self.known[what] = number


def started(
    environ: Mapping[str, str], settings: Mapping[str, str], *words: str, stderr: Any = subprocess.PIPE
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "scripts", *words],
        env={**environ, **settings},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


# Somebody who ends a rebuild in its midst must find it there.
SLOW = """\
import time
from adapters.rebuilding.shadow import Shadow
whole = Shadow.build
def build(*given, **more):
    done = whole(*given, **more)
    time.sleep(0.5)
    return done
Shadow.build = build
"""


def slowed(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """An environment in which a rebuild takes its time between two batches."""
    found = changed(folder, "rebuild", SLOW), environ.get("PYTHONPATH", "")
    return {**environ, "PYTHONPATH": os.pathsep.join(map(str, found))}


@contextmanager
def busy(
    folder: Path, environ: Mapping[str, str], transactions: int = TRANSACTIONS
) -> Iterator[tuple[Mapping[str, str], Messages, Looks]]:
    """A house at work: messages coming in and worked off, and people looking."""
    with LocalPayPal().running() as paypal:
        given, settings = environment(folder, paypal.url), settings_in(folder, paypal.url)
        log = folder / "worker.log"
        with log.open("w") as stderr:
            worker = started(environ, given, "work", stderr=stderr)
        threads = (Messages(settings, transactions), Looks(settings, transactions))
        for thread in threads:
            thread.start()
        try:
            yield given, *threads
            threads[0].stop.set()
            threads[0].join()
            stored = transactions + transactions // 5
            wait_until(lambda: is_shown(folder, stored + threads[0].kept), PATIENCE_SECONDS)
        finally:
            for thread in threads:
                thread.stop.set()
                thread.join()
            worker.send_signal(signal.SIGTERM)
            worker.communicate(timeout=60)
        assert 'fault"' not in log.read_text(), log.read_text()
        assert "store_away" not in log.read_text(), log.read_text()


def asked(folder: Path, question: str) -> list[Any]:
    """An answer from the database itself: to open a house takes its lock, too much for every look."""
    engine = store_in(folder).book()
    try:
        with engine.connect() as connection:
            return list(connection.exec_driver_sql(question).all())
    finally:
        engine.dispose()


def is_shown(folder: Path, kept: int) -> bool:
    """Whether everything that was kept is settled, and every projection has seen it."""
    ((settled,),) = asked(folder, "SELECT count(*) FROM notifications WHERE outcome <> 'waiting'")
    place = "rowid" if engine_now() == "sqlite" else "notification_id"
    ((behind,),) = asked(
        folder,
        f"SELECT count(*) FROM positions WHERE position < (SELECT max({place}) FROM stored_events)",  # noqa: S608
    )
    return bool(settled == kept and not behind)


def views(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with open_workshop(folder) as house, house.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(view).order_by(*view.primary_key))]
            for name, view in VIEWS.tables.items()
        }


def told_from_nothing(folder: Path, elsewhere: Path) -> dict[str, list[tuple[object, ...]]]:
    """The views that the same book gives when nothing of them is there."""
    with open_workshop(copy_house(folder, elsewhere)) as house:
        with house.engine.begin() as connection:
            made = [slots.table(name, slot) for name in VIEWS.tables for slot in slots.SLOTS]
            for table in (*made, positions, set_aside, rebuilds):
                connection.execute(delete(table))
            slots.read_from(connection, VIEWS.tables, slots.FIRST)
        Follower(house.book, house.engine, house.clock).follow()
    return views(elsewhere)


def built(folder: Path) -> int:
    """How far a rebuild is."""
    return asked(folder, "SELECT coalesce(max(position), 0) FROM rebuilds")[0][0]  # type: ignore[no-any-return]


def test_nobody_notices_a_rebuild(any_engine: str, tmp_path: Path, environ: dict[str, str]) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    fill(folder)
    with busy(folder, environ) as (given, messages, looks):
        wait_until(lambda: messages.kept > 0 and looks.looks > 0)
        killed = started(slowed(environ, tmp_path / "slow"), given, "rebuild")
        wait_until(lambda: built(folder) > TRANSACTIONS // 4, PATIENCE_SECONDS)
        killed.kill()
        killed.communicate()
        before = messages.kept
        rebuilding = started(environ, given, "rebuild", "--json")
        told, said = rebuilding.communicate(timeout=PATIENCE_SECONDS)
        assert (rebuilding.returncode, said) == (0, ""), said
        assert messages.kept > before
    done = json.loads(told)
    print(f"\n{done['events']} events, {done['events_per_second']}/s, {messages.kept} messages meanwhile,")
    print(f"{looks.looks} looks; {[(p['projection'], p['rows']) for p in done['projections']]}")
    assert looks.wrong == []
    assert looks.looks > 20
    assert done["switched"]
    assert {one["projection"]: one["differences"] for one in done["projections"]} == dict.fromkeys(
        PROJECTIONS, 0
    )
    assert done["events"] >= TRANSACTIONS
    assert views(folder) == told_from_nothing(folder, tmp_path / "elsewhere")


def test_other_code_is_noticed_and_told_anew_while_all_goes_on(
    any_engine: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    fill(folder, FEWER)
    with open_workshop(folder) as house, house.engine.begin() as connection:
        connection.execute(positions.update().values(digest="of an earlier version"))
    with busy(folder, environ, FEWER) as (_, messages, looks):
        wait_until(lambda: slots_read(folder) == {"b"}, PATIENCE_SECONDS)
        assert messages.kept > 0
    assert looks.wrong == []
    assert views(folder) == told_from_nothing(folder, tmp_path / "elsewhere")


def slots_read(folder: Path) -> set[str]:
    return {slot for (slot,) in asked(folder, "SELECT slot FROM positions")}


def test_a_killed_rebuild_leaves_what_is_read_as_it_was(
    any_engine: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    fill(tmp_path, FEWER)
    given = environment(tmp_path, "http://127.0.0.1:1/")
    before = views(tmp_path)
    killed = started(slowed(environ, tmp_path / "slow"), given, "rebuild")
    wait_until(lambda: built(tmp_path) >= FEWER // 2, PATIENCE_SECONDS)
    killed.kill()
    killed.communicate()
    assert views(tmp_path) == before
    assert slots_read(tmp_path) == {"a"}
    again = started(environ, given, "rebuild", "transactions", "origins")
    told, said = again.communicate(timeout=PATIENCE_SECONDS)
    assert (again.returncode, said) == (0, "")
    assert "transactions: " in told
    assert views(tmp_path) == before
    assert slots_read(tmp_path) == {"a", "b"}


def test_one_that_is_interrupted_says_so_in_a_line(
    any_engine: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    fill(tmp_path, FEWER)
    before = views(tmp_path)
    slow, given = slowed(environ, tmp_path / "slow"), environment(tmp_path, "http://127.0.0.1:1/")
    interrupted = started(slow, given, "rebuild")
    wait_until(lambda: built(tmp_path) > 0, PATIENCE_SECONDS)
    interrupted.send_signal(signal.SIGINT)
    told, said = interrupted.communicate(timeout=60)
    assert (interrupted.returncode, told) == (130, "")
    assert (
        said
        == "counterfoil: cancelled: the rows that are read are as they were; another rebuild begins anew\n"
    )
    assert views(tmp_path) == before
    with open_workshop(tmp_path) as house, house.engine.connect() as connection:
        assert connection.execute(select(rebuilds)).all() == []
