"""What the status says of the notary."""

from typing import Any

from sqlalchemy import insert

from adapters.notary.notary import Notary
from adapters.tables import sendings
from adapters.times import rfc3339, to_us
from tests.adapters.workshop import Workshop
from tests.given import NOON, payment
from tests.sealed import SIGNER


def test_a_house_without_any_seal(workshop: Workshop) -> None:
    empty: dict[str, Any] = {"sealed": 0, "behind": 0, "checkpoint": None, "keys": [], "sent": []}
    assert workshop.queries.status()["notary"] == empty


def test_how_far_it_is_and_what_left_the_machine(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2"))
    engine = workshop.parts.database.notary()
    notary = Notary(workshop.book, workshop.parts.inbox, engine, SIGNER, workshop.clock)
    assert workshop.queries.status()["notary"]["behind"] == 2
    notary.seal(100)
    made = notary.checkpoint()
    at = rfc3339(to_us(workshop.at))
    assert made is not None
    with engine.begin() as connection:
        rows = [("file:///b", 2, to_us(NOON), None), ("https://a", 0, None, "it is away")]
        for row in rows:
            connection.execute(insert(sendings).values(row))
    engine.dispose()
    assert workshop.queries.status()["notary"] == {
        "sealed": made.size,
        "behind": 0,
        "checkpoint": {"size": made.size, "made_at": at},
        "keys": [SIGNER.vkey],
        "sent": [
            {"target": "file:///b", "size": 2, "sent_at": rfc3339(to_us(NOON)), "error": None},
            {"target": "https://a", "size": 0, "sent_at": None, "error": "it is away"},
        ],
    }
