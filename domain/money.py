"""Exact amounts in one currency, in PayPal's number of places."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

# The currencies that PayPal settles in, with the places it writes them with. HUF, JPY and TWD are whole
# numbers on the wire whatever ISO 4217 says of them (PayPal, "Currency codes").
# fmt: off
PLACES: dict[str, int] = dict.fromkeys(
    (
        "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "INR",
        "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RUB", "SEK", "SGD", "THB", "TRY", "USD",
    ),
    2,
) | dict.fromkeys(("HUF", "JPY", "TWD"), 0)
# fmt: on

# One unit in the last place of each currency.
UNITS = {currency: Decimal(1).scaleb(-places) for currency, places in PLACES.items()}

# A shop's amounts are the same again and again, and most of all nothing; what is none is never remembered.
_REMEMBERED_MAX = 4_096

# What is quoted of a text that is none: reasons stand in lists, and a body may be a quarter of a megabyte.
_QUOTED_MAX = 40

# Twelve digits hold any amount that PayPal can move; more is not money but an attack on somebody's memory.
_AMOUNT = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in a currency; two currencies never meet in one sum."""

    amount: Decimal
    currency: str

    @staticmethod
    @lru_cache(_REMEMBERED_MAX)
    def of(text: str, currency: str) -> "Money":
        """Read PayPal's plain decimal (`19.95`, `-5.00`, JPY `150`); ValueError says what is wrong."""
        if currency not in PLACES:
            message = f"{currency[:_QUOTED_MAX]!r} is not a currency that PayPal moves"
            raise ValueError(message)
        found = _AMOUNT.fullmatch(text)
        if found is None:
            message = f"{text[:_QUOTED_MAX]!r} is not a plain decimal amount"
            raise ValueError(message)
        places, told = PLACES[currency], len(found[3] or "")
        if told > places:
            message = f"{text!r} has more places than {currency} ({places})"
            raise ValueError(message)
        amount = Decimal(text) if told == places else Decimal(text).quantize(UNITS[currency])
        return Money(amount + 0, currency)

    @staticmethod
    def zero(currency: str) -> "Money":
        """Nothing, in a currency."""
        return _ZEROS[currency]

    def __add__(self, other: "Money") -> "Money":
        """Add an amount of the same currency."""
        assert self.currency == other.currency, "two currencies in one sum"
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Take an amount of the same currency away."""
        return self + -other

    def __neg__(self) -> "Money":
        """The same amount the other way."""
        return Money(-self.amount, self.currency)

    def __abs__(self) -> "Money":
        """The amount without its direction."""
        return Money(abs(self.amount), self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Compare amounts of one currency."""
        assert self.currency == other.currency, "two currencies compared"
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        """Compare amounts of one currency."""
        return not other < self

    def __str__(self) -> str:
        """The amount alone, in the currency's places: `19.95`, JPY `150`."""
        return f"{self.amount:f}"

    def spelled(self) -> str:
        """Amount and currency, as a sentence wants them: `19.95 USD`."""
        return f"{self} {self.currency}"


_ZEROS = {currency: Money(unit * 0, currency) for currency, unit in UNITS.items()}
