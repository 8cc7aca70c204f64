"""The whole walk: real messages, many copies at once, and a worker killed at every commit."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import pytest

from scripts.settings import Settings
from tests.engines import copy_house, remove_house
from tests.given import adjustment, authorization, capture, case, follower, order, payment, pending
from tests.given_streams import SIGNED_UP, agreed, batch, charged, paid, profiled, record, signup, subscribed
from tests.house import (
    PREFIX,
    LocalPayPal,
    book_of,
    environment,
    keep,
    office_of,
    others_of,
    outcomes,
    settings_in,
    views_of,
    work_off,
)

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def paypal() -> Iterator[LocalPayPal]:
    with LocalPayPal().running() as running:
        yield running


# Everything that can become of a message, early, late and twice.
STORY = [
    follower("Refunded", "R1", gross="-5.00"),
    pending(),
    payment(),
    payment(),
    pending(),
    b"\xff\x00 nothing at all",
    payment("T2", receiver_email="mallory@example.com"),
    payment("T3", mc_gross="1_000"),
    payment("T4", "Inflight"),
    adjustment("X1", "V1"),
    follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"),
    case(),
    payment(status="Denied"),
    order(),
    authorization(parent_txn_id="O-1"),
    capture("C1"),
    authorization(status="Completed", parent_txn_id="O-1"),
    payment("T5", invoice="i"),
    payment("T6", invoice="i"),
    follower("Canceled_Reversal", "W9", "T6", gross="20.00"),
    b"forged=1&" + payment("T7"),
    paid("T8", "08:10:00 Jan 05, 2026 PST"),
    signup(),
    profiled("profile_created", initial_payment_status="Completed", initial_payment_txn_id="T9",
             initial_payment_amount="10.00", next_payment_date="03:00:00 Feb 05, 2026 PST"),
    charged("T9", SIGNED_UP),
    profiled("suspended", profile_status="Suspended", next_payment_date="N/A"),
    batch(record(1), record(2, "Unclaimed")),
    batch(record(1), record(2, "Returned"), status="Completed"),
    agreed(),
    pending("T10", "multi_currency", mc_currency="EUR", reason_of_tomorrow="x"),
    subscribed("subscr_cancel", subscr_date="08:00:00 Jan 20, 2026 PST"),
]  # fmt: skip


# The campaign kills before and after every commit, the ordinary run in turn so at every seventh.
KILL_EVERY = 1 if os.environ.get("COUNTERFOIL_CAMPAIGN") else 7
WHENS = ("before", "after")
BATCH = 7


def honest(body: bytes) -> bytes:
    return b"INVALID" if body.startswith(b"forged") else b"VERIFIED"


@pytest.fixture(scope="module")
def undisturbed(
    any_engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, LocalPayPal]]:
    """A house in which the story has arrived and nobody has worked on it yet, and the PayPal it asks."""
    folder = tmp_path_factory.mktemp("story")
    with LocalPayPal(honest).running() as running:
        keep(settings_in(folder, running.url), STORY)
        yield folder, running


def everything_of(settings: Settings) -> tuple[object, ...]:
    told = outcomes(settings), book_of(settings), views_of(settings)
    return *told, *others_of(settings), office_of(settings)


def killed(folder: Path, url: str, at: int, when: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(ROOT / "tests" / "killed_worker.py"), str(at), when, str(BATCH)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment(folder, url)},
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_every_outcome_of_the_story_is_the_one_it_should_be(
    undisturbed: tuple[Path, LocalPayPal], tmp_path: Path
) -> None:
    folder = copy_house(undisturbed[0], tmp_path / "house")
    settings = settings_in(folder, undisturbed[1].url)
    work_off(settings)
    assert [outcome for _, (outcome, _) in sorted(outcomes(settings).items())] == [
        "recorded", "recorded", "recorded", "duplicate", "duplicate", "unmodelled",
        "refused", "unreadable", "unmodelled",
        "recorded", "recorded", "recorded", "refused",
        "recorded", "recorded", "recorded", "recorded",
        "recorded", "recorded", "parked",
        "invalid",
        *["recorded"] * 10,
    ]  # fmt: skip


def test_a_worker_killed_at_any_commit_leaves_what_an_undisturbed_one_would(
    undisturbed: tuple[Path, LocalPayPal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.wiring.worker._POST_BACKS_AT_ONCE", 1)  # as in killed_worker.py
    origin, paypal = undisturbed
    calm = settings_in(copy_house(origin, tmp_path / "calm"), paypal.url)
    work_off(calm)
    expected = everything_of(calm)
    kills = Counter[str]()
    for turn, at in enumerate(count(1, KILL_EVERY)):
        ended = set()
        for when in WHENS if KILL_EVERY == 1 else (WHENS[turn % 2],):
            folder = copy_house(origin, tmp_path / f"{when}-{at}")
            run = killed(folder, paypal.url, at, when)
            assert run.returncode in (0, -signal.SIGKILL), run.stderr
            ended.add(run.returncode)
            kills[when] += run.returncode == -signal.SIGKILL
            settings = settings_in(folder, paypal.url)
            work_off(settings)
            assert everything_of(settings) == expected, (at, when)
            remove_house(folder)
        if ended == {0}:
            break
    assert min(kills[when] for when in WHENS) >= 5, kills


def test_fifty_copies_at_once_are_recorded_once(any_engine: str, paypal: LocalPayPal, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, paypal.url)
    keep(settings, [payment()] * 50)
    work_off(settings)
    assert Counter(outcome for outcome, _ in outcomes(settings).values()) == {"recorded": 1, "duplicate": 49}
    assert outcomes(settings)[1] == ("recorded", None)
    assert [event[1] for event in book_of(settings)] == ["PaymentCompleted 1"]


def test_a_body_of_anything_at_all_is_posted_back_byte_for_byte(
    any_engine: str, paypal: LocalPayPal, tmp_path: Path
) -> None:
    bodies = [bytes(range(256)), b"&", b"=", b"a=%zz&&b", b"charset=Shift_JIS&x=%FC%FC", b"a=1&a=2\r\n"]
    bodies += [b"x" * 200_000]
    settings = settings_in(tmp_path, paypal.url)
    keep(settings, bodies)
    work_off(settings)
    assert sorted(paypal.asked) == sorted(PREFIX + body for body in bodies)
    assert {outcome for outcome, _ in outcomes(settings).values()} <= {"unmodelled", "unreadable"}


def sample_bodies(folder: Path) -> dict[str, bytes]:
    bodies = {}
    for path in sorted(folder.iterdir()):
        if path.name in ("INDEX.md", "index.json"):
            continue
        if path.suffix == ".json":
            fields = json.loads(path.read_text(encoding="utf-8"))
            bodies[path.name] = urlencode([(name, str(value)) for name, value in fields.items()]).encode()
        else:
            bodies[path.name] = path.read_bytes()
    return bodies


@pytest.mark.parametrize("live", ["sandbox", "live"])
def test_every_real_message_ends_in_a_sensible_outcome(
    any_engine: str, live: str, samples: Path, paypal: LocalPayPal, tmp_path: Path
) -> None:
    bodies = sample_bodies(samples)
    assert len(bodies) > 100
    settings = settings_in(tmp_path, paypal.url, PAYPAL=live, RECEIVERS="")
    keep(settings, bodies.values())
    work_off(settings)
    ended = outcomes(settings)
    named = {name: ended[n] for n, name in enumerate(bodies, start=1)}
    print(live, dict(Counter(outcome for outcome, _ in named.values())))
    assert sorted(paypal.asked) == sorted(PREFIX + body for body in bodies.values())
    assert all(outcome not in ("waiting", "invalid") for outcome, _ in named.values()), named
    # Whatever was not taken says why, in words.
    not_taken = ("refused", "unreadable", "unmodelled")
    assert all(reason for outcome, reason in named.values() if outcome in not_taken)
    recorded = [name for name, (outcome, _) in named.items() if outcome in ("recorded", "parked")]
    assert len(recorded) >= 25, named
