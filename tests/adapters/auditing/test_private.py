"""Rows that are told anew lie where nobody else sees them."""

from sqlalchemy import inspect, select

from adapters import slots
from adapters.auditing.private import private_store
from adapters.view_tables import VIEWS


def test_every_table_of_the_views_is_there_and_empty() -> None:
    with private_store() as told:
        for made in slots.tables(VIEWS.tables, slots.FIRST).values():
            assert told.execute(select(made)).first() is None
        assert told.connection.driver_connection is not None
        assert inspect(told).get_table_names()


def test_a_part_of_a_telling_can_be_taken_back() -> None:
    identities = slots.table("identities", slots.FIRST)
    with private_store() as told:
        told.execute(identities.insert(), {"txn_id": "R1", "follows": "T1"})
        nested = told.begin_nested()
        told.execute(identities.insert(), {"txn_id": "R2", "follows": "T1"})
        nested.rollback()
        assert told.execute(select(identities.c.txn_id)).scalars().all() == ["R1"]
