"""Letters: each body that was posted, however often, with what was heard of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from adapters.simulator.mailing import Mark, Planned
from adapters.simulator.memory import digest
from adapters.simulator.messages import Message
from adapters.simulator.player import Delivery

# What the list of deliveries shows of a body: its id, type and status.
Key: TypeAlias = tuple[str | None, str | None, str | None]
KEY_FIELDS = ("txn_id", "txn_type", "payment_status")
# What a message is about: the first of these that it names.
SUBJECTS = (
    "txn_id",
    "subscr_id",
    "recurring_payment_id",
    "mp_id",
    "pay_key",
    "masspay_txn_id_1",
    "unique_id_1",
)


@dataclass(slots=True, kw_only=True)
class Letter:
    """One body: which message of which lifecycle it is, how often it was posted and acknowledged."""

    lifecycle: str
    life: int
    nth: int
    message: Message
    mark: Mark
    posts: int = 0
    acknowledgements: int = 0

    @property
    def genuine(self) -> bool:
        """Whether PayPal wrote it."""
        return self.mark is not Mark.FORGED

    @property
    def fact(self) -> tuple[int, int]:
        """What it tells: the message of a lifecycle, whichever bytes bring it."""
        return self.life, self.nth

    @property
    def key(self) -> Key:
        txn_id, txn_type, payment_status = (self.message.value(name) or None for name in KEY_FIELDS)
        return txn_id, txn_type, payment_status

    def __str__(self) -> str:
        """As a finding names it."""
        mark = f" ({self.mark})" if self.mark in (Mark.FORGED, Mark.HISTORY) else ""
        return f"{self.lifecycle} {self.life} {subject(self.message)} {word(self.message)}{mark}"


def letters(plan: Iterable[Planned], deliveries: Iterable[Delivery]) -> dict[bytes, Letter]:
    """Everything that was to be posted, by the digest of its body."""
    found: dict[bytes, Letter] = {}
    for planned in plan:
        letter = Letter(
            lifecycle=planned.lifecycle,
            life=planned.life,
            nth=planned.nth,
            message=planned.message,
            mark=planned.mark,
        )
        found.setdefault(digest(planned.message.body), letter)
    for delivery in deliveries:
        letter = found[digest(delivery.planned.message.body)]
        letter.posts += delivery.posts
        letter.acknowledgements += delivery.acknowledgements
    return found


def subject(message: Message) -> str:
    """The id of what it is about."""
    return next(filter(None, map(message.value, SUBJECTS)), "-")


def word(message: Message) -> str:
    """What it says of it, in a word."""
    return next(filter(None, map(message.value, ("payment_status", "txn_type", "transaction_type"))), "-")
