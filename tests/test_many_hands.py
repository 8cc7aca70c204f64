"""Many people at one queue, over real addresses: no order is ever held by two."""

import copy
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from scripts.checks import free_port
from tests.given import follower, payment
from tests.house import LocalPayPal
from tests.served import House, Serve, wait_until

Answer = TypeVar("Answer")
PEOPLE = 12
ROUNDS = 6


def at_once(works: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Do all of it at the same moment; what each gave, in order."""
    ready, given = threading.Barrier(len(works)), dict[int, Answer]()

    def run(index: int, work: Callable[[], Answer]) -> None:
        ready.wait(30)
        given[index] = work()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(given) == len(works), "somebody got no answer"
    return [given[index] for index in range(len(works))]


def states(house: House, *txn_ids: str) -> list[str]:
    return [house.ask(f"/api/transactions/{txn_id}")["fulfillment"] for txn_id in txn_ids]


def told(house: House, txn_id: str) -> list[str]:
    return [event["type"] for event in house.ask(f"/api/transactions/{txn_id}/events")["items"]]


def shown(house: House, *txn_ids: str) -> Callable[[], bool]:
    def are() -> bool:
        listed = {row["txn_id"] for row in house.ask("/api/fulfillment?limit=500")["items"]}
        return set(txn_ids) <= listed

    return are


@pytest.fixture
def offices(serve: Serve, environ: dict[str, str], tmp_path: Path) -> Iterator[tuple[House, House]]:
    """A house with a worker, and beside its office a second one over the same files."""
    with LocalPayPal().running() as paypal:
        settings = {"VERIFY_URL": paypal.url, "RECEIVERS": "seller@example.com", "UNPRICED": "ship"}
        house = serve(**settings)
        house.wait_until_ready()
        other = copy.copy(house)
        address = f"127.0.0.1:{free_port()}"
        other.office = f"http://{address}"
        given = {f"COUNTERFOIL_{name}": text for name, text in {**settings, "OFFICE": address}.items()}
        with subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:scripts.office_conf"],
            cwd=tmp_path,
            env={**environ, **given},
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                wait_until(lambda: is_live(other))
                yield house, other
            finally:
                process.terminate()


def is_live(house: House) -> bool:
    try:
        with urllib.request.urlopen(f"{house.office}/livez", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_however_many_reach_for_an_order_one_gets_it(offices: tuple[House, House]) -> None:
    house, other = offices
    orders = [f"T{n}" for n in range(ROUNDS)]
    for order in orders:
        house.post(payment(order))
    wait_until(shown(house, *orders))
    for order in orders:

        def claims(n: int, order: str = order) -> tuple[int, dict[str, str]]:
            where = (house, other)[n % 2]
            return where.act(f"/api/fulfillment/{order}/claim", by=f"packer {n}", seconds=600)

        answers = at_once([lambda n=n, claims=claims: claims(n) for n in range(PEOPLE)])  # type: ignore[misc]
        assert sorted(status for status, _ in answers) == [200, *[409] * (PEOPLE - 1)]
        (winner,) = (n for n, (status, _) in enumerate(answers) if status == 200)
        assert {row["by"] for status, row in answers if status == 200} == {f"packer {winner}"}
        assert all(
            f"packer {winner} has claimed" in said["description"] for status, said in answers if status == 409
        )
        assert told(house, order) == ["PaymentCompleted", "GoodsClaimed"]
    assert states(other, *orders) == ["claimed"] * ROUNDS


def test_a_refund_at_the_same_moment_withdraws_the_goods_whoever_was_first(
    offices: tuple[House, House],
) -> None:
    house, other = offices
    orders = [f"T{n}" for n in range(ROUNDS)]
    for order in orders:
        house.post(payment(order))
    wait_until(shown(house, *orders))
    works: list[Callable[[], int]] = []
    for order in orders:
        works += [
            lambda order=order: house.post(follower("Refunded", f"R{order}", order)),  # type: ignore[misc]
            lambda order=order: other.act(f"/api/fulfillment/{order}/claim", by="ann")[0],  # type: ignore[misc]
        ]
    answers = at_once(works)
    wait_until(lambda: all("PaymentRefunded" in told(house, order) for order in orders))
    wait_until(lambda: states(house, *orders) == ["withdrawn"] * ROUNDS)
    for order, status in zip(orders, answers[1::2], strict=True):
        assert (status == 200) == ("GoodsClaimed" in told(house, order))
        refused, said = other.act(f"/api/fulfillment/{order}/fulfill", by="ann")
        assert (refused, said["title"]) == (409, "Refused")


def test_of_two_payments_for_one_invoice_only_one_is_served(offices: tuple[House, House]) -> None:
    house, other = offices
    invoices = [f"i{n}" for n in range(ROUNDS)]
    pairs = [(f"A-{name}", f"B-{name}") for name in invoices]
    for name, pair in zip(invoices, pairs, strict=True):
        for txn_id in pair:
            house.post(payment(txn_id, invoice=name))
    wait_until(
        lambda: shown(house, *sum(pairs, ()))() and states(house, *sum(pairs, ())) == ["held"] * 2 * ROUNDS
    )
    for pair in pairs:
        for txn_id in pair:
            assert house.act(f"/api/fulfillment/{txn_id}/approve", by="boss", why="either will do")[0] == 200

        def serves(where: House, txn_id: str, by: str) -> list[int]:
            acts = ("claim", "fulfill")
            return [where.act(f"/api/fulfillment/{txn_id}/{act}", by=by)[0] for act in acts]

        first, second = at_once(
            [
                lambda pair=pair, serves=serves: serves(house, pair[0], "ann"),  # type: ignore[misc]
                lambda pair=pair, serves=serves: serves(other, pair[1], "bob"),  # type: ignore[misc]
            ]
        )
        assert sorted((first[1], second[1])) == [200, 409]
        assert sorted(states(house, *pair)) == ["fulfilled", "held"]
        (waiting,) = (txn_id for txn_id in pair if states(house, txn_id) == ["held"])
        doubts = house.ask(f"/api/transactions/{waiting}")["doubts"]
        assert [doubt["rule"] for doubt in doubts] == ["served"]
