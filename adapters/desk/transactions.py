"""The list of transactions."""

from typing import Final

from adapters.api import transactions as api
from adapters.desk.lists import DeskList
from domain.vocabulary import Kind, Status

TRANSACTIONS: Final = DeskList(
    listing=api.LIST,
    template="transactions.html",
    ask=lambda queries: queries.transactions,
    beside=lambda _desk, _sent: {"statuses": tuple(Status), "kinds": tuple(Kind)},
)
