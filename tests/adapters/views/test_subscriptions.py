"""Subscriptions: rows that follow the book."""

import json

from sqlalchemy import select

from adapters.times import to_us
from adapters.view_tables import subscriptions
from tests.adapters.workshop import Workshop
from tests.given import NOON
from tests.given_streams import paid, signup, subscribed


def test_a_subscriptions_row_holds_what_lists_ask_for(workshop: Workshop) -> None:
    workshop.deliver(signup(payer_email="Buyer@Example.COM"), subscribed("subscr_cancel"))
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        found = connection.execute(select(subscriptions)).mappings().one()
    expected = {
        "subscription_id": "S-1", "kind": "subscription", "status": "cancelled", "payer_id": "PAYER1",
        "payer_email": "buyer@example.com",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert found["last_changed_us"] >= found["first_heard_us"] > to_us(NOON)
    assert json.loads(found["document"])["payer"]["email"] == "Buyer@Example.COM"


def test_of_a_charge_alone_the_kind_is_not_known(workshop: Workshop) -> None:
    workshop.deliver(paid("P1", "08:00:00 Feb 05, 2026 PST"))
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        assert connection.execute(select(subscriptions.c.kind, subscriptions.c.status)).all() == [
            (None, "active")
        ]
    workshop.deliver(signup())
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        assert connection.execute(select(subscriptions.c.kind)).scalars().all() == ["subscription"]


def test_more_subscriptions_than_one_statement_takes(workshop: Workshop) -> None:
    workshop.deliver(*[signup(f"S-{i}") for i in range(600)])
    workshop.follower.follow()
    workshop.deliver(*[subscribed("subscr_eot", f"S-{i}") for i in range(600)])
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        statuses = connection.execute(select(subscriptions.c.status)).scalars().all()
    assert statuses == ["ended"] * 600
