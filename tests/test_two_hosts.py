"""Two hosts at one store: one of them dies under load, and nothing that was acknowledged is lost or late."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, Select, func, select

from adapters.processes import this_process
from adapters.tables import heartbeats, notifications
from scripts.checks import free_port
from scripts.settings import Settings
from scripts.wiring.stores import open_stores
from tests.given import follower, payment
from tests.hosts import Host, Hosts, answer_of, changed, hosting, wait_for_file
from tests.house import LocalPayPal, environment, settings_in
from tests.served import wait_until

CAMPAIGN = bool(os.environ.get("COUNTERFOIL_CAMPAIGN"))
LEASE_SECONDS = 60 if CAMPAIGN else 4
PAYMENTS = 600 if CAMPAIGN else 120
SENDERS = 8
COPIES = 64


@pytest.fixture
def hosts(environ: dict[str, str], tmp_path: Path) -> Iterator[Hosts]:
    with hosting(environ, tmp_path) as made:
        yield made


def given_to(folder: Path, paypal: LocalPayPal) -> dict[str, str]:
    given = environment(folder, paypal.url)
    return {name.removeprefix("COUNTERFOIL_"): text for name, text in given.items()}


class Sender(threading.Thread):
    """Posts each body to one of the listeners until it hears 200, as PayPal does behind a balancer."""

    def __init__(self, urls: Sequence[str], bodies: Sequence[bytes], draw: random.Random) -> None:
        super().__init__()
        self.urls, self.bodies, self.draw = urls, bodies, draw
        self.acknowledged = 0
        self.said = Counter[int]()

    def run(self) -> None:
        for body in self.bodies:
            end = time.monotonic() + 60
            while time.monotonic() < end:
                answer = answer_of(self.draw.choice(self.urls), body)
                self.said[answer.status] += 1
                if answer.status == 200:
                    self.acknowledged += 1
                    break
                time.sleep(0.05)


def settled(host: Host) -> Callable[[], bool]:
    """Whether nothing waits, and everything is shown."""

    def is_settled() -> bool:
        status = host.ask("/api/status")
        lag = max(projection["lag_events"] for projection in status["projections"])
        return bool(lag == 0 and status["backlog"]["waiting"] == 0)

    return is_settled


def test_a_host_that_dies_under_load_loses_nothing_and_what_it_had_in_hand_waits_for_its_lease(
    on_postgresql: str, hosts: Hosts, tmp_path: Path
) -> None:
    draw = random.Random(20261121)
    ids = [f"T{n}" for n in range(PAYMENTS)]
    bodies = [one for i in ids for one in (follower("Refunded", f"R{i}", i, "-5.00"), payment(i), payment(i))]
    draw.shuffle(bodies)
    answering = threading.Event()
    with LocalPayPal().running() as paypal:
        given, settings = given_to(tmp_path, paypal), settings_in(tmp_path, paypal.url)
        short = f"import adapters.claims\nadapters.claims.LEASE_SECONDS = {LEASE_SECONDS}"
        path = changed(tmp_path / "short", "work", short)
        first = hosts.serve(given, "--workers", "2", path=path)
        second = hosts.serve(given, path=path)
        # Whoever starts frees the claims of this machine's dead: all are at work before anybody dies.
        wait_until(lambda: len(in_book(settings, select(heartbeats.c.worker))) == 3)
        urls = [first.listener, second.listener]
        senders = [
            Sender(urls, bodies[n::SENDERS], random.Random(f"{draw.random()}")) for n in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        wait_until(lambda: sum(sender.acknowledged for sender in senders) > len(bodies) // 8)
        # From now on each worker has something in hand when its host dies.
        paypal.answer = lambda _: (answering.wait(60), b"VERIFIED")[1]
        doomed = set(first.pids("worker"))

        def in_hand() -> set[int]:
            claimed = in_book(settings, select(notifications.c.n, notifications.c.lease_by))
            return {one.n for one in claimed if one.lease_by and pid_of(one.lease_by) in doomed}

        def waits_for_paypal() -> bool:
            before = in_hand()
            time.sleep(0.5)  # what was answered before is settled by then
            return bool(before & in_hand())

        wait_until(waits_for_paypal)
        first.kill()
        held = len(in_hand())
        assert held > 0
        answering.set()
        paypal.answer = lambda _: b"VERIFIED"
        urls.remove(first.listener)
        for sender in senders:
            sender.join()
        assert sum(sender.acknowledged for sender in senders) == len(bodies)
        assert sum((sender.said for sender in senders), Counter())[0] == 0
        wait_until(settled(second), seconds=LEASE_SECONDS + 60)
        outcomes = second.ask("/api/status")["outcomes"]
        assert outcomes["recorded"] == 2 * PAYMENTS, outcomes
        # What was kept, but not acknowledged before its listener died, was sent again: one more duplicate.
        assert outcomes["duplicate"] >= PAYMENTS, outcomes
        assert sum(outcomes.values()) == outcomes["recorded"] + outcomes["duplicate"], outcomes
        for txn_id in draw.sample(ids, 40):
            shown = second.ask(f"/api/transactions/{txn_id}")
            assert (shown["status"], shown["refunded"]) == ("partially_refunded", "5.00")
        late = func.max(notifications.c.settled_us - notifications.c.received_us)
        ((latest_us,),) = in_book(settings, select(late))
        print(f"\n{held} in hand when it died, the last settled after {latest_us / 1e6:.1f} s")
    for host in (first, second):
        assert "Traceback" not in host.log.read_text(), host.log.read_text()


def pid_of(process: str) -> int:
    return int(process.rpartition("/")[2])


def in_book(settings: Settings, query: Select[Any]) -> Sequence[Row[Any]]:
    with open_stores(settings) as stores, stores.book.connect() as book:
        return book.execute(query).all()


# ---- one message, many copies ----


def copies_posted(urls: Sequence[str], body: bytes) -> list[int]:
    ready = threading.Barrier(COPIES)
    said: list[int] = []

    def post(url: str) -> None:
        ready.wait(30)
        said.append(answer_of(url, body).status)

    threads = [threading.Thread(target=post, args=(urls[n % len(urls)],)) for n in range(COPIES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


def test_of_sixty_four_copies_at_two_listeners_one_is_recorded(
    any_engine: str, hosts: Hosts, tmp_path: Path
) -> None:
    with LocalPayPal().running() as paypal:
        given = given_to(tmp_path, paypal)
        host = hosts.serve(given)
        # On SQLite one `serve` has the folder; another listener may look into it all the same.
        other = f"127.0.0.1:{free_port()}"
        _, log = hosts.gunicorn({**given, "BIND": other}, "listener")
        wait_until(lambda: answer_of(f"http://{other}/livez").status == 200)
        urls = [host.listener, f"http://{other}/ipn"]
        for txn_id in ("T1", "T2", "T3"):
            assert copies_posted(urls, payment(txn_id)) == [200] * COPIES
        wait_until(settled(host))
        for txn_id in ("T1", "T2", "T3"):
            page = host.ask(f"/api/notifications?txn_id={txn_id}&limit=500")
            ended = Counter(one["outcome"] for one in page["items"])
            assert ended == {"recorded": 1, "duplicate": COPIES - 1}
            assert page["items"][-1]["outcome"] == "recorded", "the first to come is the one"
            events = host.ask(f"/api/transactions/{txn_id}/events")["items"]
            assert [event["type"] for event in events] == ["PaymentCompleted"]
        assert len(paypal.asked) == 3 * COPIES
        assert "Traceback" not in host.log.read_text() + log.read_text()


# ---- a listener that stands still ----

HANGING = """\
import os, time
import adapters.inbox
whole = adapters.inbox._row
def hang(row):
    if os.path.exists({go!r}) and b"HANG" in row.body:
        open({held!r}, "w").close()
        time.sleep(300)
    return whole(row)
adapters.inbox._row = hang
"""


def test_a_listener_that_freezes_in_the_middle_of_keeping_turns_nobody_away_elsewhere(
    on_postgresql: str, hosts: Hosts, tmp_path: Path
) -> None:
    held, go = tmp_path / "held", tmp_path / "go"
    with LocalPayPal().running() as paypal:
        given = given_to(tmp_path, paypal)
        path = changed(tmp_path / "hanging", "gunicorn", HANGING.format(held=str(held), go=str(go)))
        frozen = hosts.serve(given, "--no-worker", path=path)
        other = hosts.serve(given, "--no-worker")
        go.touch()
        lost = threading.Thread(target=frozen.posted, args=(payment("HANG"),))
        lost.start()
        wait_for_file(held)
        frozen.signal_all(signal.SIGSTOP)
        # It holds the lock under which all deliveries are numbered; the server takes it away in time.
        assert [other.posted(payment(f"T{n}")).status for n in range(5)] == [200] * 5
        frozen.kill()
        lost.join()
        assert [other.posted(payment(f"L{n}")).status for n in range(5)] == [200] * 5
        found = other.ask("/api/status")["backlog"]["waiting"]
        assert found == 10
    assert "Traceback" not in other.log.read_text()


def test_two_machines_of_one_name_know_their_processes_apart() -> None:
    name, boot, space = this_process().rpartition("/")[0].split(":")
    assert name
    assert boot in Path("/proc/sys/kernel/random/boot_id").read_text()
    assert space in os.readlink("/proc/self/ns/pid")  # noqa: PTH115
