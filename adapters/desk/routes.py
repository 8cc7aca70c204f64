"""The desk's addresses, said once."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from adapters.desk import (
    balances,
    customers,
    fulfilling,
    fulfillment,
    home,
    ledger,
    notification,
    notifications,
    pages,
    retrying,
    signing_in,
    subscriptions,
    todos,
    transaction,
    transactions,
)
from adapters.desk.desk import Desk
from adapters.desk.lists import CsvTwin, DeskList, JsonTwin, ListPage
from adapters.desk.static_files import StaticFile

Make = Callable[[Desk], object]


def _list_of(path: str, shown: DeskList[Any]) -> Iterator[tuple[str, Make]]:
    yield path, partial(_made, ListPage, shown)
    yield from _twins_of(path, shown)


def _twins_of(path: str, shown: DeskList[Any]) -> Iterator[tuple[str, Make]]:
    for suffix, twin in ((".csv", CsvTwin), (".json", JsonTwin)):
        yield f"{path}{suffix}", partial(_made, twin, shown)


def _made(resource: Callable[[Desk, DeskList[Any]], object], shown: DeskList[Any], desk: Desk) -> object:
    return resource(desk, shown)


ROUTES: Final[tuple[tuple[str, Make], ...]] = (
    ("/", pages.Root),
    ("/desk", home.Home),
    ("/desk/sign-in", signing_in.SignIn),
    ("/desk/name", signing_in.Name),
    ("/desk/sign-out", signing_in.SignOut),
    ("/desk/static/{name:text}", StaticFile),
    *_list_of("/desk/transactions", transactions.TRANSACTIONS),
    ("/desk/transactions/{txn_id:text}", transaction.TransactionPage),
    ("/desk/transactions/{txn_id:text}/cases/{case_id:text}/close", transaction.CloseCase),
    *_list_of("/desk/fulfillment", fulfillment.QUEUE),
    ("/desk/fulfillment/{txn_id:text}/claim", fulfilling.Claim),
    ("/desk/fulfillment/{txn_id:text}/release", fulfilling.Release),
    ("/desk/fulfillment/{txn_id:text}/fulfill", fulfilling.Fulfill),
    ("/desk/fulfillment/{txn_id:text}/approve", fulfilling.Approve),
    ("/desk/notifications", notifications.NotificationsPage),
    *_twins_of("/desk/notifications", notifications.NOTIFICATIONS),
    ("/desk/notifications/retry", retrying.RetryAll),
    ("/desk/notifications/{n:number}", notification.NotificationPage),
    ("/desk/notifications/{n:number}/retry", retrying.Retry),
    *_list_of("/desk/todos", todos.TODOS),
    ("/desk/todos/{todo_id:text}/done", todos.Done),
    *_list_of("/desk/customers", customers.CUSTOMERS),
    ("/desk/customers/{payer_id:text}", customers.Customer),
    *_list_of("/desk/subscriptions", subscriptions.SUBSCRIPTIONS),
    ("/desk/subscriptions/{subscription_id:text}", subscriptions.Subscription),
    *_list_of("/desk/ledger", ledger.ENTRIES),
    ("/desk/ledger/balances.csv", balances.BalancesCsv),
    ("/desk/ledger/balances.json", balances.BalancesJson),
    ("/desk/ledger/export", ledger.Export),
)
