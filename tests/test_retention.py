"""Retention: whatever was stored, no body goes that anything was made from or is still to be made from."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from adapters.purging.makers import Makers
from adapters.purging.purge import Purge
from adapters.purging.rules import rules
from adapters.rebuilding import lease as lease_module
from adapters.rebuilding.rebuild import Rebuild
from adapters.rebuilding.shadow import Shadow
from adapters.tables import deliveries, notifications
from adapters.times import to_us
from adapters.view_tables import VIEWS
from adapters.views.registry import PROJECTIONS
from domain.vocabulary import Verdict
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import passing_folder
from tests.given import NOON, follower, payment
from tests.house import LocalPayPal, environment, keep, settings_in, work_off
from tests.subscription_lives import LIFECYCLES
from tests.test_walk import STORY, everything_of, honest

ROOT = Path(__file__).resolve().parent.parent
NOW = NOON + timedelta(days=1_000)
# Among them one that waits elsewhere until a copy of it was told: a duplicate that an event was made from.
TWICE = [
    follower("Canceled_Reversal", "W9", "V1", gross="20.00"),
    follower("Canceled_Reversal", "W9", gross="20.00"),
    follower("Reversed", "V1"),
]
BODIES = list(dict.fromkeys([*STORY, *TWICE, *(one for life, _, _ in LIFECYCLES.values() for one in life)]))
DAYS = st.sampled_from([0, 1, 2, 29, 31, 364, 366, 900])


@dataclass(frozen=True)
class Step:
    """A message that came so many days ago, what PayPal said so many days later, and who asked again."""

    body: bytes
    verdict: Verdict
    days: int
    settled_after_days: int
    asked_again: bool


def steps(bodies: Sequence[bytes]) -> st.SearchStrategy[list[Step]]:
    verdict = st.sampled_from([*[Verdict.VERIFIED] * 5, Verdict.INVALID, Verdict.INVALID, Verdict.UNKNOWN])
    seldom = st.sampled_from([*[False] * 6, True])
    return st.lists(st.builds(Step, st.sampled_from(bodies), verdict, DAYS, DAYS, seldom), max_size=16)


STORIES = st.lists(st.sampled_from(BODIES), min_size=1, max_size=6).flatmap(steps)


def tell(house: Workshop, step: Step) -> None:
    came = NOW - timedelta(days=step.days)
    house.at = min(came + timedelta(days=step.settled_after_days), NOW)
    (n,) = house.keep(step.body, at=came)
    house.claims.take_in()
    claimed = {one.n: one for one in house.claims.claim(1_000, to_us(NOW))}
    house.processor().settle(house.answer([claimed.pop(n)], step.verdict))
    house.claims.release(list(claimed))


def rows(house: Workshop) -> dict[int, dict[str, Any]]:
    with house.engine.connect() as connection:
        found = connection.execute(select(notifications).order_by(notifications.c.n)).mappings()
        return {row["n"]: dict(row) for row in found}


def may_go(row: dict[str, Any], made: set[int | None], disowned_days: int, settled_days: int) -> bool:
    """The rules once more, in the words of the README."""
    days = {"invalid": disowned_days, "duplicate": settled_days}.get(row["outcome"])
    if days is None or row["n"] in made or row["due_us"] is not None:
        return False
    return all(row[when] < to_us(NOW - timedelta(days=days)) for when in ("received_us", "settled_us"))


def told(house: Workshop) -> list[tuple[object, ...]]:
    placed = (one for _, one in house.book.after(0, 10_000))
    return [(one.originator_id, one.originator_version, one.entry.n, one.entry.event) for one in placed]


def views(house: Workshop) -> dict[str, list[tuple[object, ...]]]:
    with house.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(view).order_by(*view.primary_key))]
            for name, view in VIEWS.tables.items()
        }


def differences_when_rebuilt(house: Workshop) -> int:
    shadow = Shadow(house.book, house.engine, house.clock, list(PROJECTIONS.values()))
    try:
        return Rebuild(shadow, house.book.last_position, lambda _, __: None).run(dry_run=True).differences
    finally:
        lease_module._HELD.clear()


def replayed(house: Workshop, folder: Path) -> list[tuple[object, ...]]:
    """What is recorded when the bodies that are left are processed anew, in another house."""
    with open_workshop(folder) as other:
        with house.inbox_engine.connect() as connection:
            left = [dict(row) for row in connection.execute(select(deliveries)).mappings()]
        if left:
            with other.inbox_engine.begin() as connection:
                connection.execute(insert(deliveries), left)
        other.claims.take_in()
        verified = {n for n, row in rows(house).items() if row["verdict"] == Verdict.VERIFIED}
        claimed = other.claims.claim(1_000, to_us(NOW))
        assert [one.n for one in claimed] == [row["n"] for row in left]
        for one in claimed:
            if one.n in verified:
                other.processor().settle(other.answer([one]))
        return told(other)


@pytest.fixture(autouse=True)
def sixty_seconds_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of these houses jumps by years: no lease runs out for it."""
    monkeypatch.setattr("adapters.claims.LEASE_SECONDS", 10**9)


LONG_AGO = [Step(one, Verdict.VERIFIED, 900, 0, asked_again=False) for one in [payment(), *TWICE, payment()]]


@settings(max_examples=600 if os.environ.get("COUNTERFOIL_CAMPAIGN") else 20)
@example(story=LONG_AGO, followed=False, disowned_days=30, settled_days=365)
@given(
    story=STORIES,
    followed=st.booleans(),
    disowned_days=st.sampled_from([1, 30]),
    settled_days=st.sampled_from([1, 365]),
)
def test_no_body_goes_that_anything_was_or_is_to_be_made_from(
    any_engine: str, story: list[Step], *, followed: bool, disowned_days: int, settled_days: int
) -> None:
    with passing_folder() as folder, open_workshop(folder) as house:
        for step in story:
            tell(house, step)
        for n, step in enumerate(story, 1):
            if step.asked_again:
                house.claims.ask_again(n, to_us(NOW))
        if followed:
            house.follower.follow()
        before, book = rows(house), told(house)
        made = {one.entry.n for _, one in house.book.after(0, 10_000)}
        going = {n for n, row in before.items() if may_go(row, made, disowned_days, settled_days)}

        wanted = rules(disowned_days, settled_days)
        engines = (house.parts.book, house.inbox_engine)
        looked = Purge(Makers(house.book), *engines, lambda: NOW).look(wanted)
        assert rows(house) == before
        done = Purge(Makers(house.book), *engines, lambda: NOW, lambda _: None).run(wanted)
        assert (looked, done.all.bodies) == (done, len(going))
        left = {one.n for one in house.inbox.after(0, 1_000)}
        assert left == before.keys() - going
        marked = {n: {**row, "purged_us": to_us(NOW) if n in going else None} for n, row in before.items()}
        assert rows(house) == marked
        again = Purge(Makers(house.book), *engines, lambda: NOW, lambda _: None).run(wanted)
        assert again.all.bodies == 0

        assert told(house) == book
        house.follower.follow()
        assert differences_when_rebuilt(house) == 0
        with passing_folder() as elsewhere:
            assert replayed(house, elsewhere) == book


# ---- killed between the two commits ----


def killed(folder: Path, url: str, when: str, at: int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(ROOT / "tests" / "killed_purge.py"), when, str(at)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment(folder, url)},
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def age(folder: Path) -> None:
    """Everything came and was settled two years ago."""
    with open_workshop(folder) as house, house.engine.begin() as connection:
        back, row = 730 * 86_400 * 1_000_000, notifications.c
        connection.execute(
            update(notifications).values(received_us=row.received_us - back, settled_us=row.settled_us - back)
        )


@pytest.mark.parametrize("when", ["marked", "deleted"])
@pytest.mark.parametrize("at", [1, 3])
def test_one_that_is_killed_anywhere_is_ended_by_the_next(
    any_engine: str, tmp_path: Path, when: str, at: int
) -> None:
    with LocalPayPal(honest).running() as paypal:
        here = settings_in(tmp_path, paypal.url)
        story = [*STORY, *STORY, *[b"forged=1&" + payment()] * 6]
        keep(here, story)
        work_off(here)
        age(tmp_path)
        before = everything_of(here)
        with open_workshop(tmp_path) as house:
            made = {one.entry.n for _, one in house.book.after(0, 10_000)}
            going = {
                n for n, row in rows(house).items()
                if row["outcome"] in ("invalid", "duplicate") and n not in made
            }  # fmt: skip
        assert len(going) > 20
        done = killed(tmp_path, paypal.url, when, at)
        assert done.returncode == -signal.SIGKILL, done.stderr
        with open_workshop(tmp_path) as house:
            marked = {n for n, row in rows(house).items() if row["purged_us"] is not None}
            left = {one.n for one in house.inbox.after(0, 1_000)}
            assert marked <= going
            assert len(marked) == 2 * at
            gone = set(range(1, len(story) + 1)) - left
            assert gone <= marked
            assert len(gone) == 2 * (at if when == "deleted" else at - 1)
        ended = subprocess.run(
            [sys.executable, "-m", "scripts", "purge", "--json"],
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment(tmp_path, paypal.url)},
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (ended.returncode, ended.stderr) == (0, "")
        with open_workshop(tmp_path) as house:
            assert {one.n for one in house.inbox.after(0, 1_000)} == set(range(1, len(story) + 1)) - going
            assert {n for n, row in rows(house).items() if row["purged_us"] is not None} == going
        assert everything_of(here) == before
        # The worker finds nothing missing, and goes on.
        assert keep(here, [payment("NEW")]) == [len(story) + 1]
        work_off(here)
