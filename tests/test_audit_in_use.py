"""The audit cries no wolf: beside a house under load, whoever is killed, and after all that is done to it."""

import json
import os
import random
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scripts.settings import PREFIX, read_settings
from tests.engines import database_in
from tests.given import follower, payment
from tests.house import LocalPayPal, environment, keep, settings_in, work_off
from tests.make_store import SCRIPT
from tests.served import House, Run, Serve, wait_until
from tests.test_backup_drill import Drill, kill, waiting
from tests.test_crashes import Sender, kill_somebody
from tests.test_golden_stores import kept, layout_of

CAMPAIGN = bool(os.environ.get("COUNTERFOIL_CAMPAIGN"))
Done = subprocess.CompletedProcess[str]
AUDITS = 30 if CAMPAIGN else 4
# Stores of earlier layouts have none before they are taken over.
FIRST_LAYOUT_WITH_SEALS = 5
PAYMENTS = 1_000 if CAMPAIGN else 80


def agrees(done: Done) -> dict[str, Any]:
    """What an audit says that finds nothing."""
    assert done.returncode == 0, (done.stdout, done.stderr)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def letters(name: str) -> list[bytes]:
    """A sale with a copy and a refund, some of it too early or forged."""
    told = [payment(name, invoice=f"I-{name}"), payment(name, invoice=f"I-{name}", resend="true")]
    told.insert(len(name) % 3, follower("Refunded", f"R{name}", name, "-5.00"))
    return [*told, b"forged=1&" + payment(name)]


def honest(body: bytes) -> bytes:
    return b"INVALID" if body.startswith(b"forged") else b"VERIFIED"


def goods_are_sent(house: House, name: str) -> None:
    for what, sent in (("claim", {}), ("approve", {"why": "fine"}), ("fulfill", {})):
        house.act(f"/api/fulfillment/{name}/{what}", by="ann", **sent)


def test_beside_a_house_under_load_and_after_whatever_is_done_to_it(
    any_engine: str, tmp_path: Path, serve: Serve, counterfoil: Run
) -> None:
    rng = random.Random(20261121)
    names = [f"PAID{n}" for n in range(PAYMENTS)]
    bodies = [body for name in names for body in letters(name)]
    rng.shuffle(bodies)
    with LocalPayPal(honest).running() as paypal:
        drill = Drill(tmp_path, paypal.url, serve, counterfoil)
        house = drill.serve()
        senders = [Sender(house, bodies[n::4]) for n in range(4)]
        for sender in senders:
            sender.start()
        positions = []
        for _ in range(AUDITS):
            time.sleep(rng.uniform(0.1, 0.5))
            kill_somebody(house, rng)
            for name in rng.sample(names, 3):
                goods_are_sent(house, name)
            positions.append(agrees(drill.command("audit", "--json"))["position"])
        for sender in senders:
            sender.join()
        assert positions == sorted(positions)
        agrees(drill.command("rebuild", "--json"))
        agrees(drill.command("audit", "--json"))
        wait_until(lambda: waiting(house) == 0, seconds=120)
        kill(house)
        told = agrees(drill.command("audit", "--json"))
        assert told["deliveries"] >= len(bodies)
        before = (tmp_path / "checkpoint").write_text(drill.command("checkpoint").stdout)
        assert before
        drill.back_up(tmp_path / "copy")
        drill.destroy()
        drill.restore(tmp_path / "copy")
        assert agrees(drill.command("audit", "--json"))["position"] == told["position"]
        assert drill.command("work", "--once").returncode == 0
        agrees(drill.command("audit", "--json", "--since", str(tmp_path / "checkpoint")))


def test_what_was_sealed_and_forgotten_is_left_in_peace(
    any_engine: str, tmp_path: Path, counterfoil: Run
) -> None:
    with LocalPayPal(honest).running() as paypal:
        given = environment(tmp_path, paypal.url, PERSONAL_DATA="sealed")
        plain = {name.removeprefix(PREFIX): text for name, text in given.items()}
        here = read_settings(given)
        payers = ("ANN1", "BOB2", "CYD3")
        keep(here, [with_payer(body, payers[n % 3]) for n in range(9) for body in letters(f"PAID{n}")])
        work_off(here)
        agrees(counterfoil("audit", "--json", **plain))
        assert counterfoil("forget", "BOB2", "--yes", **plain).returncode == 0
        told = agrees(counterfoil("audit", "--json", **plain))
        counted = {name for check in told["checks"] for name in check["counts"]}
        assert "events of what was forgotten" in counted
        # Others pay the invoices of who was forgotten, and refunds of theirs still come.
        keep(here, [with_payer(payment(f"MORE{n}", invoice=f"I-PAID{n}"), "CYD3") for n in range(9)])
        keep(here, [follower("Refunded", f"S{n}", f"PAID{n}", "-1.00") for n in range(9)])
        work_off(here)
        agrees(counterfoil("audit", "--json", **plain))


def with_payer(body: bytes, payer: str) -> bytes:
    return body.replace(b"payer_id=PAYER1", f"payer_id={payer}&payer_email={payer}%40example.com".encode())


class Golden:
    """A store that an earlier version wrote."""

    layout: int

    def test_it_agrees_before_and_after_it_is_taken_over(self, tmp_path: Path, counterfoil: Run) -> None:
        with LocalPayPal().running() as paypal:
            here = settings_in(tmp_path, paypal.url)
            drill = {"DATABASE": database_in(tmp_path), "RECEIVERS": "seller@example.com", "UNPRICED": "ship"}
            first = agrees(counterfoil("audit", "--json", **drill))
            assert (first["entries"] > 0) is (self.layout >= FIRST_LAYOUT_WITH_SEALS)
            keep(here, [payment(), payment("NEW")])
            work_off(here)
            taken_over = agrees(counterfoil("audit", "--json", **drill))
        assert taken_over["entries"] > taken_over["position"] > first["position"]


@pytest.mark.usefixtures("on_sqlite")
class TestFiles(Golden):
    @pytest.fixture(autouse=True, params=kept(on_a_server=False), ids=lambda path: f"layout {path.name}")
    def _store(self, request: pytest.FixtureRequest, tmp_path: Path) -> None:
        self.layout = layout_of(request.param)
        shutil.copytree(request.param, tmp_path, dirs_exist_ok=True)


@pytest.mark.usefixtures("on_postgresql")
class TestServers(Golden):
    @pytest.fixture(autouse=True, params=kept(on_a_server=True), ids=lambda path: f"layout {path.name}")
    def _store(self, request: pytest.FixtureRequest, tmp_path: Path) -> None:
        self.layout = layout_of(request.param)
        with psycopg.connect(database_in(tmp_path, empty=True), autocommit=True) as connection:
            connection.execute((request.param / SCRIPT).read_bytes())
