"""The views: each projection's rows in its table, brought forward a batch at a time."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, text

from adapters.mapper import Placed, decode, type_name
from adapters.tables import identities, notification_events, subscriptions, transactions
from adapters.times import to_us
from adapters.todo_rows import TodoRows
from adapters.view_rows import chunks, load_states, upsert
from domain.state import Transaction
from domain.subscription import Subscription
from domain.transaction import fold
from projections import identities as identities_fold
from projections import origins as origins_fold
from projections import subscriptions as subscriptions_fold
from projections import transactions as transactions_fold

Batch = Sequence[tuple[int, Placed]]

_encoder = msgspec.json.Encoder(decimal_format="string")
_transaction = msgspec.json.Decoder(Transaction)
_subscription = msgspec.json.Decoder(Subscription)
_EARLIER = text(
    "SELECT topic, state FROM stored_events"
    " WHERE originator_id = :stream AND originator_version < :version ORDER BY originator_version"
)


def encode_document(transaction: Transaction) -> bytes:
    """The JSON that is answered when the transaction is asked for."""
    return _encoder.encode(transactions_fold.document(transaction))


def save_transactions(connection: Connection, batch: Batch) -> None:
    """Fold a batch into the transactions it touches and write each once; their to-dos too."""
    told = [(transactions_fold.key(placed.originator_id, placed.entry), placed) for _, placed in batch]
    keys = sorted({key for key, _ in told if key is not None})
    rows = load_states(connection, transactions, keys, _transaction)
    todos = TodoRows(connection, keys)
    for key, placed in told:
        if key is not None:
            row = rows.get(key) or _hidden(connection, placed)
            rows[key] = transactions_fold.fold(row, placed.originator_id, placed.entry)
            todos.advance(rows[key], placed.entry)
    gone = [key for key, row in rows.items() if transactions_fold.is_follower(row)]
    for some in chunks(gone):
        connection.execute(delete(transactions).where(transactions.c.txn_id.in_(some)))
    upsert(connection, transactions, [_transaction_row(rows[key]) for key in rows.keys() - set(gone)])
    todos.save()


def _hidden(connection: Connection, placed: Placed) -> Transaction | None:
    """What a stream without a row told so far: a follower's shows none, until it has reports of its own."""
    if placed.originator_version == 1:
        return None
    earlier = connection.execute(
        _EARLIER, {"stream": placed.originator_id, "version": placed.originator_version}
    )
    return fold(placed.originator_id, (decode(topic, state) for topic, state in earlier))


def _transaction_row(transaction: Transaction) -> dict[str, object]:
    # Asked for once: working it out is most of what projecting costs.
    document = transactions_fold.document(transaction)
    return {
        "txn_id": transaction.txn_id,
        "fulfillment": document["fulfillment"],
        "invoice": document["invoice"],
        **_common_columns(transaction, document),
    }


def _common_columns(state: Transaction | Subscription, document: dict[str, Any]) -> dict[str, object]:
    email = document["payer"]["email"]
    assert state.first_heard is not None, "a row without an event"
    assert state.last_changed is not None, "a row without an event"
    return {
        "kind": document["kind"],
        "status": document["status"],
        "payer_id": document["payer"]["id"],
        "payer_email": email and email.lower(),
        "first_heard_us": to_us(state.first_heard),
        "last_changed_us": to_us(state.last_changed),
        "document": _encoder.encode(document),
        "state": _encoder.encode(state),
    }


def save_subscriptions(connection: Connection, batch: Batch) -> None:
    """Fold a batch into the subscriptions it touches and write each once."""
    told = [(subscriptions_fold.key(placed.originator_id, placed.entry), placed) for _, placed in batch]
    keys = sorted({key for key, _ in told if key is not None})
    rows = load_states(connection, subscriptions, keys, _subscription)
    for key, placed in told:
        if key is not None:
            rows[key] = subscriptions_fold.fold(rows.get(key), placed.originator_id, placed.entry)
    upsert(connection, subscriptions, [_subscription_row(row) for row in rows.values()])


def _subscription_row(subscription: Subscription) -> dict[str, object]:
    document = subscriptions_fold.document(subscription)
    return {"subscription_id": subscription.subscription_id, **_common_columns(subscription, document)}


def save_identities(connection: Connection, batch: Batch) -> None:
    """Write which ids turned out to be followers'."""
    rows = [identities_fold.row(placed.originator_id, placed.entry) for _, placed in batch]
    upsert(connection, identities, [dict(row) for row in rows if row is not None])


def save_origins(connection: Connection, batch: Batch) -> None:
    """Write which events each notification became."""
    rows: list[dict[str, object]] = []
    for position, placed in batch:
        row = origins_fold.row(placed.originator_id, placed.originator_version, position, placed.entry)
        if row is not None:
            rows.append({**row, "type": type_name(placed.entry.event)})
    upsert(connection, notification_events, rows)


Save = Callable[[Connection, Batch], None]
# Each projection by its name, with what writes its rows.
PROJECTIONS: dict[str, Save] = {
    transactions_fold.NAME: save_transactions,
    identities_fold.NAME: save_identities,
    origins_fold.NAME: save_origins,
    subscriptions_fold.NAME: save_subscriptions,
}
