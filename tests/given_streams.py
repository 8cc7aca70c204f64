"""Bodies about subscriptions, profiles, agreements and Mass Pay as PayPal writes them, and orders to try."""

import itertools
from collections.abc import Iterable
from typing import Any

from tests.given import ABOUT_HEARING, SELLER, SHOP, MemoryBook, body, payment

SIGNED_UP = "08:00:00 Jan 05, 2026 PST"


def subscribed(txn_type: str, subscr_id: str = "S-1", **more: str) -> bytes:
    """A message about a button's subscription: no id of a transaction, no status."""
    fields = {
        "txn_type": txn_type,
        "subscr_id": subscr_id,
        "receiver_email": SELLER,
        "payer_id": "PAYER1",
        "item_name": "A magazine",
        "item_number": "MAG-1",
        "mc_currency": "USD",
        "test_ipn": "1",
        "charset": "windows-1252",
    }
    return body(**(fields | more))


def signup(subscr_id: str = "S-1", **more: str) -> bytes:
    """A subscription of ten dollars a month."""
    agreed = {"mc_amount3": "10.00", "period3": "1 M", "recurring": "1", "subscr_date": SIGNED_UP}
    return subscribed("subscr_signup", subscr_id, **(agreed | more))


def paid(txn_id: str, date: str, subscr_id: str = "S-1", status: str = "Completed", **more: str) -> bytes:
    """A charge of a subscription."""
    fields = {"txn_type": "subscr_payment", "subscr_id": subscr_id, "payment_date": date}
    return payment(txn_id, status, "10.00", **(fields | more))


def profiled(change: str, profile_id: str = "I-1", **more: str) -> bytes:
    """A message about a recurring profile of ten dollars a month."""
    fields = {
        "txn_type": f"recurring_payment_{change}",
        "recurring_payment_id": profile_id,
        "receiver_email": SELLER,
        "payer_id": "PAYER1",
        "product_name": "A magazine",
        "amount": "10.00",
        "amount_per_cycle": "10.00",
        "currency_code": "USD",
        "payment_cycle": "Monthly",
        "profile_status": "Active",
        "time_created": SIGNED_UP,
        "outstanding_balance": "0.00",
        "test_ipn": "1",
    }
    return body(**(fields | more))


def charged(txn_id: str, date: str, due: str = "", status: str = "Completed", **more: str) -> bytes:
    """A cycle of a recurring profile, and when the next is due."""
    fields = {
        "txn_type": "recurring_payment",
        "recurring_payment_id": "I-1",
        "payment_date": date,
        "next_payment_date": due,
    }
    return payment(txn_id, status, "10.00", **(fields | more))


def agreed(txn_type: str = "mp_signup", mp_id: str = "B-1", **more: str) -> bytes:
    """A message about a billing agreement: it names no receiver."""
    fields = {"txn_type": txn_type, "mp_id": mp_id, "payer_id": "PAYER1", "mp_status": "0", "test_ipn": "1"}
    return body(**(fields | more))


def record(n: int, status: str = "Completed", gross: str = "5.00", **more: str) -> dict[str, str]:
    """One record of a Mass Pay message; an empty value leaves a field out."""
    fields = {
        "masspay_txn_id": f"M{n}",
        "unique_id": f"u-{n}",
        "status": status,
        "mc_gross": gross,
        "mc_fee": "0.10",
        "mc_currency": "USD",
        "receiver_email": f"payee{n}@example.com",
    }
    return {f"{name}_{n}": value for name, value in (fields | more).items() if value}


def batch(*records: dict[str, str], status: str = "Processed", **more: str) -> bytes:
    """A Mass Pay message: who pays is us."""
    fields = {
        "txn_type": "masspay",
        "payment_status": status,
        "payer_email": SELLER,
        "payer_id": "SELLERID",
        "payment_date": "08:12:59 Nov 20, 2026 PST",
        "test_ipn": "1",
        "charset": "windows-1252",
    }
    told = dict(itertools.chain.from_iterable(one.items() for one in records))
    return body(**(fields | told | more))


def subscription_shown(bodies: Iterable[bytes], name: str = "S-1") -> dict[str, Any]:
    """A subscription as it stands in the end, without what only tells how it was heard."""
    return without_hearing(MemoryBook(SHOP).deliver(*bodies).shown_subscription(name))


def without_hearing(shown: dict[str, Any]) -> dict[str, Any]:
    """A document without how often and when it was heard of."""
    return {name: value for name, value in shown.items() if name not in ABOUT_HEARING}
