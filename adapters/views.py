"""The views: each projection's rows in its table, brought forward a batch at a time."""

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection, Table, delete, select, text
from sqlalchemy.dialects.sqlite import insert

from adapters.mapper import Placed, decode, type_name
from adapters.tables import identities, notification_events, transactions
from adapters.times import to_us
from domain.state import Transaction
from domain.transaction import fold
from projections import identities as identities_fold
from projections import origins as origins_fold
from projections import transactions as transactions_fold

Batch = Sequence[tuple[int, Placed]]
_ROWS_MAX = 500  # a statement's bound values are limited

_encoder = msgspec.json.Encoder(decimal_format="string")
_state = msgspec.json.Decoder(Transaction)
_EARLIER = text(
    "SELECT topic, state FROM stored_events"
    " WHERE originator_id = :stream AND originator_version < :version ORDER BY originator_version"
)


def encode_document(transaction: Transaction) -> bytes:
    """The JSON that is answered when the transaction is asked for."""
    return _encoder.encode(transactions_fold.document(transaction))


def save_transactions(connection: Connection, batch: Batch) -> None:
    """Fold a batch into the transactions it touches and write each once."""
    wanted = {transactions_fold.key(placed.originator_id, placed.entry) for _, placed in batch} - {None}
    rows: dict[str, Transaction] = _load(connection, sorted(filter(None, wanted)))
    for _, placed in batch:
        key = transactions_fold.key(placed.originator_id, placed.entry)
        if key is not None:
            row = rows.get(key) or _hidden(connection, placed)
            rows[key] = transactions_fold.fold(row, placed.originator_id, placed.entry)
    gone = [key for key, row in rows.items() if transactions_fold.is_follower(row)]
    for start in range(0, len(gone), _ROWS_MAX):
        connection.execute(
            delete(transactions).where(transactions.c.txn_id.in_(gone[start : start + _ROWS_MAX]))
        )
    _upsert(connection, transactions, [_row(rows[key]) for key in rows.keys() - set(gone)])


def _load(connection: Connection, keys: Sequence[str]) -> dict[str, Transaction]:
    rows: dict[str, Transaction] = {}
    for start in range(0, len(keys), _ROWS_MAX):
        query = select(transactions.c.txn_id, transactions.c.state).where(
            transactions.c.txn_id.in_(keys[start : start + _ROWS_MAX])
        )
        rows |= {txn_id: _state.decode(state) for txn_id, state in connection.execute(query)}
    return rows


def _hidden(connection: Connection, placed: Placed) -> Transaction | None:
    """What a stream without a row told so far: a follower's shows none, until it has reports of its own."""
    if placed.originator_version == 1:
        return None
    earlier = connection.execute(
        _EARLIER, {"stream": placed.originator_id, "version": placed.originator_version}
    )
    return fold(placed.originator_id, (decode(topic, state) for topic, state in earlier))


def _row(transaction: Transaction) -> dict[str, object]:
    # Asked for once: working it out is most of what projecting costs.
    document = transactions_fold.document(transaction)
    email = document["payer"]["email"]
    assert transaction.first_heard is not None, "a row without an event"
    assert transaction.last_changed is not None, "a row without an event"
    return {
        "txn_id": transaction.txn_id,
        "kind": document["kind"],
        "status": document["status"],
        "fulfillment": document["fulfillment"],
        "payer_id": document["payer"]["id"],
        "payer_email": email and email.lower(),
        "invoice": document["invoice"],
        "first_heard_us": to_us(transaction.first_heard),
        "last_changed_us": to_us(transaction.last_changed),
        "document": _encoder.encode(document),
        "state": _encoder.encode(transaction),
    }


def save_identities(connection: Connection, batch: Batch) -> None:
    """Write which ids turned out to be followers'."""
    rows = (identities_fold.row(placed.originator_id, placed.entry) for _, placed in batch)
    _upsert(connection, identities, [dict(row) for row in rows if row is not None])


def save_origins(connection: Connection, batch: Batch) -> None:
    """Write which events each notification became."""
    rows: list[dict[str, object]] = []
    for position, placed in batch:
        row = origins_fold.row(placed.originator_id, placed.originator_version, position, placed.entry)
        if row is not None:
            rows.append({**row, "type": type_name(placed.entry.event)})
    _upsert(connection, notification_events, rows)


def _upsert(connection: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    if not rows:
        return
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    fresh = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys
    }
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), list(rows))


Save = Callable[[Connection, Batch], None]
# Each projection by its name, with what writes its rows.
PROJECTIONS: dict[str, Save] = {
    transactions_fold.NAME: save_transactions,
    identities_fold.NAME: save_identities,
    origins_fold.NAME: save_origins,
}
