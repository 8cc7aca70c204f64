"""The tables of inbox and book, said once for every engine; times are microseconds since 1970, in UTC."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

# SQLite numbers rows by itself only in a column that is exactly INTEGER; elsewhere a big one is wanted.
NUMBER = BigInteger().with_variant(Integer(), "sqlite")
# In the order of code points everywhere, whatever the language of a PostgreSQL: ranges of beginnings need it.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")

INBOX = MetaData()
BOOK = MetaData()

# Evidence: written by the listener, never changed. AUTOINCREMENT, so that a purged number is not given again.
deliveries = Table(
    "deliveries",
    INBOX,
    Column("n", NUMBER, primary_key=True, autoincrement=True),
    Column("received_us", BigInteger, nullable=False),
    Column("peer", TEXT, nullable=False),
    Column("headers", TEXT, nullable=False),  # JSON: [[name, value], …] as they came
    Column("body", LargeBinary, nullable=False),
    Column("sealed_by", TEXT),  # the name of the key, where personal data are sealed
    sqlite_autoincrement=True,
)

# What became of each delivery. Lives beside the book, so that events and outcome are one commit.
notifications = Table(
    "notifications",
    BOOK,
    Column("n", NUMBER, primary_key=True, autoincrement=False),
    Column("received_us", BigInteger, nullable=False),
    Column("peer", TEXT, nullable=False),
    Column("txn_id", TEXT),
    Column("parent_txn_id", TEXT),
    Column("txn_type", TEXT),
    Column("payment_status", TEXT),
    Column("verdict", TEXT, nullable=False),  # unknown | verified | invalid
    Column("attempts", Integer, nullable=False),
    Column("outcome", TEXT, nullable=False),
    Column("reason", TEXT),
    Column("drift", TEXT),  # JSON: [[what, example], …], null when nothing was new
    # While a delivery is to be worked on, when next; null once it is settled.
    Column("due_us", BigInteger),
    # A person asked: do not wait for the circuit breaker.
    Column("urgent", Boolean, nullable=False),
    Column("lease_until_us", BigInteger),
    Column("lease_by", TEXT),
    Column("settled_us", BigInteger),
    Column("purged_us", BigInteger),  # when the body went by the rules of retention; the rest stays known
    # What is settled is in neither, so both stay as small as the backlog.
    Index(
        "notifications_due",
        "attempts",
        "due_us",
        "n",
        sqlite_where=text("due_us IS NOT NULL"),
        postgresql_where=text("due_us IS NOT NULL"),
    ),
    Index("notifications_urgent", "due_us", sqlite_where=text("urgent"), postgresql_where=text("urgent")),
    Index("notifications_outcome", "outcome", "n"),
    Index("notifications_verdict", "verdict", "n"),
    Index("notifications_txn_id", "txn_id", "n"),
    Index("notifications_parent_txn_id", "parent_txn_id", "n"),
    Index("notifications_received", "received_us"),
    postgresql_with={"fillfactor": 50},  # room for a claim beside its row: then no index is written anew
)
# Deliveries that wait for a person, to be listed with other to-dos by when that was known.
WAITING_FOR_A_PERSON = text("outcome IN ('refused', 'unreadable', 'unmodelled')")
notifications_todo = Index(
    "notifications_todo",
    notifications.c.outcome,
    notifications.c.settled_us,
    sqlite_where=WAITING_FOR_A_PERSON,
    postgresql_where=WAITING_FOR_A_PERSON,
)

post_backs = Table(
    "post_backs",
    BOOK,
    Column("n", NUMBER, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("asked_us", BigInteger, nullable=False),
    Column("status", Integer),  # HTTP status; null when no answer came
    Column("answer", TEXT, nullable=False),  # the first characters of the answer, or what went wrong
    Column("seconds", Float, nullable=False),
    Column("verdict", TEXT, nullable=False),
    Index("post_backs_verdict", "verdict"),
)

# What messages said that this version did not know; counted in the commit of the delivery's outcome.
drift = Table(
    "drift",
    BOOK,
    Column("what", TEXT, primary_key=True),  # a field of PayPal's, or `field`
    Column("example", TEXT, primary_key=True),
    Column("n", NUMBER, nullable=False),  # the first delivery that said it
    Column("first_us", BigInteger, nullable=False),  # when that one was received
    Column("count", BigInteger, nullable=False),  # deliveries, however often each was processed
)
# Rows of one `what`: a date in a form of tomorrow is another text each time, and must not fill the disk.
DRIFT_EXAMPLES_MAX = 50

# How far each projection is, and which of its two slots is read. Rows and position are one transaction.
positions = Table(
    "positions",
    BOOK,
    Column("projection", TEXT, primary_key=True),
    Column("position", NUMBER, nullable=False),
    Column("moved_us", BigInteger, nullable=False),
    Column("slot", TEXT, nullable=False, server_default="a"),
    # Of the projection that made these rows; null when an earlier layout did.
    Column("version", Integer),
    Column("digest", TEXT),
)

# Streams that a projection stumbled over: what is told of them ends before this event.
set_aside = Table(
    "set_aside",
    BOOK,
    Column("projection", TEXT, primary_key=True),
    Column("slot", TEXT, primary_key=True),
    Column("stream", TEXT, primary_key=True),
    Column("position", NUMBER, nullable=False),
    Column("version", Integer, nullable=False),
    Column("why", TEXT, nullable=False),
    Column("since_us", BigInteger, nullable=False),
)

# A projection whose other slot is being filled or emptied, by whom, and how far it is.
rebuilds = Table(
    "rebuilds",
    BOOK,
    Column("projection", TEXT, primary_key=True),
    Column("slot", TEXT, nullable=False),
    Column("position", NUMBER, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", TEXT, nullable=False),
    Column("by", TEXT, nullable=False),
    Column("started_us", BigInteger, nullable=False),
    Column("lease_until_us", BigInteger, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    BOOK,
    Column("worker", TEXT, primary_key=True),
    Column("beat_us", BigInteger, nullable=False),
    Column("detail", TEXT, nullable=False),  # JSON: what the worker is doing, the breaker's state
)

# What the notary has sealed, in its own order and without a gap: the leaves of its tree.
seals = Table(
    "seals",
    BOOK,
    Column("seq", NUMBER, primary_key=True, autoincrement=False),  # from 1
    Column("kind", Integer, nullable=False),  # of `adapters.notary.seals`: event, delivery or rules
    Column("number", NUMBER, nullable=False),  # a position, a delivery's or the rules'
    Column("digest", LargeBinary, nullable=False),
    Index("seals_number", "kind", "number", unique=True),
)

# Signed statements of what the tree was when it had `size` leaves.
checkpoints = Table(
    "checkpoints",
    BOOK,
    Column("size", NUMBER, primary_key=True, autoincrement=False),
    Column("note", TEXT, nullable=False),
    Column("frontier", LargeBinary, nullable=False),  # so that the next need not begin at the first leaf
    Column("made_us", BigInteger, nullable=False),
)

# The keys by which those signatures are checked.
notary_keys = Table(
    "notary_keys",
    BOOK,
    Column("vkey", TEXT, primary_key=True),
    Column("since_us", BigInteger, nullable=False),
)

sendings = Table(  # the newest checkpoint that each place outside was sent, and what went wrong since
    "sendings",
    BOOK,
    Column("target", TEXT, primary_key=True),
    Column("size", NUMBER, nullable=False),
    Column("sent_us", BigInteger),
    Column("error", TEXT),
)

# The rules and price lists that decisions were made by; each event says by which.
rules = Table(
    "rules",
    BOOK,
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("adopted_us", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),  # SHA-256 of the document
    Column("document", TEXT, nullable=False),  # JSON
)

# The keys that payers' data are sealed with; a destroyed one is null for ever.
payer_keys = Table(
    "payer_keys",
    BOOK,
    Column("payer", TEXT, primary_key=True),
    Column("key", LargeBinary),
    Column("made_us", BigInteger, nullable=False),
    Column("destroyed_us", BigInteger),
    Column("cleaned_us", BigInteger),  # when nothing showed any more what it had sealed
)
