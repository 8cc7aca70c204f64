"""The shop, what it sells, and what it asks for it."""

from dataclasses import dataclass
from decimal import Decimal

SELLER_EMAIL = "seller@example.com"
SELLER_ID = "S8XGHLYDW9T3S"
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sale; `gross` is the line's total, the quantity already in it."""

    number: str
    name: str
    quantity: int
    gross: Decimal
    options: tuple[tuple[str, str], ...] = ()  # what was chosen: name and selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a sale costs besides its lines, and what is taken off."""

    tax: Decimal = NOTHING
    shipping: Decimal = NOTHING
    discount: Decimal = NOTHING

    @property
    def sum(self) -> Decimal:
        """What they make together."""
        return self.tax + self.shipping - self.discount


NO_EXTRAS = Extras()

PRICES = {"USD": Decimal("19.95"), "EUR": Decimal("12.50")}


def one_line(currency: str, quantity: int = 1) -> tuple[Line, ...]:
    """Books cost dollars, mugs cost euros."""
    number, name = ("BOOK-1", "A book") if currency == "USD" else ("MUG-1", "A mug")
    return (Line(number, name, quantity, PRICES[currency] * quantity),)


def two_lines(currency: str) -> tuple[Line, ...]:
    """The same thing twice, once with a dedication: a cart whose lines both stand on the price list."""
    (plain,) = one_line(currency)
    (several,) = one_line(currency, 2)
    return plain, Line(several.number, f"{several.name}, dedicated “with love”", 2, several.gross)
