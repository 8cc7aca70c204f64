"""Transactions: a row for each id that speaks for itself, with the document that is answered."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from adapters.view_rows import Row, put, remove
from adapters.views.documents import COMMON, common_columns, encode
from adapters.views.steps import Halves, Step, Tables
from domain.state import Transaction
from projections import transactions

_COLUMNS: Final = ("txn_id", "fulfillment", "invoice", *COMMON)


class Made(NamedTuple):
    """Ids that turned out to be followers', and the rows of those that speak for themselves."""

    gone: list[str]
    rows: list[Row]


def make(steps: Sequence[Step]) -> Made:
    """A row of each transaction, as the last of its steps left it."""
    latest = {step.stream: step.after for step in steps}
    told = [after for after in latest.values() if isinstance(after, Transaction)]
    return Made(
        gone=[after.txn_id for after in told if transactions.is_follower(after)],
        rows=[_row(after) for after in told if not transactions.is_follower(after)],
    )


def write(connection: Connection, tables: Tables, made: Made) -> None:
    """Write each transaction once."""
    remove(connection, tables["transactions"], "txn_id", made.gone)
    put(connection, tables["transactions"], _COLUMNS, made.rows)


save: Final = Halves(make, write)


def encode_document(transaction: Transaction) -> bytes:
    """The JSON that is answered when the transaction is asked for."""
    return encode(transactions.document(transaction))


def _row(transaction: Transaction) -> Row:
    # Asked for once: working it out is most of what projecting costs.
    document = transactions.document(transaction)
    shared = common_columns(transaction, document)
    return (transaction.txn_id, document["fulfillment"], document["invoice"], *shared)
