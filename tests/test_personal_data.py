"""Personal data, the whole way: sealed they are answered as if they were open; forgotten they are nowhere."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from adapters.exports.formats import FORMATS, pieces
from adapters.personal.finding import Finder
from adapters.personal.forgetting import Forgetting
from adapters.personal.guard import FORGOTTEN
from adapters.personal.retelling import Retelling
from adapters.rebuilding.rebuild import Rebuild
from adapters.rebuilding.shadow import Shadow
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.payers import PAYERS
from adapters.simulator.plans import in_turn
from adapters.views.registry import PROJECTIONS
from domain.erasure import ERASED
from scripts.settings import Settings
from scripts.wiring.queries import queries_of
from scripts.wiring.stores import now, open_stores
from tests.adapters.sealed_workshop import left_of, of_user
from tests.engines import served_in
from tests.given import follower
from tests.house import LocalPayPal, environment, keep, outcomes, settings_in, work_off
from tests.served import House, Serve, wait_until
from tests.test_walk import everything_of

ROOT = Path(__file__).resolve().parent.parent
BODIES = [
    planned.message.body
    for planned in in_turn(list(LIFECYCLES), rng=Random(3), now=datetime(2026, 11, 20, 12, tzinfo=UTC))
]
# Where a person may be told of; whatever else is answered must not change.
PERSONAL = {"name", "email", "street", "city", "state", "zip", "narration", "what", "about"}


@pytest.fixture(scope="module")
def paypal() -> Iterator[LocalPayPal]:
    with LocalPayPal().running() as running:
        yield running


def house(folder: Path, url: str, **more: str) -> Settings:
    return settings_in(folder, url, **({"PERSONAL_DATA": "sealed"} | more))


def exports(settings: Settings) -> dict[str, str]:
    """The ledger in each form, without the times of recording."""
    texts = {}
    with open_stores(settings) as stores:
        for name, it in FORMATS.items():
            with queries_of(stores).ledger(None) as book:
                texts[name] = b"".join(pieces(it.write, book)).decode()
    return {name: re.sub(r"20[0-9-]+T[0-9:.]+Z", "TIME", one) for name, one in texts.items()}


def answers(settings: Settings) -> list[Any]:
    """Everything that can be asked for, the bodies too."""
    with open_stores(settings) as stores:
        queries = queries_of(stores)
        shown = [queries.notification(n) or {} for n in range(1, stores.deliveries.last() + 1)]
    bodies = [(one["raw"], one["fields"], one["forgotten"]) for one in shown]
    return json.loads(json.dumps([*everything_of(settings), bodies], default=str))  # type: ignore[no-any-return]


def changes(before: Any, after: Any, name: str = "") -> Iterator[tuple[str, Any, Any]]:
    """What was answered otherwise: the field, and both values."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        for key in before:
            yield from changes(before[key], after[key], key)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from changes(one, other, name)
    elif before != after:
        yield name, before, after


def forget(settings: Settings, payer: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "scripts", "forget", payer, "--yes", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), **given(settings)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def given(settings: Settings) -> dict[str, str]:
    return settings.environment() | {"COUNTERFOIL_DATABASE": settings.database}


def left(settings: Settings, words: tuple[str, ...]) -> set[Any]:
    """Where anything of somebody stands, in any column, and in any byte of the files."""
    with open_stores(settings) as stores:
        found: set[Any] = set(left_of([stores.book, stores.inbox], words))
    for file in settings.store.files:
        for path in file.parent.glob(f"{file.name}*"):
            data = path.read_bytes()
            found |= {(path.name, word) for word in words if word.encode() in data}
    return found


def differences_when_rebuilt(settings: Settings) -> int:
    with open_stores(settings) as stores:
        shadow = Shadow(stores.events, stores.views, now, list(PROJECTIONS.values()))
        return Rebuild(shadow, stores.events.last_position, lambda _, __: None).run(dry_run=True).differences


def test_sealed_and_open_answer_alike_and_forgotten_is_nowhere(
    any_engine: str, paypal: LocalPayPal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All lifecycles of the simulator, all that can be asked, and then two payers and a payee forgotten."""
    # One after the other: the order of two books must not depend on whom PayPal answers first.
    monkeypatch.setattr("scripts.wiring.worker._POST_BACKS_AT_ONCE", 1)
    open_, sealed = (house(tmp_path / name, paypal.url, PERSONAL_DATA=name) for name in ("open", "sealed"))
    for settings in (open_, sealed):
        keep(settings, BODIES)
        work_off(settings)
    before = answers(open_)
    assert answers(sealed) == before
    assert exports(sealed) == exports(open_)
    told = {payer.payer_id: payer for payer in PAYERS if payer.payer_id.encode() in b"".join(BODIES)}
    gone = [told[name] for name in sorted(told)[:2]]
    words = ("author.one@example.com", *(w for p in gone for w in (p.email, f"{p.first_name} {p.last_name}")))
    for name in (*(payer.payer_id for payer in gone), "author.one@example.com"):
        done = forget(sealed, name)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert "keys destroyed" in done.stdout
        assert "forgotten already" in forget(sealed, name).stdout
    assert left(sealed, words) == set()
    after = answers(sealed)
    changed = list(changes(before[:-1], after[:-1]))
    assert len(changed) > 10
    # The book's own data are told as one text; nothing else of it may differ, or the sums would.
    others = [one for one in changed if one[0] in PERSONAL or ERASED not in str(one[2])]
    assert [one for one in others if one[2] != ERASED] == []
    assert {one[0] for one in others} <= PERSONAL
    assert any(forgotten for _, _, forgotten in after[-1])
    assert all(raw is None for raw, _, forgotten in after[-1] if forgotten)
    assert differences_when_rebuilt(sealed) == 0
    for name, told_ in exports(sealed).items():
        assert "erased" in told_, name  # a form may want other brackets
        assert [word for word in words if word in told_] == []
        assert len(told_.splitlines()) == len(exports(open_)[name].splitlines())


def test_what_was_stored_before_is_said_and_stays(
    any_engine: str, paypal: LocalPayPal, tmp_path: Path
) -> None:
    before, since = (house(tmp_path, paypal.url, PERSONAL_DATA=name) for name in ("open", "sealed"))
    keep(before, [of_user()])
    work_off(before)
    keep(since, [of_user("T2")])
    work_off(since)
    for times in (1, 2):
        done = forget(since, "PAYER1")
        assert done.returncode == 1, times
        assert "NOT forgotten: 1 messages and 1 events were stored before" in done.stdout
    with open_stores(since) as stores:
        queries = queries_of(stores)
        assert b"Test User" in (queries.transaction("T1") or b"")
        assert b"Test User" not in (queries.transaction("T2") or b"")


def shown(running: House, n: int, txn_id: str) -> str:
    """All that the office shows of somebody."""
    paths = (
        *(f"/api/transactions/{txn_id}", f"/api/transactions/{txn_id}/events", "/api/transactions"),
        *(
            "/api/customers",
            "/api/fulfillment",
            f"/api/notifications/{n}",
            "/api/ledger/entries",
            "/api/todos",
        ),
        f"/api/transactions/{txn_id}?as_of=2099-01-01T00:00:00Z",
    )
    return json.dumps([running.ask(path) for path in paths])


def test_a_running_house_shows_nothing_from_the_moment_the_command_ends(
    serve: Serve, paypal: LocalPayPal, tmp_path: Path
) -> None:
    running = serve(
        PERSONAL_DATA="sealed", VERIFY_URL=paypal.url, RECEIVERS="seller@example.com", UNPRICED="ship"
    )
    running.wait_until_ready()
    running.post(of_user())
    wait_until(lambda: running.ask("/api/notifications/1")["outcome"] == "recorded")
    wait_until(lambda: running.ask("/api/customers")["items"] != [])
    assert "Test User" in shown(running, 1, "T1")
    settings = settings_of(tmp_path, paypal.url)
    done = forget(settings, "buyer@example.com", "--json")
    after = shown(running, 1, "T1")
    assert done.returncode == 0, done
    assert json.loads(done.stdout)["forgotten"] is True
    assert [word for word in ("Test User", "buyer@", "Main St") if word in after] == []
    assert ERASED in after
    assert running.act("/api/notifications/1/retry")[0] == 409
    # Money goes on: a copy is a copy, a refund a refund; and what is new of that payer is a new matter.
    for body in (of_user(), follower("Refunded", "R1"), of_user("T2")):
        running.post(body)

    def became() -> list[str]:
        return [running.ask(f"/api/notifications/{n}")["outcome"] for n in (2, 3, 4)]

    # The last is about another transaction: nothing keeps it from being settled before the others.
    wait_until(lambda: "waiting" not in became())
    assert became() == ["duplicate", "recorded", "recorded"]
    wait_until(lambda: running.ask("/api/transactions/T1")["status"] == "refunded")
    wait_until(lambda: running.ask("/api/transactions?q=T2")["items"] != [])
    assert running.ask("/api/transactions/T2")["payer"]["name"] == "Test User"
    assert running.ask("/api/transactions/T1")["payer"]["name"] == ERASED


def test_messages_that_come_while_their_payer_is_forgotten_are_all_accounted_for(
    serve: Serve, paypal: LocalPayPal, tmp_path: Path
) -> None:
    running = serve(PERSONAL_DATA="sealed", VERIFY_URL=paypal.url, RECEIVERS="seller@example.com")
    running.wait_until_ready()
    settings = settings_of(tmp_path, paypal.url)
    stop = threading.Event()
    posted: list[int] = []

    def post() -> None:
        while not stop.wait(0.02):
            posted.append(running.post(of_user(f"T{len(posted)}")))

    poster = threading.Thread(target=post)
    poster.start()
    try:
        for _ in range(2):
            wait_until(lambda: running.ask("/api/customers")["items"] != [])
            assert forget(settings, "PAYER1").returncode == 0
    finally:
        stop.set()
        poster.join()
    wait_until(lambda: running.ask("/api/status")["backlog"]["waiting"] == 0)
    found = outcomes(settings)
    assert len(found) == len(posted) > 20
    assert {outcome for outcome, _ in found.values()} <= {"recorded", "unreadable"}
    assert {reason for outcome, reason in found.values() if outcome == "unreadable"} <= {FORGOTTEN}
    assert sum(outcome == "recorded" for outcome, _ in found.values()) > len(posted) / 2
    wait_until(lambda: running.ask("/api/status")["projections"][0]["lag_events"] == 0)
    assert forget(settings, "PAYER1").returncode == 0
    assert left(settings, ("Test User", "buyer@example.com", "1 Main St")) == set()


def settings_of(folder: Path, url: str) -> Settings:
    """Those of the house that was served in a folder."""
    served = served_in(folder)
    database = (
        f"sqlite:///{served.files[0]}" if served.files else environment(folder, url)["COUNTERFOIL_DATABASE"]
    )
    return settings_in(folder, url, DATABASE=database, PERSONAL_DATA="sealed")


def end_of_it(settings: Settings) -> None:
    """Another `forget`, of the same payer, without its second of waiting."""
    with open_stores(settings) as stores:
        found = Finder(stores.events, stores.inbox, stores.keys, stores.book).find("PAYER1")
        retelling = Retelling(stores.events, stores.views, now)
        forgetting = Forgetting(stores.events, stores.book, stores.inbox, retelling, now, lambda _: None)
        forgetting.destroy(sorted(found.keys))
        forgetting.clean()
        assert stores.database.wipe() == []


def test_one_killed_at_any_commit_is_ended_by_the_next(
    any_engine: str, paypal: LocalPayPal, tmp_path: Path
) -> None:
    words = ("Test User", "buyer@example.com", "1 Main St")
    for at in range(1, 40):
        settings = house(tmp_path / str(at), paypal.url)
        keep(
            settings,
            [of_user(), follower("Refunded", "R1", gross="-5.00"), of_user("T2", mc_currency="Test User")],
        )
        work_off(settings)
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests" / "killed_forget.py"), "PAYER1", str(at)],
            env={**os.environ, "PYTHONPATH": str(ROOT), **given(settings)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        end_of_it(settings)
        assert left(settings, words) == set(), at
        assert differences_when_rebuilt(settings) == 0
        with open_stores(settings) as stores, stores.book.connect() as connection:
            unclean = text(
                "SELECT count(*) FROM payer_keys WHERE destroyed_us IS NOT NULL AND cleaned_us IS NULL"
            )
            assert connection.execute(unclean).scalar() == 0
        if done.returncode == 0:
            break
    assert "ended" in done.stdout
    assert at > 6
