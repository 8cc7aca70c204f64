"""The tables that only PostgreSQL has: layouts, and the events, which elsewhere the library makes."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
)

from adapters.tables import TEXT

LAYOUTS: Final = MetaData()
# Which layout the tables of each part have.
layout = Table(
    "layout",
    LAYOUTS,
    Column("part", TEXT, primary_key=True),
    Column("version", Integer, nullable=False),
)

EVENTS: Final = MetaData()
# As the library's own recorder lays it out, so that its tools read it; the digest is ours.
stored_events = Table(
    "stored_events",
    EVENTS,
    Column("originator_id", TEXT, nullable=False),
    Column("originator_version", BigInteger, nullable=False),
    Column("topic", TEXT),
    Column("state", LargeBinary),
    Column("notification_id", BigInteger, Identity(), nullable=False),
    Column("digest", LargeBinary),  # null for what was stored before there were any
    PrimaryKeyConstraint("originator_id", "originator_version"),
    Index("stored_events_notification_id_idx", "notification_id", unique=True),
)
