"""IPN bodies, byte by byte as PayPal writes them: its order of fields, its escapes, its charset."""

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import quote_plus

DEFAULT_CHARSET = "windows-1252"
NOTIFY_VERSION = "3.9"


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# A number at the end of a name (item_name1, mc_gross_1) is written # here. One string each, because a list of
# literals would take a line for every name.
PAYMENT_ORDER = _names(
    """
    mc_gross invoice settle_amount auth_exp protection_eligibility address_status item_number# payer_id
    tax address_street payment_date payment_status charset address_zip mc_shipping mc_handling first_name
    transaction_entity mc_fee address_country_code exchange_rate address_name notify_version reason_code
    settle_currency custom payer_status business address_country num_cart_items mc_handling# address_city
    fraud_management_pending_filters_# quantity verify_sign payer_email mc_shipping# tax# parent_txn_id
    txn_id payment_type remaining_settle auth_id payer_business_name last_name address_state item_name#
    receiver_email payment_fee auth_amount shipping_discount quantity# insurance_amount receiver_id
    pending_reason txn_type discount item_name mc_gross_# mc_currency item_number residence_country
    test_ipn receipt_id shipping_method handling_amount transaction_subject payment_gross auth_status
    shipping ipn_track_id
    """
)
ADJUSTMENT_ORDER = _names(
    """
    txn_type payment_date payment_gross mc_currency verify_sign payer_status test_ipn payer_email txn_id
    parent_txn_id payer_id invoice reason_code payment_status payment_fee mc_gross custom charset
    notify_version ipn_track_id
    """
)
CASE_ORDER = _names(
    """
    txn_type payment_date case_id case_type verify_sign test_ipn payer_email txn_id case_creation_date
    receiver_email buyer_additional_information payer_id receiver_id invoice reason_code custom charset
    notify_version ipn_track_id
    """
)

_NUMBER = re.compile(r"\d+$")
_SIGN_CHARACTERS = string.ascii_letters + string.digits + ".-"


@dataclass(frozen=True, slots=True)
class Message:
    """One notification: what it says, in order, and the bytes that say it."""

    fields: tuple[tuple[str, str], ...]
    body: bytes

    def value(self, name: str) -> str | None:
        """What a field says; None when the message has no such field."""
        return dict(self.fields).get(name)


def write(said: Mapping[str, str], *, rng: Random, order: Sequence[str] = PAYMENT_ORDER) -> Message:
    """Write one message of the sandbox: what is said, and what PayPal adds to every message.

    Raises:
        UnicodeEncodeError: a value cannot be written in the message's `charset`.
    """
    fields = {
        "charset": DEFAULT_CHARSET,
        **said,
        "notify_version": NOTIFY_VERSION,
        "verify_sign": "A" + "".join(rng.choices(_SIGN_CHARACTERS, k=55)),
        "test_ipn": "1",
        "ipn_track_id": f"{rng.getrandbits(52):013x}",
    }
    ordered = tuple(sorted(fields.items(), key=lambda field: _place(field[0], order)))
    return Message(ordered, encode(ordered, fields["charset"]))


def encode(fields: Sequence[tuple[str, str]], charset: str) -> bytes:
    """A form body: `+` for a space, upper-case %XX, blank fields kept."""
    pairs = (f"{quote_plus(name)}={quote_plus(value.encode(charset))}" for name, value in fields)
    return "&".join(pairs).encode("ascii")


def _place(name: str, order: Sequence[str]) -> tuple[int, int]:
    if name in order:
        return order.index(name), 0
    numbered = _NUMBER.sub("#", name)
    assert numbered in order, f"no place for {name} in this kind of message"
    return order.index(numbered), int(name.removeprefix(numbered.removesuffix("#")))
