"""Transactions: a row for each id that speaks for itself, with the document that is answered."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete

from adapters.view_rows import chunks, upsert
from adapters.views.documents import common_columns, encode
from adapters.views.steps import Step, Tables
from domain.state import Transaction
from projections import transactions


def save(connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
    """Write each transaction once, as the last of its steps left it."""
    table = tables["transactions"]
    latest = {step.stream: step.after for step in steps if isinstance(step.after, Transaction)}
    gone = [txn_id for txn_id, told in latest.items() if transactions.is_follower(told)]
    for some in chunks(gone):
        connection.execute(delete(table).where(table.c.txn_id.in_(some)))
    upsert(connection, table, [_row(latest[txn_id]) for txn_id in latest.keys() - set(gone)])


def encode_document(transaction: Transaction) -> bytes:
    """The JSON that is answered when the transaction is asked for."""
    return encode(transactions.document(transaction))


def _row(transaction: Transaction) -> dict[str, object]:
    # Asked for once: working it out is most of what projecting costs.
    document = transactions.document(transaction)
    return {
        "txn_id": transaction.txn_id,
        "fulfillment": document["fulfillment"],
        "invoice": document["invoice"],
        **common_columns(transaction, document),
    }
