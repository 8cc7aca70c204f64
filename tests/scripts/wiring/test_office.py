import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from adapters.metrics import exposition
from adapters.queries.fulfillment import FulfillmentFilters
from adapters.times import to_us
from scripts.wiring.office import open_office
from scripts.wiring.stores import now
from tests.given import payment
from tests.house import LocalPayPal, keep, outcomes, settings_in, work_off


def test_every_part_works_over_the_same_house(any_engine: str, tmp_path: Path) -> None:
    with LocalPayPal().running() as paypal:
        settings = settings_in(tmp_path, paypal.url, OPERATOR_TOKEN="o" * 32, UNPRICED="hold")
        keep(settings, [payment(invoice="abc-1")])
        work_off(settings)
        with open_office(settings) as parts:
            assert json.loads(parts.queries.transaction("T1") or b"")["fulfillment"] == "held"
            parts.orders.agree("abc-1", "20.00", "USD", None, "the shop")
            assert (parts.book.as_of("T1", now()) or {})["fulfillment"] == "ready"
            assert [event["type"] for event in parts.book.history("T1")] == [
                "PaymentCompleted",
                "PaymentVetted",
            ]
            assert parts.tokens.operator == "o" * 32
            assert parts.tokens.viewer
            checks = {check.name: check.ok for check in parts.readiness.report().checks}
            assert checks["store_writable"]
            assert b"counterfoil_up 1.0" in exposition(parts.metrics)
            assert parts.retry(1)
            assert not parts.retry(2)
            assert parts.version
            assert abs(to_us(parts.clock()) - to_us(now())) < 10_000_000
        work_off(settings)
        assert len(paypal.asked) == 1
        with open_office(settings) as parts:
            assert json.loads(parts.queries.transaction("T1") or b"")["fulfillment"] == "ready"
    assert outcomes(settings) == {1: ("recorded", None)}


def test_many_who_act_at_once_do_not_wait_for_each_other_in_a_ring(any_engine: str, tmp_path: Path) -> None:
    # Who brings the views forward holds their lock while it reads the book; who appends waits for that lock.
    names = [f"T{n}" for n in range(12)]
    with LocalPayPal().running() as paypal:
        settings = settings_in(tmp_path, paypal.url)
        keep(settings, [payment(name) for name in names])
        work_off(settings)
    with open_office(settings) as parts, ThreadPoolExecutor(len(names)) as people:

        def hold(name: str) -> None:
            for _ in range(5):
                parts.acts.act(name, lambda acting: acting.claim(name, 60))
                parts.acts.act(name, lambda acting: acting.release(name))

        list(people.map(hold, names))
        assert {len(parts.book.history(name)) for name in names} == {1 + 2 * 5}
        listed = parts.queries.fulfillment(FulfillmentFilters(), 50, None).items
    assert {(row["state"], row["version"]) for row in listed} == {("ready", 11)}
