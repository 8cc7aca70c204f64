"""Payers: the names that keys bear, by what a message or an event tells of its payer."""

import re
from collections.abc import Callable
from typing import Final

from domain.body import glimpse, open_body
from domain.facts import Party

# A digest that only this house can make.
Digest = Callable[[str], str]

# Whom an event tells of without an id or an e-mail address.
NOBODY: Final = "nobody"
_PAYER_ID: Final = re.compile(r"[A-Za-z0-9]{1,32}", re.ASCII)
_GLANCED: Final = frozenset({b"payer_id", b"payer_email", b"txn_type"})
_MESSAGE: Final = "message:"


def payer_name(payer_id: str | None, email: str | None, digest: Digest) -> str:
    """By PayPal's id of the payer; else by a digest of the e-mail address; else nobody's."""
    if payer_id and _PAYER_ID.fullmatch(payer_id):
        return f"payer:{payer_id}"
    if email:
        return email_name(email, digest)
    return f"odd:{digest(payer_id)}" if payer_id else NOBODY


def email_name(email: str, digest: Digest) -> str:
    """The name of who is known by an e-mail address alone, in any case."""
    return f"email:{digest(email.strip().casefold())}"


def party_name(party: Party, digest: Digest) -> str:
    """The name for what an event tells of a person."""
    return payer_name(party.id, party.email, digest)


def body_name(n: int, body: bytes, digest: Digest) -> str:
    """The name for a body; one of nobody, or of many (a batch of payouts), has a name of its own."""
    told = glimpse(body, _GLANCED)
    payer_id, email = told.get("payer_id"), told.get("payer_email")
    if told.get("txn_type", "").lower() == "masspay" or not (payer_id or email):
        return message_name(n)
    if email and not email.isascii():
        # A glimpse does not ask for the charset; the event that comes of it is read by it.
        email = open_body(body).get("payer_email")
    return payer_name(payer_id, email, digest)


def message_name(n: int) -> str:
    """The name for the body of delivery `n` alone."""
    return f"{_MESSAGE}{n}"


def generation(name: str, number: int) -> str:
    """The name of a payer's key: each that is made after another was destroyed has the next number."""
    return f"{name}#{number}"


def of_generation(key_name: str) -> tuple[str, int]:
    """A key's payer and its number."""
    payer, _, number = key_name.rpartition("#")
    return payer, int(number)
