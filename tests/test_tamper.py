"""Whatever is changed in a store, the audit finds it and says where; and it says nothing of what is healthy.

Changes are drawn at random, one at a time. COUNTERFOIL_SEED begins elsewhere; with COUNTERFOIL_CAMPAIGN=1
there are many more. What means nothing is listed where the changes are made, in `tests.tampering`.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.workshop import open_workshop
from tests.histories import History, audited, said
from tests.tampering import Change, Tampering, Whole

CAMPAIGN = bool(os.environ.get("COUNTERFOIL_CAMPAIGN"))
SEED = int(os.environ.get("COUNTERFOIL_SEED", "20261121"))
CHANGES = 2_000 if CAMPAIGN else 200
HEALTHY = 40 if CAMPAIGN else 4


@pytest.fixture(scope="module")
def history(any_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """Some hundred messages and all that came of them, sealed and signed for to the end."""
    with open_workshop(tmp_path_factory.mktemp("tampered")) as workshop:
        history = History(workshop, SEED)
        history.live(60)
        history.strange()
        history.seal()
        history.live(60)
        history.seal()
        assert said(audited(history)) == []
        yield history


def is_found(history: History, change: Change) -> str | None:
    """Why a change was not found as it ought to be; None when it was."""
    done = audited(history)
    findings = [one for some in done.findings for one in some.first]
    if not findings:
        return "it was not found"
    if not any(change.is_named_by(one.table, one.key) for one in findings):
        return f"its place was not named: {said(done)}"
    return None


def test_every_change_that_means_something_is_found(history: History) -> None:
    parts = history.workshop.parts
    tampering = Tampering(parts.book, parts.inbox, random.Random(SEED))
    missed: list[str] = []
    made: Counter[str] = Counter()
    for change, _ in zip(tampering.changes(), range(CHANGES), strict=False):
        made[change.target.name] += 1
        why = is_found(history, change)
        if why is not None:
            rows = "; ".join(str(row)[:1500] for row in change.rows)
            missed.append(f"{change.target.name}: {change.what}: {why}\n    {rows}")
    print(dict(made))
    assert missed == [], "\n".join([f"of {sum(made.values())}:", *missed])
    assert said(audited(history)) == []


@pytest.mark.parametrize("seed", range(HEALTHY))
def test_a_healthy_store_is_left_in_peace(any_engine: str, tmp_path: Path, seed: int) -> None:
    with open_workshop(tmp_path) as workshop:
        history = History(workshop, SEED + seed)
        history.live(120)
        history.strange()
        history.seal()
        history.live(50, sealed=False)
        assert said(audited(history)) == []
        for left in history.left:
            assert said(audited(history, left)) == []


def test_a_log_whose_end_was_cut_is_found_by_the_checkpoint_that_left(
    any_engine: str, tmp_path: Path
) -> None:
    with open_workshop(tmp_path) as workshop:
        history = History(workshop, SEED)
        history.live(60)
        history.seal()
        before = Whole(workshop.parts.book, workshop.parts.inbox)
        history.live(20)
        history.seal()
        left = history.left[-1]
        assert said(audited(history, left)) == []
        before.put_back()
        # What is left is as healthy as it was then: nothing in it tells that there was more.
        assert said(audited(history)) == []
        found = audited(history, left)
        assert [(one.table, dict(one.key)) for some in found.findings for one in some.first] == [
            ("seals", {"size": left.size})
        ]
