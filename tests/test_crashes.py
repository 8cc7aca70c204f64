"""A house whose processes are killed under load: nothing acknowledged is missing or double."""

import json
import os
import random
import signal
import threading
import time
import urllib.error

from tests.given import follower, payment
from tests.house import LocalPayPal
from tests.served import House, Serve, wait_until

CHILDREN = ("listener", "worker", "office")
KILLS = 30 if os.environ.get("COUNTERFOIL_CAMPAIGN") else 6
PAYMENTS = 25 * KILLS


class Sender(threading.Thread):
    """Posts its bodies one after the other, as PayPal does: again until it hears 200."""

    def __init__(self, house: House, bodies: list[bytes]) -> None:
        super().__init__()
        self.house, self.bodies, self.acknowledged = house, bodies, 0

    def run(self) -> None:
        for body in self.bodies:
            end = time.monotonic() + 60
            while time.monotonic() < end:
                try:
                    if self.house.post(body) == 200:
                        self.acknowledged += 1
                        break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.05)


def kill_somebody(house: House, rng: random.Random) -> None:
    pid = house.pids(rng.choice(CHILDREN))[-1]
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # the one before it died just now, and its successor is not announced yet


def test_a_house_whose_processes_are_killed_under_load_loses_and_doubles_nothing(serve: Serve) -> None:
    rng = random.Random(20261120)
    ids = [f"PAID{n}" for n in range(PAYMENTS)]
    bodies = [one for i in ids for one in (follower("Refunded", f"R{i}", i, "-5.00"), payment(i), payment(i))]
    rng.shuffle(bodies)
    with LocalPayPal().running() as paypal:
        house = serve(VERIFY_URL=paypal.url, RECEIVERS="seller@example.com", UNPRICED="ship")
        house.wait_until_ready()
        senders = [Sender(house, bodies[n::8]) for n in range(8)]
        for sender in senders:
            sender.start()
        for _ in range(KILLS):
            time.sleep(rng.uniform(0.2, 0.8))
            kill_somebody(house, rng)
        for sender in senders:
            sender.join()
        assert sum(sender.acknowledged for sender in senders) == len(bodies)
        wait_until(lambda: settled(house) >= len(bodies), seconds=90)
        outcomes = house.ask("/api/status")["outcomes"]
        # What was kept, but not acknowledged before the listener died, PayPal resent: one more duplicate.
        assert outcomes["recorded"] == 2 * PAYMENTS, outcomes
        assert outcomes["duplicate"] >= PAYMENTS, outcomes
        assert sum(outcomes.values()) == outcomes["recorded"] + outcomes["duplicate"], outcomes
        for txn_id in ids:
            shown = house.ask(f"/api/transactions/{txn_id}")
            assert (shown["status"], shown["refunded"]) == ("partially_refunded", "5.00")
            events = [event["type"] for event in house.ask(f"/api/transactions/{txn_id}/events")["items"]]
            assert sorted(set(events) - {"FollowerParked"}) == ["PaymentCompleted", "PaymentRefunded"], events
            assert len(events) == len(set(events)), events
    assert "Traceback" not in house.log.read_text(), house.log.read_text()


def settled(house: House) -> int:
    try:
        status = house.ask("/api/status")
    except (urllib.error.URLError, OSError, json.JSONDecodeError):
        return -1
    lag = max(projection["lag_events"] for projection in status["projections"])
    return sum(status["outcomes"].values()) - status["outcomes"]["waiting"] if lag == 0 else -1
