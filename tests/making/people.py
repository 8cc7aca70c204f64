"""Whom the golden bodies are about: one shop and some buyers, all of them invented."""

from dataclasses import dataclass

from tests.making.wire import Fields, Reading, drawn, fact


@dataclass(frozen=True)
class Person:
    """A buyer, or whoever else has a PayPal account."""

    first: str
    last: str
    email: str
    country: str = "US"

    @property
    def id(self) -> str:
        return drawn(self.email, 13)

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def fields(self) -> Fields:
        return {
            "payer_id": self.id,
            "payer_status": "verified",
            "first_name": self.first,
            "last_name": self.last,
            "payer_email": self.email,
            "residence_country": self.country,
        }

    @property
    def party(self) -> Reading:
        return fact("Party", id=self.id, email=self.email, name=self.name, country=self.country)


BUYERS = (
    Person("Wilma", "Quist", "wilma.quist@post.example"),
    Person("Anders", "Holm", "anders@holm.example", "DK"),
    Person("Renate", "Vogl", "r.vogl@briefkasten.example", "AT"),
    Person("Tomas", "Ferreira", "tomas.ferreira@correio.example", "BR"),
    Person("Nkechi", "Obi", "nkechi@obi.example", "GB"),
)


def buyer(seed: str) -> Person:
    """One of them, always the same for the same pair."""
    return BUYERS[sum(seed.encode()) % len(BUYERS)]


SHOP_ID = "PAPERSHOP2LTD"
SHOP_EMAIL = "accounts@papershop.example"
SHOP_ALIAS = "Sales@PaperShop.example"  # as somebody typed it into a button
SHOP_FIELDS = {"business": SHOP_ALIAS, "receiver_email": SHOP_EMAIL, "receiver_id": SHOP_ID}
SHOP_PARTY = fact("Party", id=SHOP_ID, email=SHOP_EMAIL)
SHOP_RECEIVERS = ["accounts@papershop.example", "papershop2ltd", "sales@papershop.example"]
