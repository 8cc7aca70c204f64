"""Many workers at one backlog: each message is asked about once, each transaction has one history."""

import itertools
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select

from adapters.claims import Claimed, Claims
from adapters.follower import Follower
from adapters.inbox import Inbox
from adapters.processor import Answered, Processor
from adapters.rebuilding.lease import LEASE
from adapters.tables import notifications, positions
from adapters.times import to_us
from adapters.verifier import PostBack
from adapters.views.registry import PROJECTIONS
from domain.vocabulary import Verdict
from scripts.settings import Settings
from scripts.wiring.stores import Stores, now, open_stores, shop_of
from tests.given import comparable, end_state, follower, payment, pending
from tests.hosts import Hosts, changed, hosting, wait_for_file
from tests.house import PREFIX, LocalPayPal, book_of, environment, keep, outcomes, settings_in, views_of
from tests.served import PATIENCE_SECONDS, wait_until

CAMPAIGN = bool(os.environ.get("COUNTERFOIL_CAMPAIGN"))
WORKERS = 4 if CAMPAIGN else 3
TRANSACTIONS = 2_000 if CAMPAIGN else 30
ROUNDS = 400 if CAMPAIGN else 25
SEED = 20261121
# How long a claim lasts, and how long the server bears with a frozen worker in the middle of a transaction.
LEASE_SECONDS = 60 if CAMPAIGN else 3
SILENCE_SECONDS = {"killed": 300, "frozen": 15 if CAMPAIGN else 3}
SIGNALS = {"killed": signal.SIGKILL, "frozen": signal.SIGSTOP}


@pytest.fixture
def paypal() -> Iterator[LocalPayPal]:
    with LocalPayPal().running() as running:
        yield running


@pytest.fixture
def hosts(environ: dict[str, str], tmp_path: Path) -> Iterator[Hosts]:
    with hosting(environ, tmp_path) as made:
        yield made


def given_to(folder: Path, paypal: LocalPayPal) -> dict[str, str]:
    return {name.removeprefix("COUNTERFOIL_"): text for name, text in environment(folder, paypal.url).items()}


def lives_of(txn_id: str) -> list[bytes]:
    """Four messages about one payment, three of them different facts; no two bodies are the same."""
    return [
        pending(txn_id, ipn_track_id="1"),
        payment(txn_id, ipn_track_id="2"),
        payment(txn_id, ipn_track_id="3"),
        follower("Refunded", f"R{txn_id}", txn_id, "-5.00"),
    ]


def wait_until_done(settings: Settings, messages: int, seconds: float = PATIENCE_SECONDS) -> None:
    """Until all are settled and shown. Opened once: that is work too, and others are at work here."""
    settled = select(func.count()).where(notifications.c.outcome != "waiting")

    def is_done() -> bool:
        with stores.book.connect() as book:
            least = book.execute(select(func.min(positions.c.position))).scalar()
            done = book.execute(settled).scalar_one() == messages
        return bool(done and least == stores.events.last_position())

    with open_stores(settings) as stores:
        end = time.monotonic() + seconds
        while not is_done():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.1)


def shown(settings: Settings) -> dict[str, object]:
    return {str(document["txn_id"]): comparable(document) for document in views_of(settings)}


def expected(txn_ids: list[str]) -> dict[str, object]:
    bodies = [body for txn_id in txn_ids for body in lives_of(txn_id)]
    return json.loads(json.dumps(end_state(bodies, txn_ids)))  # type: ignore[no-any-return]


def one_history_each(settings: Settings, txn_ids: list[str]) -> None:
    told = Counter((stream, what.split()[0]) for stream, what, _ in book_of(settings))
    for txn_id in txn_ids:
        assert told[txn_id, "PaymentCompleted"] == 1
        assert told[txn_id, "PaymentRefunded"] == 1
        assert told[txn_id, "PaymentPended"] <= 1


def views_are_as_told_from_nothing(hosts: Hosts, given: dict[str, str]) -> None:
    run = hosts.run(given, "rebuild", "--dry-run", "--json")
    assert run.returncode in (0, 1), run.stderr
    differences = {one["projection"]: one["differences"] for one in json.loads(run.stdout)["projections"]}
    assert differences == dict.fromkeys(PROJECTIONS, 0), run.stdout


def clean(log: Path) -> str:
    text = log.read_text()
    assert "Traceback" not in text, text
    assert 'fault"' not in text, text
    return text


# ---- one backlog ----


def test_several_workers_ask_about_each_message_once(
    on_postgresql: str, hosts: Hosts, paypal: LocalPayPal, tmp_path: Path
) -> None:
    given, settings = given_to(tmp_path, paypal), settings_in(tmp_path, paypal.url)
    ids = [f"T{n}" for n in range(TRANSACTIONS)]
    bodies = [body for txn_id in ids for body in lives_of(txn_id)]
    # One question at a time, so that neighbours, which are about one transaction, go to different workers.
    one = "import scripts.wiring.worker as w\nw._POST_BACKS_AT_ONCE = 1"
    path = changed(tmp_path / "one", "work", one)
    workers = [hosts.work(given, path=path) for _ in range(WORKERS)]
    keep(settings, bodies[: len(bodies) // 2])
    random.Random(SEED).shuffle(rest := bodies[len(bodies) // 2 :])
    keep(settings, rest)
    wait_until_done(settings, len(bodies), 300 if CAMPAIGN else 60)
    assert Counter(paypal.asked) == Counter(PREFIX + body for body in bodies)
    one_history_each(settings, ids)
    ended = Counter(outcome for outcome, _ in outcomes(settings).values())
    assert set(ended) <= {"recorded", "duplicate", "stale"}, ended
    assert shown(settings) == expected(ids)
    views_are_as_told_from_nothing(hosts, given)
    settlers = [sum("notification_settled" in line for line in clean(log).splitlines()) for _, log in workers]
    assert min(settlers) > 0, settlers
    assert sum(settlers) == len(bodies)


class Hand:
    """A worker's claims and processor, moved by hand."""

    def __init__(self, stores: Stores, settings: Settings, name: str) -> None:
        self.claims = Claims(stores.claims, Inbox(stores.inbox))
        self.claims.worker = name
        self.processor = Processor(stores.events, shop_of(settings), now)

    def settle(self, claimed: list[Claimed]) -> None:
        said = PostBack(verdict=Verdict.VERIFIED, asked_at=now(), status=200, answer="VERIFIED", seconds=0.1)
        self.processor.settle([Answered(claimed=one, post_back=said) for one in claimed])


def both(first: "threading.Thread", second: "threading.Thread") -> None:
    for thread in (first, second):
        thread.start()
    for thread in (first, second):
        thread.join(60)
        assert not thread.is_alive()


def test_messages_of_one_transaction_settled_at_one_moment_make_one_history(
    any_engine: str, paypal: LocalPayPal, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, paypal.url)
    ids = [f"T{n}" for n in range(ROUNDS)]
    draw = random.Random(SEED)
    with ExitStack() as stack:
        hands = [
            Hand(stack.enter_context(open_stores(settings)), settings, name) for name in ("here/1", "there/2")
        ]
        for txn_id in ids:
            messages = lives_of(txn_id)
            draw.shuffle(messages)
            keep(settings, messages)
            claims = [hand.claims for hand in hands]
            for one in claims:
                one.take_in()
            taken = [claims[0].claim(2, to_us(now())), claims[1].claim(2, to_us(now()))]
            assert [len(some) for some in taken] == [2, 2]
            assert not {one.n for one in taken[0]} & {one.n for one in taken[1]}
            barrier = threading.Barrier(2)

            def race(hand: Hand, some: list[Claimed], barrier: threading.Barrier = barrier) -> None:
                barrier.wait(30)
                hand.settle(some)

            both(*(threading.Thread(target=race, args=pair) for pair in zip(hands, taken, strict=True)))
    with open_stores(settings) as stores:
        Follower(stores.events, stores.views, now).follow()
    one_history_each(settings, ids)
    ended = Counter(outcome for outcome, _ in outcomes(settings).values())
    assert set(ended) <= {"recorded", "duplicate", "stale"}, ended
    assert shown(settings) == expected(ids)


def test_one_message_settled_by_two_at_one_moment_is_recorded_once(
    any_engine: str, paypal: LocalPayPal, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, paypal.url)
    ids = [f"T{n}" for n in range(ROUNDS // 2)]
    with ExitStack() as stack:
        hands = [
            Hand(stack.enter_context(open_stores(settings)), settings, name) for name in ("here/1", "there/2")
        ]
        for txn_id in ids:
            keep(settings, [payment(txn_id)])
            hands[0].claims.take_in()
            late = to_us(now()) + 61 * 1_000_000
            # The first was frozen for longer than its lease: the second has the same message by then.
            taken = [hands[0].claims.claim(1, to_us(now())), hands[1].claims.claim(1, late)]
            assert [one.n for one in taken[0]] == [one.n for one in taken[1]]
            barrier = threading.Barrier(2)

            def race(hand: Hand, some: list[Claimed], barrier: threading.Barrier = barrier) -> None:
                barrier.wait(30)
                hand.settle(some)

            both(*(threading.Thread(target=race, args=pair) for pair in zip(hands, taken, strict=True)))
    assert Counter(outcomes(settings).values()) == {("recorded", None): len(ids)}
    assert [what.split()[0] for _, what, _ in book_of(settings)] == ["PaymentCompleted"] * len(ids)


# ---- one follower ----

# What hangs, once it has been in the middle of a transaction that holds others off.
HELD = {"views": "adapters.follower.write_places", "book": "adapters.postgresql.recorder._insert"}
EVERY_END = list(itertools.product(HELD, SILENCE_SECONDS))
ENDS = EVERY_END if CAMPAIGN else [("views", "killed"), ("book", "frozen")]
HANGING = """\
import importlib, os, time
import adapters.claims, adapters.postgresql.engine
adapters.claims.LEASE_SECONDS = {lease}
adapters.postgresql.engine._SILENCE_SECONDS_ELSE = {silence}
module = importlib.import_module({module!r})
whole = module.{name}
def hang(*given, **more):
    done = whole(*given, **more)
    open({held!r}, "w").close()
    while not os.path.exists({go!r}):
        time.sleep(0.01)
    return done
module.{name} = hang
"""
SHORT = "import adapters.claims\nadapters.claims.LEASE_SECONDS = {lease}"


@pytest.mark.parametrize(("part", "how_it_ends"), ENDS)
def test_who_dies_or_freezes_in_the_middle_is_taken_over_from(
    part: str, how_it_ends: str, on_postgresql: str, *, hosts: Hosts, paypal: LocalPayPal, tmp_path: Path
) -> None:
    given, settings = given_to(tmp_path, paypal), settings_in(tmp_path, paypal.url)
    ids = [f"T{n}" for n in range(20)]
    bodies = [body for txn_id in ids for body in lives_of(txn_id)]
    held, go = tmp_path / "held", tmp_path / "go"
    module, _, name = HELD[part].rpartition(".")
    how = {"lease": LEASE_SECONDS, "silence": SILENCE_SECONDS[how_it_ends], "held": str(held), "go": str(go)}
    hanging = changed(tmp_path / "hanging", "work", HANGING.format(module=module, name=name, **how))
    short = changed(tmp_path / "short", "work", SHORT.format(**how))
    first, first_log = hosts.work(given, path=hanging)
    keep(settings, bodies[:40])
    wait_for_file(held)
    second, second_log = hosts.work(given, path=short)
    keep(settings, bodies[40:])
    if (part, how_it_ends) == ("views", "killed"):
        # The other settles all that is left, and does not follow beside the first one.
        wait_until(lambda: sum(w != "waiting" for w, _ in outcomes(settings).values()) == len(bodies))
        with open_stores(settings) as stores, stores.book.connect() as book:
            assert not book.execute(select(func.max(positions.c.position))).scalar()
    first.send_signal(SIGNALS[how_it_ends])
    try:
        wait_until_done(settings, len(bodies), LEASE_SECONDS + 30)
    finally:
        go.touch()
    if how_it_ends == "frozen":
        # It goes on as if nothing had been: what it held is void, what it asked about is settled.
        second.send_signal(signal.SIGTERM)
        assert second.wait(30) == 0
        first.send_signal(signal.SIGCONT)
        keep(settings, [payment("LAST")])
        wait_until_done(settings, len(bodies) + 1)
        assert "store_away" in clean(first_log)
    one_history_each(settings, ids)
    assert {txn_id: told for txn_id, told in shown(settings).items() if txn_id != "LAST"} == expected(ids)
    views_are_as_told_from_nothing(hosts, given)
    clean(second_log)


# ---- a rebuild beside them ----


def test_a_rebuild_beside_several_workers_leaves_them_at_work(
    on_postgresql: str, hosts: Hosts, paypal: LocalPayPal, tmp_path: Path
) -> None:
    given, settings = given_to(tmp_path, paypal), settings_in(tmp_path, paypal.url)
    ids = [f"T{n}" for n in range(3 * TRANSACTIONS)]
    bodies = [body for txn_id in ids for body in lives_of(txn_id)]
    workers = [hosts.work(given) for _ in range(WORKERS)]
    done = threading.Event()
    kept = [0]

    def send() -> None:
        while not done.is_set() and kept[0] < len(bodies):
            keep(settings, bodies[kept[0] : kept[0] + 20])
            kept[0] += 20
            time.sleep(0.05)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        wait_until(lambda: kept[0] >= 100)
        run = hosts.run(given, "rebuild", "--json")
        assert run.returncode == 0, run.stderr
    finally:
        done.set()
        sender.join()
    told = json.loads(run.stdout)
    assert told["switched"]
    assert {one["differences"] for one in told["projections"]} == {0}
    wait_until_done(settings, kept[0], 120)
    views_are_as_told_from_nothing(hosts, given)
    assert Counter(paypal.asked) == Counter(PREFIX + body for body in bodies[: kept[0]])
    for _, log in workers:
        assert "store_away" not in clean(log)
    assert LEASE.total_seconds() > 60
