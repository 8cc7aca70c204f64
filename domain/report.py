"""The report in a message about a transaction under its own id: its status and what describes it."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from domain.body import Fields
from domain.facts import MOVES_MONEY, READING, Address, Extras, Item, Party, Report
from domain.money import Money
from domain.reading import (
    Unmodelled,
    Unreadable,
    amount,
    count,
    date,
    identity,
    link,
    optional_identity,
    part,
    quoted,
    sum_of,
    text,
)
from domain.vocabulary import Kind, PaymentStatus
from domain.words import ENTITIES, pending_reason, spelled

# A cart may have more lines than a message could carry bytes for; this only bounds the search.
_ITEMS_MAX = 1_000
_OPTIONS_MAX, _OPTION_MAX = 10, 200  # as many as a button may have, and as long
_ADDRESS = tuple(f"address_{part}" for part in ("name", "street", "city", "state", "zip", "country"))
_NOTHING = Decimal(0)
_CONFIRMED = {"confirmed": True, "unconfirmed": False}
_DISCOUNTS = ("discount", "shipping_discount")


def read_report(fields: Fields, status: PaymentStatus) -> Report:
    """Read everything a payment, authorization or order message says; Unreadable names the field."""
    txn_id = identity(fields, "txn_id")
    gross = amount(fields, "mc_gross", "payment_gross")
    if gross is None and status in MOVES_MONEY:
        message = "mc_gross is missing"
        raise Unreadable(message)
    if gross is not None and gross < Money.zero(gross.currency):
        message = f"mc_gross {gross} is negative, but nothing says that money went back"
        raise Unreadable(message)
    # PayPal leaves the reason on later messages, where it means nothing any more.
    reason = pending_reason(fields.get("pending_reason")) if status is PaymentStatus.PENDING else None
    extras = _extras(fields)
    return Report(
        txn_id=txn_id,
        kind=_kind(fields, status, reason),
        status=status,
        txn_type=text(fields, "txn_type"),
        pending_reason=reason,
        gross=gross,
        fee=amount(fields, "mc_fee", "payment_fee"),
        settled=settled_of(fields),
        exchange_rate=rate_of(fields.get("exchange_rate")),
        extras=extras,
        items=tuple(_items(fields, gross, extras)),
        invoice=invoice_of(fields),
        custom=text(fields, "custom"),
        subscription=link(fields, "subscr_id", "recurring_payment_id"),
        payer=payer_of(fields),
        receiver=receiver_of(fields),
        parent_txn_id=optional_identity(fields, "parent_txn_id"),
        auth_id=optional_identity(fields, "auth_id"),
        auth_status=spelled(fields.get("auth_status")) or None,
        captures_left=count(fields.get("remaining_settle")),
        occurred_at=date(fields, "payment_date"),
        agreement=link(fields, "mp_id"),
        next_payment_at=date(fields, "next_payment_date"),
        address=_address(fields),
        expires_at=date(fields, "auth_exp"),
        reading=READING,
    )


def invoice_of(fields: Fields) -> str | None:
    """The shop's own number of what was paid; on PayPal's invoices the number that the shop gave there."""
    return text(fields, "invoice") or text(fields, "rp_invoice_id") or text(fields, "invoice_number")


def _kind(fields: Fields, status: PaymentStatus, reason: str | None) -> Kind | None:
    """What the report is about; None where only another report of the same id can tell."""
    word = spelled(fields.get("transaction_entity"))
    if word and word not in ENTITIES:
        # Only what is a payment, or says nothing of it, is money.
        message = quoted(fields, "transaction_entity")
        raise Unmodelled(message)
    entity = ENTITIES.get(word)
    if entity is not None:
        return entity
    txn_id = fields.get("txn_id")
    if reason == "order" or txn_id.startswith("O-"):
        return Kind.ORDER
    # A capture names its authorization; only an authorization names itself.
    if reason == "authorization" or txn_id == fields.get("auth_id"):
        return Kind.AUTHORIZATION
    # Messages before 2007 or so name no entity: a void or an expiry alone does not tell of what.
    return None if status in (PaymentStatus.VOIDED, PaymentStatus.EXPIRED) else Kind.PAYMENT


def receiver_of(fields: Fields) -> Party:
    """Who was paid."""
    email = text(fields, "receiver_email") or text(fields, "business")
    return Party(id=text(fields, "receiver_id"), email=email)


def payer_of(fields: Fields) -> Party:
    """Who paid."""
    name = " ".join(filter(None, (fields.get("first_name"), fields.get("last_name"))))
    return Party(
        id=text(fields, "payer_id"),
        email=text(fields, "payer_email"),
        name=(name or fields.get("payer_business_name"))[:512] or None,
        country=text(fields, "residence_country"),
    )


def _address(fields: Fields) -> Address | None:
    """Where goods are to go; None where the buyer gave no address, or none was asked for."""
    name, street, city, state, code, country = [text(fields, part) for part in _ADDRESS]
    if not (name or street or city or state or code or country):
        return None
    confirmed = _CONFIRMED.get(spelled(fields.get("address_status")))
    return Address(
        name=name, street=street, city=city, state=state, zip=code, country=country, confirmed=confirmed
    )


def _extras(fields: Fields) -> Extras:
    # Single items repeat shipping and handling without the prefix; they are one amount, not two.
    return Extras(
        tax=part(fields, "tax") or _NOTHING,
        shipping=part(fields, "mc_shipping", "shipping") or _NOTHING,
        handling=part(fields, "mc_handling", "handling_amount") or _NOTHING,
        insurance=part(fields, "insurance_amount") or _NOTHING,
        discount=sum([abs(part(fields, name) or _NOTHING) for name in _DISCOUNTS], start=_NOTHING),
    )


def _items(fields: Fields, gross: Money | None, extras: Extras) -> Iterator[Item]:
    """A cart's lines in order; else the one line of a single item, worth the gross less the extras."""
    numbered = False
    for i in range(1, _ITEMS_MAX):
        name, number, quantity = (
            text(fields, f"{key}{i}") for key in ("item_name", "item_number", "quantity")
        )
        total = part(fields, f"mc_gross_{i}", f"mc_gross{i}")
        if name is None and number is None and total is None:
            break
        numbered = True
        chosen = tuple(_options(fields, f"_{i}"))
        yield Item(number=number, name=name, quantity=quantity, gross=total, options=chosen)
    name, number = text(fields, "item_name"), text(fields, "item_number")
    if numbered or (name is None and number is None):
        return
    line = None if gross is None else gross.amount - extras.sum
    quantity, chosen = text(fields, "quantity"), tuple(_options(fields, ""))
    yield Item(number=number, name=name, quantity=quantity, gross=line, options=chosen)


def _options(fields: Fields, line: str) -> Iterator[tuple[str, str]]:
    """What the buyer chose of one line, in the order of the button."""
    for name_field, choice_field in _option_fields(line):
        # Nearly no message has any of them.
        if name_field in fields.values or choice_field in fields.values:
            name, choice = fields.get(name_field), fields.get(choice_field)
            if name or choice:
                yield name[:_OPTION_MAX], choice[:_OPTION_MAX]


@lru_cache
def _option_fields(line: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"option_name{i}{line}", f"option_selection{i}{line}") for i in range(_OPTIONS_MAX))


def settled_of(fields: Fields) -> Money | None:
    """What the money was converted to, if it was."""
    return sum_of(fields.get("settle_amount"), fields.get("settle_currency"), "settle_amount")


def rate_of(value: str) -> Decimal | None:
    """A rate of exchange, or None when it is none."""
    plain = value.isascii() and value.replace(".", "", 1).isdecimal() and len(value) <= 24  # noqa: PLR2004
    return Decimal(value) if plain else None
