"""Texts of messages made harmless: one line of printable letters, whatever was in them."""

from typing import Final

from adapters.queries.ledger_book import BookedEntry
from domain.accounts import EntryKind

_UNPRINTABLE: Final = "\ufffd"
_WORDS: Final[dict[str, str]] = {
    EntryKind.SALE: "Sale",
    EntryKind.SUBSCRIPTION_PAYMENT: "Subscription payment",
    EntryKind.REFUND: "Refund",
    EntryKind.REVERSAL: "Reversal",
    EntryKind.CANCELED_REVERSAL: "Canceled reversal",
    EntryKind.ADJUSTMENT: "Adjustment",
    EntryKind.PAYOUT: "Payout",
    EntryKind.PAYOUT_RETURN: "Returned payout",
    EntryKind.CONVERSION: "Conversion",
    EntryKind.CORRECTION: "Correction",
}


def one_line(text: str | None) -> str:
    """A text in which nothing steers a terminal, page or reader: spaces for white space, a mark for the rest.

    Unprintable are controls, marks that turn the direction of writing around, other invisible formats, lone
    surrogates and what Unicode has not given a meaning.
    """
    spaced = " ".join((text or "").split())
    if spaced.isprintable():  # nearly always
        return spaced
    return "".join(c if c.isprintable() else _UNPRINTABLE for c in spaced)


def payee(entry: BookedEntry) -> str:
    """Who paid or was paid: the name, else the e-mail address."""
    return one_line(entry.about.name) or one_line(entry.about.email)


def narration(entry: BookedEntry) -> str:
    """What it was, of which transaction."""
    words = f"{_WORDS[entry.kind]} {one_line(entry.txn_id)}"
    followed = entry.transaction != entry.txn_id
    return f"{words} of {one_line(entry.transaction)}" if followed else words


def items(entry: BookedEntry) -> str:
    """What was paid for."""
    return " / ".join(one_line(item) for item in entry.about.items)
