"""The drill of the README: a backup under load, everything lost, the backup restored, and it goes on.

The commands are those of the README's section; only their places are the test's.
"""

import json
import os
import shutil
import subprocess
import threading
import urllib.error
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from adapters.inbox import Inbox
from scripts.settings import PREFIX, read_settings
from scripts.wiring.stores import open_stores
from tests.engines import SQLITE, database_in
from tests.given import follower, payment
from tests.house import LocalPayPal, environment
from tests.postgres import session_server
from tests.served import House, Run, Serve, wait_until

SENDERS = 4
PAUSE_SECONDS = 0.1  # of each sender, between two lifecycles
# So many are settled before the backup, and so many acknowledged after it.
LOAD = 2_000 if os.environ.get("COUNTERFOIL_CAMPAIGN") else 100


class Sender(threading.Thread):
    """Posts messages of its own until it is stopped, and remembers which were acknowledged."""

    def __init__(self, house: House, name: str) -> None:
        super().__init__()
        self.house, self.stop, self.prefix = house, threading.Event(), name
        self.acknowledged: list[bytes] = []

    def run(self) -> None:
        count = 0
        while not self.stop.wait(PAUSE_SECONDS):
            count += 1
            txn_id = f"{self.prefix}N{count}"
            lifecycle = [payment(txn_id), payment(txn_id, verify_sign="told once more")]
            lifecycle.insert(count % 3, follower("Refunded", f"R{txn_id}", txn_id, "-5.00"))
            if count % 10 == 0:
                lifecycle.append(b"forged=1&" + payment(txn_id))
            for body in lifecycle:
                try:
                    if self.house.post(body) == 200:
                        self.acknowledged.append(body)
                except (urllib.error.URLError, OSError):
                    return  # the house is gone, and this one was not acknowledged


class Drill:
    """One house in a folder of its own, and what is done to it."""

    def __init__(self, folder: Path, url: str, serve: Serve, counterfoil: Run) -> None:
        self.folder, self._serve, self._run = folder, serve, counterfoil
        self.environment = environment(folder, url)
        self.settings = {name.removeprefix(PREFIX): text for name, text in self.environment.items()}
        self.address = database_in(folder)
        self.is_sqlite = self.address.startswith(SQLITE)

    def serve(self) -> House:
        house = self._serve(**self.settings)
        house.wait_until_ready()
        return house

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return self._run(*words, **self.settings)

    def back_up(self, folder: Path) -> dict[str, Any]:
        given = [] if self.is_sqlite else [f"--pg-dump={session_server().bin / 'pg_dump'}"]
        done = self.command("backup", str(folder), "--json", *given)
        assert (done.returncode, done.stderr) == (0, "")
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def destroy(self) -> None:
        for path in self.folder.glob("house*"):
            path.unlink()
        if not self.is_sqlite:
            session_server().drop(self._name())

    def restore(self, folder: Path) -> None:
        if self.is_sqlite:
            for path in folder.iterdir():
                shutil.copy(path, self.folder)
            return
        session_server().create(name=self._name())
        restored = subprocess.run(
            [session_server().bin / "pg_restore", f"--dbname={self.address}", folder / "counterfoil.dump"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (restored.returncode, restored.stderr) == (0, "")

    def bodies(self) -> dict[int, bytes]:
        """All that the inbox holds, by number; the house must not run."""
        with open_stores(read_settings(self.environment)) as stores:
            return {one.n: one.body for one in Inbox(stores.inbox).after(0, 1_000_000)}

    def _name(self) -> str:
        return str(conninfo_to_dict(self.address)["dbname"])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    return made


def settled(house: House) -> int:
    outcomes: dict[str, int] = house.ask("/api/status")["outcomes"]
    return sum(outcomes.values()) - outcomes["waiting"]


def waiting(house: House) -> int:
    status = house.ask("/api/status")
    behind: int = sum(projection["lag_events"] for projection in status["projections"])
    return int(status["backlog"]["waiting"]) + behind


def kill(house: House) -> None:
    """All of it, at once: what each of its processes had in hand is lost."""
    children = [pid for child in ("listener", "office", "worker") for pid in house.pids(child)]
    house.process.kill()
    house.process.communicate(timeout=30)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def expected(bodies: list[bytes]) -> dict[str, tuple[str, str]]:
    """Status and sum of refunds of each transaction, by the messages that there are about it."""
    there = set(bodies)
    states = {}
    for body in there:
        if body.startswith((b"forged", b"txn_id=R")):
            continue
        txn_id = body.removeprefix(b"txn_id=").partition(b"&")[0].decode()
        refunded = follower("Refunded", f"R{txn_id}", txn_id, "-5.00") in there
        states[txn_id] = ("partially_refunded", "5.00") if refunded else ("completed", "0.00")
    return states


def shown(house: House) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    cursor = ""
    while True:
        page = house.ask(f"/api/transactions?limit=500{cursor}")
        found |= {one["txn_id"]: (one["status"], one["refunded"]) for one in page["items"]}
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def test_what_was_acknowledged_before_a_backup_survives_the_loss_of_everything(
    any_engine: str, home: Path, tmp_path: Path, serve: Serve, counterfoil: Run
) -> None:
    backup = tmp_path / "backups" / "of today"
    with LocalPayPal(
        lambda body: b"INVALID" if body.startswith(b"forged") else b"VERIFIED"
    ).running() as paypal:
        drill = Drill(home, paypal.url, serve, counterfoil)
        house = drill.serve()
        senders = [Sender(house, f"S{n}") for n in range(SENDERS)]
        for sender in senders:
            sender.start()

        def acknowledged() -> list[bytes]:
            return [body for sender in senders for body in list(sender.acknowledged)]

        wait_until(lambda: settled(house) >= LOAD, 120)
        before = acknowledged()
        told = drill.back_up(backup)
        wait_until(lambda: len(acknowledged()) >= len(before) + LOAD, 120)
        kill(house)
        for sender in senders:
            sender.stop.set()
            sender.join()
        assert told["deliveries"] >= len(before)

        drill.destroy()
        drill.restore(backup)

        kept = Counter(drill.bodies().values())
        assert sum(kept.values()) == told["deliveries"]
        assert {body: kept[body] for body in before} == dict.fromkeys(before, 1)
        house = drill.serve()
        wait_until(lambda: waiting(house) == 0, 120)
        states = expected(list(kept))
        assert {txn_id: state for txn_id, state in shown(house).items() if state[0] != "awaited"} == states
        outcomes = house.ask("/api/status")["outcomes"]
        assert outcomes["invalid"] == sum(body.startswith(b"forged") for body in kept)
        assert outcomes["duplicate"] > 0
        assert sum(outcomes.values()) == told["deliveries"]

        # It goes on, and gives no number again that anything in it has.
        assert house.post(payment("AFTER")) == 200
        wait_until(lambda: waiting(house) == 0)
        assert shown(house)["AFTER"] == ("completed", "0.00")
        newest = house.ask("/api/notifications?limit=1")["items"][0]
        assert newest["txn_id"] == "AFTER"
        assert newest["n"] > max(told["last_given"], told["deliveries"])
        assert house.ask("/api/notifications/1")["raw"] is not None
        assert "Traceback" not in house.log.read_text(), house.log.read_text()
        for complaint in ("delivery_missing", "inbox_older_than_book", "fault"):
            assert f'"{complaint}"' not in house.log.read_text()
    # What people see is what the events say, told from nothing.
    compared = drill.command("rebuild", "--dry-run", "--json")
    assert compared.returncode == 0, compared.stderr
    assert {one["projection"]: one["differences"] for one in json.loads(compared.stdout)["projections"]} == {
        one["projection"]: 0 for one in json.loads(compared.stdout)["projections"]
    }
