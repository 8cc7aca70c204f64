"""Books that are wrong on purpose, each in a way in which real handlers are: what checks must notice."""

from dataclasses import dataclass, field

from tests.given import MemoryBook
from tests.playing.comparing import Document


@dataclass
class Book:
    """Delivered to one by one; what it shows is what an honest book would that heard what it passes on."""

    honest: MemoryBook = field(default_factory=MemoryBook)

    def deliver(self, bodies: list[bytes]) -> None:
        for one in bodies:
            self.hear(one)

    def hear(self, one: bytes) -> None:
        self.honest.deliver(one)

    def shown(self, txn_id: str) -> Document:
        return self.honest.shown(txn_id)

    def shown_subscription(self, subscription_id: str) -> Document:
        return self.honest.shown_subscription(subscription_id)


@dataclass
class KnowsIdsOnly(Book):
    """Hears of each txn_id once: what comes of an eCheck is taken for a duplicate."""

    known: set[bytes] = field(default_factory=set)

    def hear(self, one: bytes) -> None:
        name = field_of(one, b"txn_id")
        if not name or name not in self.known:
            super().hear(one)
        self.known.add(name)


@dataclass
class DropsTheEarly(Book):
    """Answers 200 to a refund of something unknown, and forgets it."""

    known: set[bytes] = field(default_factory=set)

    def hear(self, one: bytes) -> None:
        parent = field_of(one, b"parent_txn_id")
        if not parent or parent in self.known:
            super().hear(one)
        self.known.add(field_of(one, b"txn_id"))


@dataclass
class CountsRefundsTwice(Book):
    """Takes each refund for two."""

    def hear(self, one: bytes) -> None:
        super().hear(one)
        if field_of(one, b"payment_status") == b"Refunded":
            name = field_of(one, b"txn_id")
            super().hear(one.replace(b"txn_id=" + name, b"txn_id=AGAIN-" + name))


@dataclass
class CountsAuthorizations(Book):
    """Takes an authorization for money."""

    def hear(self, one: bytes) -> None:
        super().hear(one.replace(b"transaction_entity=auth", b"transaction_entity=payment"))


@dataclass
class LosesOneInTen(Book):
    """Loses every tenth delivery, whatever it holds."""

    heard: int = 0

    def hear(self, one: bytes) -> None:
        self.heard += 1
        if self.heard % 10:
            super().hear(one)


def field_of(one: bytes, name: bytes) -> bytes:
    """A field's value as it stands in the body."""
    found = dict(pair.split(b"=", 1) for pair in one.split(b"&"))
    return found.get(name, b"")
