"""The shop that sells and the people who buy: everybody here is invented."""

from dataclasses import dataclass
from decimal import Decimal

SELLER_EMAIL = "seller@example.com"
SELLER_ID = "S8XGHLYDW9T3S"
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody who buys. `charset` is what PayPal writes the messages about them in."""

    payer_id: str
    email: str
    first_name: str
    last_name: str
    country_code: str
    country: str
    street: str  # empty: the address was not given to the shop
    zip_code: str
    city: str
    state: str
    status: str  # PayPal's word: verified or unverified
    charset: str

    def named(self) -> dict[str, str]:
        """Who it is, in the fields of every kind of message."""
        return {
            "payer_id": self.payer_id,
            "payer_email": self.email,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "residence_country": self.country_code,
            "charset": self.charset,
        }

    def addressed(self) -> dict[str, str]:
        """Where to send things; nothing when no address was given."""
        if not self.street:
            return {}
        return {
            "address_street": self.street,
            "address_zip": self.zip_code,
            "address_country_code": self.country_code,
            "address_name": f"{self.first_name} {self.last_name}",
            "address_country": self.country,
            "address_city": self.city,
            "address_state": self.state,
        }

    def vouched(self) -> dict[str, str]:
        """What PayPal holds of them and of their address; only on what is no follower."""
        confirmed = "confirmed" if self.status == "verified" else "unconfirmed"
        return {"payer_status": self.status} | ({"address_status": confirmed} if self.street else {})


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

PAYERS = (
    Payer("LPLWNMTBWMFAY", "buyer@example.com", "Test", "User", "US", "United States",
          "1 Main St", "95131", "San Jose", "CA", "verified", "windows-1252"),
    Payer("7QK2M9XH4TJNE", "joerg.mueller@example.de", "Jörg", "Müller", "DE", "Germany",
          "Königsstraße 12", "70173", "Stuttgart", "", "verified", "windows-1252"),
    Payer("F3ZP8RD6WYCUL", "renee@example.fr", "Renée", "Lefèvre", "FR", "France",
          "3 rue de l'Œuvre", "75006", "Paris", "", "unverified", "windows-1252"),
    Payer("9HVB5TSGA2KXQ", "sean.oleary@example.ie", "Seán", "O'Leary", "IE", "Ireland",
          "Flat 2\r\n8 Dún Búinne & Sons", "NA", "Dublin", "", "verified", "UTF-8"),
    Payer("C6WEN4UJZ8PLD", "zofia@example.pl", "Zofia", "Żółkiewska", "PL", "Poland",
          "ul. Łąkowa 5/7", "90-562", "Łódź", "", "verified", "UTF-8"),
    Payer("T2RYG7KAMVF5H", "haruka@example.jp", "春香", "佐藤", "JP", "Japan",
          "", "", "", "", "unverified", "UTF-8"),
    Payer("X8DLQ3BSEN6WJ", "o+books@example.org", "Olu", "Adéyemí-Smith", "GB", "United Kingdom",
          "", "", "", "", "verified", "windows-1252"),
)  # fmt: skip

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
