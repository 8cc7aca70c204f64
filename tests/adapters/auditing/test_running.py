"""An audit in one process and in several says the same, and no check stumbles unheard."""

import pytest

from adapters.auditing.checks import CHECKS, Part
from adapters.auditing.running import audit, run_part
from adapters.engines import StoreError
from adapters.tables import notifications
from tests.adapters.auditing.conftest import Store
from tests.histories import order_of


def test_processes_beside_each_other_find_the_same(store: Store) -> None:
    store.change(notifications, {"outcome": "duplicate"}, n=1)
    order, steps = order_of(store.history), list[tuple[int, int]]()
    alone = audit(order, progress=lambda done, of: steps.append((done, of)), processes=1)
    several = audit(order, processes=2)
    assert alone.findings == several.findings
    assert alone.total == 1
    assert [one.check for one in alone.findings] == list(CHECKS)
    assert 0 < steps[-1][0] <= steps[-1][1]


def test_only_what_is_wanted_is_made(store: Store) -> None:
    done = audit(order_of(store.history), frozenset({"tree"}))
    assert [one.check for one in done.findings] == ["tree"]


@pytest.mark.parametrize("error", [KeyError("x"), StoreError("away", away=True)])
def test_what_no_check_foresaw_is_a_finding_too(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def stumble(*_: object) -> None:
        raise error

    part = Part(("tree",), stumble, lambda _: 1)
    monkeypatch.setattr("adapters.auditing.running.PARTS", (part,))
    with store.scene() as scene:
        if isinstance(error, StoreError):
            with pytest.raises(StoreError):
                run_part(scene, 0, frozenset({"tree"}), lambda _: None)
        else:
            (said,) = run_part(scene, 0, frozenset({"tree"}), lambda _: None)
            assert "the check could not go on: KeyError" in said.first[0].what


def test_a_store_that_goes_away_ends_all_processes(store: Store) -> None:
    store.execute("DROP TABLE checkpoints")
    with pytest.raises(StoreError, match="checkpoints"):
        audit(order_of(store.history), processes=2)
