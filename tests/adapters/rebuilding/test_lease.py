"""The lease: one at a time, and nobody waits for the dead."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from adapters.engines import StoreEngine
from adapters.processes import this_process
from adapters.rebuilding import lease as lease_module
from adapters.rebuilding.lease import LEASE, Lease, RebuildBusyError, RebuildLostError
from adapters.tables import rebuilds
from adapters.times import to_us
from tests.adapters.conftest import Shelf
from tests.adapters.test_claims import dead_pid
from tests.given import NOON

HOST = this_process().rpartition("/")[0]


@pytest.fixture(autouse=True)
def nothing_held() -> Iterator[None]:
    yield
    lease_module._HELD.clear()


def rows(*names: str) -> list[dict[str, Any]]:
    return [{"projection": n, "position": 0, "slot": "b", "version": 1, "digest": "d"} for n in names]


def lease(shelf: Shelf, *names: str) -> Lease:
    return Lease(names, lambda: shelf.now)


def take(engine: StoreEngine, one: Lease, *names: str) -> None:
    with engine.begin() as connection:
        one.take(connection, rows(*names))


def held(shelf: Shelf) -> dict[str, str]:
    with shelf.book.connect() as connection:
        return {row.projection: row.by for row in connection.execute(select(rebuilds))}


def hand_to(shelf: Shelf, by: str) -> None:
    with shelf.book.begin() as connection:
        connection.execute(update(rebuilds).values(by=by))


def test_it_is_taken_held_and_given_back(shelf: Shelf) -> None:
    one = lease(shelf, "p", "q")
    take(shelf.book, one, "p", "q")
    assert held(shelf) == {"p": one.by, "q": one.by}
    shelf.now += timedelta(minutes=1)
    with shelf.book.begin() as connection:
        one.hold(connection, 7)
        found = connection.execute(select(rebuilds.c.position, rebuilds.c.lease_until_us)).all()
    assert set(map(tuple, found)) == {(7, to_us(shelf.now + LEASE))}
    with shelf.book.begin() as connection:
        one.give_back(connection)
    assert held(shelf) == {}


def test_two_do_not_rebuild_one_projection(shelf: Shelf) -> None:
    take(shelf.book, lease(shelf, "p", "q"), "p", "q")
    with pytest.raises(RebuildBusyError, match=r"^q: .* is rebuilding it: ") as caught:
        take(shelf.book, lease(shelf, "q", "r"), "q", "r")
    assert "\n" not in str(caught.value)
    assert set(held(shelf)) == {"p", "q"}
    take(shelf.book, lease(shelf, "r"), "r")
    assert set(held(shelf)) == {"p", "q", "r"}


@pytest.mark.parametrize("pid", ["gone", "ours, in an earlier life"])
def test_a_dead_ones_is_taken_over_at_once(shelf: Shelf, pid: str) -> None:
    first = lease(shelf, "p")
    take(shelf.book, first, "p")
    number = dead_pid() if pid == "gone" else os.getpid()
    hand_to(shelf, f"{HOST}/{number}/0badcafe")
    second = lease(shelf, "p")
    take(shelf.book, second, "p")
    assert held(shelf) == {"p": second.by}
    with shelf.book.begin() as connection, pytest.raises(RebuildLostError, match="run it again"):
        first.hold(connection, 1)


@pytest.mark.parametrize("by", [f"{HOST}/1/x", f"{HOST}/{os.getppid()}/x", "elsewhere/1/x"])
def test_one_that_lives_or_lives_elsewhere_has_it_until_it_runs_out(shelf: Shelf, by: str) -> None:
    take(shelf.book, lease(shelf, "p"), "p")
    hand_to(shelf, by)
    with pytest.raises(RebuildBusyError):
        take(shelf.book, lease(shelf, "p"), "p")
    shelf.now = NOON + LEASE + timedelta(seconds=1)
    second = lease(shelf, "p")
    take(shelf.book, second, "p")
    assert held(shelf) == {"p": second.by}


def test_one_that_belongs_to_another_user_lives(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(_pid: int, _signal: int) -> None:
        raise PermissionError

    take(shelf.book, lease(shelf, "p"), "p")
    hand_to(shelf, f"{HOST}/{os.getppid()}/x")
    monkeypatch.setattr(os, "kill", forbid)
    with pytest.raises(RebuildBusyError):
        take(shelf.book, lease(shelf, "p"), "p")


def test_nobody_gives_back_what_is_anothers(shelf: Shelf) -> None:
    mine, other = lease(shelf, "p"), lease(shelf, "p")
    take(shelf.book, mine, "p")
    with shelf.book.begin() as connection:
        other.give_back(connection)
    assert held(shelf) == {"p": mine.by}


def test_one_of_several_that_is_lost_is_all_lost(shelf: Shelf) -> None:
    one = lease(shelf, "p", "q")
    take(shelf.book, one, "p", "q")
    with shelf.book.begin() as connection:
        connection.execute(update(rebuilds).where(rebuilds.c.projection == "q").values(by="h/1/x"))
    with shelf.book.begin() as connection, pytest.raises(RebuildLostError):
        one.hold(connection, 1)
