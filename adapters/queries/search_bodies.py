"""What a message says of its payer and its money, as a search asks; read as it stands, and not believed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from adapters.queries.search_terms import Amount, Currency, OfBody, Order, Payer
from domain.body import Fields, open_body

# By the first of these that a message has; a Mass Pay batch tells of as many as it has records.
_AMOUNTS: Final = (
    *(
        "mc_gross",
        "payment_gross",
        "mc_amount3",
        "amount3",
        "amount",
        "initial_payment_amount",
        "auth_amount",
    ),
    *("mc_amount1", "amount1"),
)
_CURRENCIES: Final = ("mc_currency", "currency_code", "mp_currency")
_OF_A_RECORD: Final = re.compile(r"mc_(gross|currency)_[0-9]{1,4}", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,10})?", re.ASCII)
_COMPARED: Final[Mapping[Order, Callable[[Decimal, Decimal], bool]]] = {
    Order.IS: lambda one, other: one == other,
    Order.OVER: lambda one, other: one > other,
    Order.UNDER: lambda one, other: one < other,
    Order.LEAST: lambda one, other: one >= other,
    Order.MOST: lambda one, other: one <= other,
}


def says(body: bytes, terms: Iterable[OfBody]) -> bool:
    """Whether a message says all of this."""
    fields = open_body(body)
    return all(_says(fields, term) is not term.negated for term in terms)


def _says(fields: Fields, term: OfBody) -> bool:
    match term:
        case Payer(text=text):
            asked = text.lower()
            return any(name.startswith(asked) for name in _names(fields))
        case Amount(order=order, amount=asked_amount):
            return any(_COMPARED[order](amount, asked_amount) for amount in _amounts(fields))
        case Currency(words=words):
            return any(currency in words for currency in _currencies(fields))


def _names(fields: Fields) -> Iterator[str]:
    """All that a payer is called, in small letters; of a name also what begins with each of its words."""
    for name in ("payer_id", "payer_email"):
        yield fields.get(name).lower()
    full = f"{fields.get('first_name')} {fields.get('last_name')}"
    for called in (full, fields.get("payer_business_name"), fields.get("address_name")):
        words = called.lower().split()
        for at in range(len(words)):
            yield " ".join(words[at:])


def _amounts(fields: Fields) -> Iterator[Decimal]:
    told = next((value for name in _AMOUNTS if (value := fields.get(name))), "")
    for value in (told, *_of_records(fields, "mc_gross_")):
        if _DECIMAL.fullmatch(value):
            yield abs(Decimal(value))


def _currencies(fields: Fields) -> Iterator[str]:
    yield from (fields.get(name).upper() for name in _CURRENCIES)
    yield from (value.upper() for value in _of_records(fields, "mc_currency_"))


def _of_records(fields: Fields, beginning: str) -> Iterator[str]:
    """What the records of a Mass Pay batch say; elsewhere such fields are of single items."""
    if fields.get("txn_type").lower() == "masspay":
        for name, value in fields.pairs:
            if name.startswith(beginning) and _OF_A_RECORD.fullmatch(name):
                yield value.strip(" ")
