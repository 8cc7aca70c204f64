"""The tables of the views as queries read them; `adapters.slots` makes from each what rows are written to."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, text

from adapters.keys import Key
from adapters.tables import NUMBER, TEXT

# By these those who write views find rows: they are there also while a slot is filled that nobody reads.
WRITERS_INDEXES: Final = frozenset({"todos_txn_id"})

# Nothing of this is ever made as it stands: each name is a SQL view over one of two tables of the same shape.
VIEWS = MetaData()

transactions = Table(
    "transactions",
    VIEWS,
    Column("txn_id", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("fulfillment", TEXT, nullable=False),
    Column("payer_id", Key()),
    Column("payer_email", Key()),
    Column("invoice", Key()),
    Column("first_heard_us", BigInteger, nullable=False),
    Column("last_changed_us", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),  # the JSON that the API answers
    Index("transactions_heard", "first_heard_us", "txn_id"),
    Index("transactions_status", "status", "first_heard_us", "txn_id"),
    Index("transactions_kind", "kind", "first_heard_us", "txn_id"),
    Index("transactions_kind_status", "kind", "status", "first_heard_us", "txn_id"),
    Index("transactions_fulfillment", "fulfillment", "first_heard_us", "txn_id"),
    Index("transactions_payer_id", "payer_id", "first_heard_us"),
    Index("transactions_payer_email", "payer_email", "first_heard_us"),
    Index("transactions_invoice", "invoice", "first_heard_us"),
)

# The id of a refund, reversal, canceled reversal or adjustment leads to what it follows, perhaps another.
identities = Table(
    "identities",
    VIEWS,
    Column("txn_id", TEXT, primary_key=True),
    Column("follows", TEXT, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    VIEWS,
    Column("subscription_id", TEXT, primary_key=True),
    Column("kind", TEXT),  # null while only payments of it were heard of
    Column("status", TEXT, nullable=False),
    Column("payer_id", Key()),
    Column("payer_email", Key()),
    Column("first_heard_us", BigInteger, nullable=False),
    Column("last_changed_us", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),  # the JSON that the API answers
    Index("subscriptions_heard", "first_heard_us", "subscription_id"),
    Index("subscriptions_status", "status", "first_heard_us", "subscription_id"),
    Index("subscriptions_kind", "kind", "first_heard_us", "subscription_id"),
    Index("subscriptions_payer_id", "payer_id", "first_heard_us"),
    Index("subscriptions_payer_email", "payer_email", "first_heard_us"),
)

# What a person has to do, as far as a transaction says so.
todos = Table(
    "todos",
    VIEWS,
    Column("id", Key(), primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("txn_id", Key()),
    Column("n", NUMBER),
    Column("since_us", BigInteger, nullable=False),
    Column("due_us", BigInteger),
    Column("what", TEXT, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("closed_by", TEXT),
    Column("note", TEXT),
    # Nearly all are closed in time, and are listed apart from those that are open, also where both are shown.
    Index("todos_open", "open", "since_us", "id"),
    Index("todos_kind", "kind", "open", "since_us", "id"),
    Index("todos_txn_id", "txn_id"),
)

# To-dos that no transaction tells (of deliveries, of news in messages) and that a person closed.
todo_closings = Table(
    "todo_closings",
    VIEWS,
    Column("place", Key(), primary_key=True),  # kind and parts, as the list orders those of one moment
    Column("closed_by", TEXT),
    Column("note", TEXT),
    Column("closed_us", BigInteger, nullable=False),
)

# Payers as they were last told of; beside each thing the position of the event that told it.
customers = Table(
    "customers",
    VIEWS,
    Column("payer_id", Key(), primary_key=True),
    Column("name", TEXT),
    Column("name_position", NUMBER),
    Column("name_folded", Key()),  # as it is looked for, without regard to case
    Column("email", TEXT),
    Column("email_position", NUMBER),
    Column("email_folded", Key()),
    Column("country", TEXT),
    Column("country_position", NUMBER),
    Column("address", TEXT),  # JSON
    Column("address_position", NUMBER),
    Column("first_heard_us", BigInteger, nullable=False),
    Column("last_changed_us", BigInteger, nullable=False),
    Index("customers_heard", "first_heard_us", "payer_id"),
    Index("customers_name", "name_folded", "first_heard_us"),
    Index("customers_email", "email_folded", "first_heard_us"),
)

# What they paid, got back, and have in dispute now, in whole minor units.
customer_sums = Table(
    "customer_sums",
    VIEWS,
    Column("payer_id", Key(), primary_key=True),
    Column("currency", TEXT, primary_key=True),
    Column("payments", BigInteger, nullable=False),
    Column("paid", BigInteger, nullable=False),
    Column("refunded", BigInteger, nullable=False),
    Column("disputed", BigInteger, nullable=False),
)

# Where the goods of each payment stood, from one event of it to the next. A claim runs out with no event.
fulfillment = Table(
    "fulfillment",
    VIEWS,
    Column("txn_id", TEXT, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", TEXT, nullable=False),
    Column("since_us", BigInteger, nullable=False),
    Column("by", TEXT),
    Column("until_us", BigInteger),  # of a claim, whatever the state is
    Column("runs_out_us", BigInteger),  # the same where it is the claim that makes the state
    Column("recorded_us", BigInteger, nullable=False),
    Column("superseded_us", BigInteger),  # null: as it is known now
    Column("told", LargeBinary, nullable=False),  # JSON: what of a row does not depend on the hour
    # The queue now and as of a time, by since when; claims by when they run out; and what was told between.
    Index("fulfillment_now", "state", "superseded_us", "since_us", "txn_id", "version"),
    Index("fulfillment_then", "state", "since_us", "txn_id", "recorded_us", "superseded_us", "version"),
    Index("fulfillment_recorded", "recorded_us", "txn_id", "superseded_us"),
    Index(
        "fulfillment_runs_out",
        *("superseded_us", "runs_out_us", "txn_id", "version"),
        sqlite_where=text("runs_out_us IS NOT NULL"),
        postgresql_where=text("runs_out_us IS NOT NULL"),
    ),
    Index(
        "fulfillment_ran_out",
        *("runs_out_us", "txn_id", "recorded_us", "superseded_us", "version"),
        sqlite_where=text("runs_out_us IS NOT NULL"),
        postgresql_where=text("runs_out_us IS NOT NULL"),
    ),
)

# Which events a delivery became.
notification_events = Table(
    "notification_events",
    VIEWS,
    Column("n", NUMBER, primary_key=True, autoincrement=False),
    Column("position", NUMBER, primary_key=True, autoincrement=False),
    Column("stream", TEXT, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", TEXT, nullable=False),
)

# Money that moved, in double entry: only ever added to. The numbers grow with the book.
ledger_entries = Table(
    "ledger_entries",
    VIEWS,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("id", TEXT, nullable=False),
    Column("stream", TEXT, nullable=False),  # the transaction's id
    Column("txn_id", TEXT, nullable=False),  # the id that the money moved under: its own, or a follower's
    Column("n", NUMBER),
    Column("kind", TEXT, nullable=False),
    Column("occurred_us", BigInteger),
    Column("recorded_us", BigInteger, nullable=False),
    Column("about", LargeBinary, nullable=False),  # JSON: what exports say of it beside its amounts
    Index("ledger_entries_recorded", "recorded_us", "number"),
    Index("ledger_entries_kind", "kind", "recorded_us", "number"),
    Index("ledger_entries_stream", "stream", "recorded_us", "number"),
    Index("ledger_entries_txn_id", "txn_id", "recorded_us", "number"),
)

# What came to each account, in whole minor units of the currency that the account's name ends in.
ledger_postings = Table(
    "ledger_postings",
    VIEWS,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("account", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False),  # kind and time are the entry's, to be looked for together
    Column("recorded_us", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
    Index("ledger_postings_account", "account", "recorded_us", "number", "units"),
    Index("ledger_postings_account_kind", "account", "kind", "recorded_us", "number"),
)

# The sums of each day of recording, in UTC: a balance at any time is those before, and a part of one day.
ledger_days = Table(
    "ledger_days",
    VIEWS,
    Column("account", TEXT, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),  # since 1970
    Column("units", BigInteger, nullable=False),
)
