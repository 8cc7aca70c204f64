"""Identities: an id leads to what it follows."""

import json
from typing import Any

from sqlalchemy import select

from adapters.slots import tables
from adapters.view_tables import identities
from adapters.views.identities import save
from adapters.views.making import read_batch
from tests.adapters.workshop import Workshop
from tests.given import adjustment, follower, payment


def shown(workshop: Workshop, txn_id: str) -> dict[str, Any] | None:
    found = workshop.queries.transaction(txn_id)
    return None if found is None else dict(json.loads(found))


def rows(workshop: Workshop) -> list[tuple[str, str]]:
    with workshop.engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(select(identities)))


def test_an_id_leads_over_any_number_of_followers_to_what_they_follow(workshop: Workshop) -> None:
    for one in (payment(), follower("Reversed", "V1"), adjustment("X1", "V1"), adjustment("X2", "X1")):
        workshop.deliver(one)
        workshop.follower.follow()
    assert len(rows(workshop)) == 3
    for txn_id in ("V1", "X1", "X2"):
        assert shown(workshop, txn_id) == shown(workshop, "T1") is not None


def test_the_same_steps_again_change_nothing(workshop: Workshop) -> None:
    workshop.deliver(adjustment("X1", "V1"), payment(), follower("Reversed", "V1"))
    steps = read_batch(workshop.book, 0, 100).steps
    with workshop.engine.begin() as connection:
        for some in (steps, [], steps):
            save(connection, tables(["identities"], "a"), some)
    assert rows(workshop) == [("V1", "T1"), ("X1", "V1")]
