"""`counterfoil replay N…`: whoever does the work, each is settled once more, and nothing is lost."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts.settings import Settings
from scripts.wiring.stores import open_stores
from tests.given import follower, payment
from tests.house import PREFIX, LocalPayPal, environment, keep, outcomes, settings_in, work_off
from tests.scripts.here import runner
from tests.served import PATIENCE_SECONDS, Run, Serve, wait_until

pytestmark = pytest.mark.usefixtures("any_engine")
NEW_RULES = {"RECEIVERS": "seller@example.com,new@example.com"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def paypal() -> Iterator[LocalPayPal]:
    with LocalPayPal(lambda body: b"INVALID" if b"forged" in body else b"VERIFIED").running() as running:
        yield running


BODIES = [
    payment(receiver_email="new@example.com"),
    follower("Refunded", "R1", gross="-5.00"),
    payment("T2"),
    b"forged=1",
]


@pytest.fixture
def house(tmp_path: Path, paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)  # where a server keeps all, what is generated lies there
    settings = settings_in(tmp_path, paypal.url)
    keep(settings, BODIES)
    work_off(settings)
    assert [outcome for _, (outcome, _) in sorted(outcomes(settings).items())] == [
        "refused", "parked", "recorded", "invalid",
    ]  # fmt: skip
    paypal.asked.clear()
    return settings


def given(settings: Settings, folder: Path, **more: str) -> dict[str, str]:
    named = environment(folder, settings.verify_url)
    return {name.removeprefix("COUNTERFOIL_"): text for name, text in named.items()} | more


def replay(here: Run, house: Settings, folder: Path, *words: str, **more: str) -> Any:
    return here("replay", *words, **given(house, folder, **more))


# ---- where nobody else is at work ----


def test_after_new_rules_what_was_refused_is_recorded_and_what_waited_too(
    house: Settings, here: Run, tmp_path: Path, paypal: LocalPayPal
) -> None:
    done = replay(here, house, tmp_path, "--outcome", "refused", **NEW_RULES)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "1  refused -> recorded  -  PaymentCompleted T1, PaymentRefunded T1",
        "1 asked for, 1 settled, 1 of them otherwise than before",
    ]
    assert [outcomes(house)[n][0] for n in (1, 2)] == ["recorded", "recorded"]
    assert paypal.asked == []  # it was verified, and stays so


def test_by_the_same_rules_everything_comes_out_as_it_did(
    house: Settings, here: Run, tmp_path: Path, paypal: LocalPayPal
) -> None:
    before = outcomes(house)
    done = replay(here, house, tmp_path, "1-4")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "1  refused -> refused    receiver      nothing added",
        "2  parked -> parked      waits for T1  nothing added",
        "3  recorded -> recorded  -             nothing added",
        "4  invalid -> invalid    -             nothing added",
        "4 asked for, 4 settled, 0 of them otherwise than before",
    ]
    assert outcomes(house) == before
    assert paypal.asked == [PREFIX + b"forged=1"]


def test_json_says_the_same(house: Settings, here: Run, tmp_path: Path) -> None:
    told = json.loads(replay(here, house, tmp_path, "1", "4", "--json", **NEW_RULES).stdout)
    assert (told["asked"], told["settled"], told["left"]) == (2, 2, 0)
    first, last = told["items"]
    assert first["before"] == {"outcome": "refused", "reason": "receiver"}
    assert first["after"] == {"outcome": "recorded", "reason": None}
    added = [(one["stream"], one["version"], one["type"], one["n"]) for one in first["events"]]
    assert added == [("T1", 2, "PaymentCompleted", 1), ("T1", 3, "PaymentRefunded", 2)]
    assert last == {
        "n": 4, "settled": True, "events": [],
        "before": {"outcome": "invalid", "reason": None}, "after": {"outcome": "invalid", "reason": None},
    }  # fmt: skip
    assert [told[why] for why in ("not_there", "purged", "forgotten", "lost")] == [[], [], [], []]


def test_a_dry_run_counts_and_asks_for_nothing(house: Settings, here: Run, tmp_path: Path) -> None:
    done = replay(here, house, tmp_path, "1-4", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "invalid   1",
        "parked    1",
        "recorded  1",
        "refused   1",
        "4 would be asked for, 1 of them of PayPal; nothing was (--dry-run)",
    ]
    told = json.loads(replay(here, house, tmp_path, "3", "4", "--dry-run", "--json").stdout)
    assert (told["asked"], told["would_be_asked"], told["posted_back"]) == (0, 2, 1)
    assert told["outcomes"] == {"recorded": 1, "invalid": 1}
    assert waiting(house) == 0


def waiting(settings: Settings) -> int:
    with open_stores(settings) as stores, stores.book.connect() as connection:
        query = "SELECT count(*) FROM notifications WHERE due_us IS NOT NULL"
        return int(connection.exec_driver_sql(query).scalar_one())


def test_what_cannot_be_replayed_is_named_and_the_rest_is_done(
    house: Settings, here: Run, tmp_path: Path
) -> None:
    with open_stores(house) as stores:
        with stores.book.begin() as connection:
            connection.exec_driver_sql("UPDATE notifications SET purged_us = 1 WHERE n = 4")
            connection.exec_driver_sql(
                "INSERT INTO payer_keys (payer, made_us, destroyed_us) VALUES ('P#1', 1, 2)"
            )
        with stores.inbox.begin() as connection:
            connection.exec_driver_sql("UPDATE deliveries SET sealed_by = 'P#1' WHERE n = 3")
            connection.exec_driver_sql("DELETE FROM deliveries WHERE n = 2")
    done = replay(here, house, tmp_path, "1-7")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "1 asked for, 1 settled, 0 of them otherwise than before"
    assert done.stderr.splitlines() == [
        "counterfoil: there is no message 5-7",
        "counterfoil: 4 purged: nothing is left to process",
        "counterfoil: 3 forgotten: the key that the bytes were sealed with was destroyed",
        "counterfoil: 2 not in the inbox: nothing is there to process; restore the inbox",
    ]


def test_nothing_to_do_is_done(house: Settings, here: Run, tmp_path: Path) -> None:
    done = replay(here, house, tmp_path, "--outcome", "stale")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "0 asked for, 0 settled, 0 of them otherwise than before\n"


def test_without_a_word_of_paypal_it_stays_asked_for(
    house: Settings, here: Run, tmp_path: Path, paypal: LocalPayPal
) -> None:
    paypal.answer = lambda _: b"<html>"
    done = replay(here, house, tmp_path, "3", "4", "--wait", "5")
    assert done.returncode == 1
    assert "4  invalid -> asked for" in done.stdout
    assert done.stderr == "counterfoil: 1 not settled yet; they stay asked for\n"
    assert waiting(house) == 1


def test_whoever_waits_for_nothing_asks_alone(house: Settings, here: Run, tmp_path: Path) -> None:
    done = replay(here, house, tmp_path, "3", "--wait", "0")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "3  recorded -> asked for  -  nothing added"
    work_off(house)
    assert waiting(house) == 0


def test_thousands_are_asked_for_in_batches_and_all_settled(
    here: Run, tmp_path: Path, paypal: LocalPayPal
) -> None:
    settings = settings_in(tmp_path, paypal.url)
    keep(settings, [payment(f"T{n}", receiver_email="new@example.com") for n in range(1200)])
    work_off(settings)
    paypal.asked.clear()
    done = replay(here, settings, tmp_path, "--outcome", "refused", "--json", **NEW_RULES)
    told = json.loads(done.stdout)
    assert (done.returncode, told["asked"], told["settled"]) == (0, 1200, 1200)
    assert {item["after"]["outcome"] for item in told["items"]} == {"recorded"}
    assert {len(item["events"]) for item in told["items"]} == {1}
    assert paypal.asked == []


# ---- where a worker is at work ----


@contextmanager
def process(house: Settings, folder: Path, *words: str, **more: str) -> Iterator["subprocess.Popen[str]"]:
    """A command of its own; it ends with the block."""
    named = {f"COUNTERFOIL_{name}": text for name, text in given(house, folder, **more).items()}
    kept = {name: text for name, text in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    root = str(Path(__file__).resolve().parents[2])
    running = subprocess.Popen(
        [sys.executable, "-m", "scripts", *words],
        env={**kept, "PYTHONPATH": root, **named},
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate()


def beats(settings: Settings) -> bool:
    with open_stores(settings) as stores, stores.book.connect() as connection:
        return bool(connection.exec_driver_sql("SELECT count(*) FROM heartbeats").scalar_one())


def test_a_worker_that_is_at_work_does_it(house: Settings, here: Run, tmp_path: Path) -> None:
    with process(house, tmp_path, "work", **NEW_RULES) as worker:
        wait_until(lambda: beats(house))
        # Whoever only asks has the old rules; the worker has the new ones.
        done = replay(here, house, tmp_path, "1-3")
        assert worker.poll() is None
        assert (done.returncode, done.stderr) == (0, "")
        assert "1  refused -> recorded" in done.stdout


def test_a_house_that_is_served_goes_on_meanwhile(
    serve: Serve, here: Run, tmp_path: Path, paypal: LocalPayPal
) -> None:
    house = serve(**given(settings_in(tmp_path, paypal.url), tmp_path))
    house.wait_until_ready()
    for body in BODIES:
        assert house.post(body) == 200
    wait_until(lambda: house.ask("/api/status")["backlog"]["waiting"] == 0)
    done = replay(here, settings_in(tmp_path, paypal.url), tmp_path, "1-4")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "4 asked for, 4 settled, 0 of them otherwise than before"


class SlowPayPal:
    """Lets nobody have an answer before it is told to, and says when it was asked."""

    def __init__(self) -> None:
        self.was_asked, self.may_answer = threading.Event(), threading.Event()

    def __call__(self, _: bytes) -> bytes:
        self.was_asked.set()
        self.may_answer.wait(PATIENCE_SECONDS)
        return b"VERIFIED"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_what_was_asked_for_stays_so_and_is_done_by_the_next(
    house: Settings, tmp_path: Path, paypal: LocalPayPal, number: signal.Signals, code: int
) -> None:
    slow = SlowPayPal()
    paypal.answer = slow
    with process(house, tmp_path, "replay", "4", "1", **NEW_RULES) as running:
        assert slow.was_asked.wait(PATIENCE_SECONDS)
        running.send_signal(number)
        if number is signal.SIGINT:
            threading.Timer(0.2, slow.may_answer.set).start()
        _, errors = running.communicate(timeout=PATIENCE_SECONDS)
    slow.may_answer.set()
    assert running.returncode == code
    assert "Traceback" not in errors
    if number is signal.SIGINT:
        assert "cancelled: what was asked for stays asked for, and is done by the next worker" in errors
    paypal.answer = lambda _: b"VERIFIED"
    work_off(settings_in(tmp_path, paypal.url, **NEW_RULES))
    assert waiting(house) == 0
    assert [outcomes(house)[n][0] for n in (1, 4)] == ["recorded", "unmodelled"]
