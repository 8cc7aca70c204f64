import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.measuring import peer
from scripts.measuring.bench_context import CheckFailedError
from scripts.measuring.load import Loaded
from scripts.measuring.peer import best_of, check_verified, measure
from scripts.measuring.peer_house import Peer
from scripts.measuring.peer_project import CONFIGURATIONS
from tests.measured import small_bench
from tests.pretended import pretended_python
from tests.pretended_peer import INSERT, TABLE

SYNC, GTHREAD = CONFIGURATIONS
LOADED = Loaded(
    asked=1,
    answered=1,
    rate=1.0,
    seconds=1.0,
    p50_ms=1.0,
    p99_ms=1.0,
    max_ms=1.0,
    statuses={200: 1},
    failed=[],
    cpu_us=1.0,
)


def rounds(*rates: float) -> list[Loaded]:
    return [replace(LOADED, rate=rate) for rate in rates]


def test_the_better_of_its_configurations_counts_by_the_median() -> None:
    assert best_of({SYNC: rounds(250, 260, 10), GTHREAD: rounds(120, 900, 110)}) is SYNC
    assert best_of({SYNC: rounds(6), GTHREAD: rounds(122)}) is GTHREAD


def kept(folder: Path, *flagged: str) -> Peer:
    """A peer that has kept five messages, and flagged these with what it says against them."""
    file = folder / "peer.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(TABLE)
        rows = [(False, "", "")] * 5 + [(True, said, "") for said in flagged]
        connection.executemany(INSERT, rows)
    return Peer(url="", database=f"sqlite:///{file}")


def test_a_peer_that_flagged_a_message_was_set_up_wrongly(tmp_path: Path) -> None:
    with pytest.raises(CheckFailedError, match="flagged a message: Invalid postback"):
        check_verified(kept(tmp_path, "Invalid postback. ()"), 5)


def test_a_peer_that_lost_a_message_is_said_so(tmp_path: Path) -> None:
    one = kept(tmp_path)
    check_verified(one, 5)
    with pytest.raises(CheckFailedError, match="answered 6 messages, and kept 5"):
        check_verified(one, 6)


def test_we_are_held_against_its_best(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "installed", lambda _: pretended_python(tmp_path))
    monkeypatch.setattr(peer, "versions", lambda _: "django-paypal==2.1")
    monkeypatch.setattr(peer, "_WANTED", {0.3: peer._WANTED[0.3]})
    # Measured elsewhere, and tested there.
    monkeypatch.setattr(peer, "flow_rates", lambda *_: [700.0])
    with small_bench(tmp_path) as bench:
        theirs, ack, flow = measure(bench)
    assert theirs.name == "against.sqlite.300ms.peer"
    assert theirs.value == max(theirs.more["sync_rate"], theirs.more["gthread_rate"]) > 0
    assert (ack.name, ack.wanted, ack.ceiling) == ("against.sqlite.300ms.ack", 80.0, theirs.value)
    assert ack.more["beside_a_worker"] > 0
    assert (flow.name, flow.wanted, flow.ceiling) == ("against.sqlite.300ms.flow", 6.0, theirs.value)
    assert flow.value == 700.0
