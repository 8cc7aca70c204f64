"""The campaign: under load somebody is killed with -9 at a random moment; all that was acknowledged is there.

Each run plays lifecycles with duplicates, losses, forgeries and bad post-backs, kills somebody, lets all come
back by itself (or starts what nobody keeps), waits until all is settled, and asks the API about every message
and every transaction. With COUNTERFOIL_CAMPAIGN=1 it makes 200 runs; COUNTERFOIL_SEED begins elsewhere.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from dataclasses import field as made
from pathlib import Path
from random import Random

import pytest

from scripts.checks import free_port
from tests.postgres import Server
from tests.served import PATIENCE_SECONDS, House
from tests.victims import Victims

RUNS = 200 if os.environ.get("COUNTERFOIL_CAMPAIGN") else 0  # otherwise one of each kind
SEED = int(os.environ.get("COUNTERFOIL_SEED", "20261121"))
LOAD_SECONDS = 1.5


@dataclass
class Field:
    """A house that is served, its database, and a PayPal's address that every run's simulator takes."""

    folder: Path
    environ: dict[str, str]
    server: Server | None
    rng: Random
    paypal_port: int
    bind: str = made(default_factory=lambda: f"127.0.0.1:{free_port()}")
    office: str = made(default_factory=lambda: f"127.0.0.1:{free_port()}")
    houses: list[House] = made(default_factory=list)

    @property
    def house(self) -> House:
        return self.houses[-1]

    def serve(self) -> None:
        """Start the house, again if it was killed; it answers when this returns."""
        words = ["serve", "--bind", self.bind, "--office", self.office]
        log = self.folder / f"log.{len(self.houses)}"
        with log.open("w") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "scripts", *words, *(["--workers", "2"] if self.server else [])],
                cwd=self.folder,
                env=self.environ,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        self.houses.append(House(process, log))
        self.house.wait_until_ready()

    def mend(self) -> None:
        """Start what nobody starts again by itself."""
        if self.server is not None and not self.server.is_running:
            time.sleep(self.rng.uniform(0, 1.5))
            self.server.start()
        if self.house.process.poll() is not None:
            self.house.process.communicate()
            self.serve()

    def play(self, seed: int) -> subprocess.Popen[str]:
        rng = Random(seed)
        words = [
            "simulate", "--mix", "all", "--seed", str(seed), "--json", "--check",
            "--rate", str(rng.choice((40, 60, 80))), "--seconds", str(LOAD_SECONDS),
            "--duplicates", "0.1", "--reorder", "0.1", "--delays", "0.1", "--lost", "0.1",
            "--unheard", "0.05", "--forged", "0.05", "--replayed", "0.05",
            "--post-backs", "500=0.05,html=0.03,empty=0.03,closed=0.03",
            "--patience", "120", "--linger", "60",
            "--listener", f"http://{self.bind}/ipn", "--office", f"http://{self.office}",
            "--port", str(self.paypal_port),
        ]  # fmt: skip
        # Into a file: nobody reads a pipe while somebody is being killed.
        with self.report_of(seed).open("w", encoding="utf-8") as report:
            return subprocess.Popen(
                [sys.executable, "-m", "scripts", *words],
                cwd=self.folder,
                env=self.environ,
                stdout=report,
                stderr=subprocess.PIPE,
                text=True,
            )

    def report_of(self, seed: int) -> Path:
        """What the simulator said of a run."""
        return self.folder / f"report-{seed}.json"

    def end(self) -> None:
        for house in self.houses:
            house.process.terminate()
            try:
                house.process.communicate(timeout=PATIENCE_SECONDS)
            finally:
                house.process.kill()


@pytest.fixture
def field(any_engine: str, tmp_path: Path, environ: dict[str, str]) -> Iterator[Field]:
    with ExitStack() as stack:
        server, address = None, f"sqlite:///{tmp_path}/house.db"
        if any_engine == "postgresql":
            # A server as it comes: what it says is committed is on the disk.
            server = Server()
            stack.callback(server.close)
            server.start()
            address = server.url(server.create())
        port = free_port()
        given = {
            "DATABASE": address,
            "VERIFY_URL": f"http://127.0.0.1:{port}/cgi-bin/webscr",
            "RECEIVERS": "seller@example.com",
            "LOG_FORMAT": "json",
            "OPERATOR_TOKEN": "of-the-campaign",
        }
        settings = {f"COUNTERFOIL_{name}": value for name, value in given.items()}
        field = Field(tmp_path, {**environ, **settings}, server, Random(SEED), paypal_port=port)
        stack.callback(field.end)
        field.serve()
        yield field


def in_order(field: Field, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command that looks whether all is as it should be; it ends with 0 then."""
    return subprocess.run(
        [sys.executable, "-m", "scripts", *words],
        cwd=field.folder, env=field.environ, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_whoever_is_killed_nothing_acknowledged_is_lost_or_double(field: Field) -> None:
    fates: Counter[str] = Counter()
    messages = acknowledged = 0
    runs = RUNS or len(Victims(field.house, field.server, field.rng).kinds)
    for run in range(runs):
        seed = SEED + run
        victims = Victims(field.house, field.server, field.rng).kinds
        # In turn, so that each kind has its share, at a moment by chance.
        kind = sorted(victims)[run % len(victims)]
        playing = field.play(seed)
        time.sleep(field.rng.uniform(0.5, 0.8 + LOAD_SECONDS))
        victims[kind]()
        field.mend()
        _, errors = playing.communicate(timeout=300)
        said = field.report_of(seed).read_text(encoding="utf-8")
        context = f"run {run}, seed {seed}, killed: {kind}\n{errors[-2000:]}"
        assert said, context
        assert said.rstrip().endswith("}"), (
            f"{context}\nexit {playing.returncode} after {len(said)} characters"
        )
        report = json.loads(said)
        left = [
            one for one in report["deliveries"] if one["mark"] == "genuine" and "200" not in one["answers"]
        ]
        context += f"\n{json.dumps(report['check'], indent=1)}\nnot acknowledged: {left}"
        assert playing.returncode in (0, 1), context
        # Given up by PayPal, because it never heard our 200, is no fault of ours; never answered would be.
        assert left == [], context
        check = report["check"]
        print(f"run {run}: {kind}, {report['sent']} sent in {report['seconds']:.1f} s", end="")
        print(f", checked in {check['seconds']:.1f} s")
        fates[kind] += 1
        messages += report["sent"]
        acknowledged += report["acknowledged"]
        assert report["check"]["found"] == [], context
        # Beside the house that runs: whoever was killed, its history proves itself.
        audited = in_order(field, "audit", "--json")
        assert audited.returncode == 0, f"{context}\n{audited.stdout}{audited.stderr}"
    print(f"{runs} runs from seed {SEED}: {dict(fates)}; {messages} messages, {acknowledged} acknowledged")
    assert all("Traceback" not in house.log.read_text() for house in field.houses)
    rebuilt = in_order(field, "rebuild", "--dry-run", "--json")
    assert rebuilt.returncode == 0, (rebuilt.stdout, rebuilt.stderr)
