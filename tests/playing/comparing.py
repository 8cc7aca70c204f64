"""Where the book differs from what the model says it should show."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from tests.given import ABOUT_HEARING, comparable
from tests.playing.ending import Ending, ending
from tests.playing.facts import PLACES, Known

Document = dict[str, Any]
TAKEN_OUT = ("pending", "unclaimed", "completed")


class Book(Protocol):
    """Whatever shows transactions and subscriptions by their ids."""

    def shown(self, txn_id: str) -> Document: ...
    def shown_subscription(self, subscription_id: str) -> Document: ...


def plain(value: Any) -> Any:
    """A value as JSON would carry it."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.value if isinstance(value, Enum) else value


def transaction(document: Document) -> Document:
    """A transaction's document with its lists as sets."""
    return document | {
        "followers": Counter((f["txn_id"], f["kind"], f["gross"], f["fee"]) for f in document["followers"]),
        "cases": {(one["case_id"], one["type"], one["open"]) for one in document["cases"]},
        "parked": Counter(one["kind"] for one in document["parked"]),
    }


def subscription(document: Document) -> Document:
    """A subscription's document with its payments as a set."""
    rows = {(one["txn_id"], one["status"], one["gross"], one["currency"]) for one in document["payments"]}
    return document | {"payments": rows, "amount": document["terms"]["amount"]}


def coins(amount: str | None, currency: str) -> int:
    return int(Decimal(amount or 0).scaleb(PLACES[currency]))


def brought(shown: Document) -> Counter[str]:
    """What a shown transaction did to PayPal's balance, by the rules of the ledger."""
    currency, total = shown["currency"], Counter[str]()
    if shown["kind"] == "payout" and shown["status"] in TAKEN_OUT:
        total[currency] -= coins(shown["gross"], currency) + coins(shown["fee"], currency)
    if shown["kind"] != "payment" or shown["gross"] is None:
        return total
    # Nothing has cleared where fulfillment is none.
    if shown["fulfillment"] == "none":
        pass
    elif converted := shown["conversion"]:
        total[converted["currency"]] += coins(converted["amount"], converted["currency"])
    else:
        total[currency] += coins(shown["gross"], currency) - coins(shown["fee"], currency)
    paid = Decimal(shown["gross"])
    for one in shown["followers"]:
        gross, fee = Decimal(one["gross"] or 0), Decimal(one["fee"] or 0)
        net_of_fee = one["kind"].endswith("reversal") and abs(gross) + abs(fee) == paid
        by_sign = one["kind"] == "adjustment"
        moved = gross + fee if by_sign else gross if net_of_fee else gross - fee
        total[currency] += coins(str(moved), currency)
    return total


def balances(documents: Iterable[Document]) -> Counter[str]:
    total: Counter[str] = Counter()
    for document in documents:
        total.update(brought(document))
    return Counter({currency: balance for currency, balance in total.items() if balance})


@dataclass(frozen=True)
class Pages:
    """What a book shows of everything that an ending names."""

    transactions: dict[str, Document]
    subscriptions: dict[str, Document]

    def unheard(self) -> dict[str, Document]:
        """All of it without what tells how it was heard."""
        told = {txn_id: comparable(shown) for txn_id, shown in self.transactions.items()}
        for name, shown in self.subscriptions.items():
            told[name] = {key: value for key, value in shown.items() if key not in ABOUT_HEARING}
        return told


def pages(book: Book, end: Ending) -> Pages:
    return Pages(
        transactions={txn_id: plain(book.shown(txn_id)) for txn_id in end.transactions},
        subscriptions={name: plain(book.shown_subscription(name)) for name in end.subscriptions},
    )


def differences(book: Book, facts: Iterable[Known]) -> list[str]:
    """Everything in which the book differs from what the facts come to, in words."""
    end = ending(facts)
    return [*compared(pages(book, end), end), *misled(book, end)]


def compared(shown: Pages, end: Ending) -> Iterable[str]:
    said = {txn_id: expected for txn_id, expected in end.transactions.items() if expected}
    for txn_id, expected in said.items():
        yield from unlike(txn_id, expected, transaction(shown.transactions[txn_id]))
    for name, expected in end.subscriptions.items():
        yield from unlike(name, expected, subscription(shown.subscriptions[name]))
    total = balances(shown.transactions[txn_id] for txn_id in said)
    yield from unlike("balances", dict(end.balances), dict(total))


def misled(book: Book, end: Ending) -> Iterable[str]:
    """Whether who asks for a follower is led to what it follows."""
    for txn_id, followed in end.answers.items():
        yield from unlike(txn_id, {"txn_id": followed}, book.shown(txn_id))


def disagree(one: Ending, other: Ending) -> bool:
    """Whether two endings say different things of the same key anywhere."""
    spoken = {**one.transactions, **one.subscriptions}
    heard = {**other.transactions, **other.subscriptions}
    return one.balances != other.balances or any(
        key in heard[name] and heard[name][key] != value
        for name, expected in spoken.items()
        if name in heard
        for key, value in expected.items()
    )


def unlike(name: str, expected: Document, shown: Document) -> Iterable[str]:
    for key, value in expected.items():
        if shown.get(key) != value:
            yield f"{name}.{key}: should be {value!r}, is {shown.get(key)!r}"
