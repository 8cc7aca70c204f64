"""Mass Pay: batches in every status, records in each of theirs, and what spoils a whole message."""

from typing import Any

from tests.making.people import BUYERS, SHOP_EMAIL, SHOP_ID
from tests.making.wire import (
    Fields,
    Made,
    Moment,
    Reading,
    fact,
    made,
    signed,
    told,
    txn_id,
    unmodelled,
    unreadable,
)

SENT_AT = Moment.of(2026, 6, 30, 22, 4, 18)
SENDER = {
    "payer_id": SHOP_ID,
    "payer_email": SHOP_EMAIL,
    "payer_business_name": "The Paper Shop",
    "first_name": "",
}
PAYER = fact("Party", id=SHOP_ID, email=SHOP_EMAIL, name="The Paper Shop", country="US")


def record(
    n: int, status: str | None, reads: str, *, without: str = "", **more: Any
) -> tuple[Fields, Reading]:
    """One record, and the payout that it is."""
    payee = BUYERS[n % len(BUYERS)]
    fields = {
        f"receiver_email_{n}": payee.email, f"masspay_txn_id_{n}": txn_id(f"payout {n}"),
        f"unique_id_{n}": f"royalty-2026-{n}", f"status_{n}": status or "", f"mc_gross_{n}": f"{n}40.00",
        f"mc_fee_{n}": "1.00", f"mc_currency_{n}": "USD", **{f"{key}_{n}": value for key,
        value in more.items()},
    }  # fmt: skip
    left_out = {f"{name}_{n}" for name in without.split(" ")}
    says = {
        "txn_id": fields[f"masspay_txn_id_{n}"], "kind": "payout", "status": reads, "txn_type": "masspay",
        "gross": f"{fields[f'mc_gross_{n}']} {fields[f'mc_currency_{n}']}",
        "fee": f"{fields[f'mc_fee_{n}']} {fields[f'mc_currency_{n}']}", "custom": fields[f"unique_id_{n}"],
        "payer": PAYER, "receiver": fact("Party", email=payee.email), "occurred_at": SENT_AT.utc,
        "reading": 3,
    }  # fmt: skip
    if "masspay_txn_id" in without:
        says["txn_id"] = f"payout:{fields[f'unique_id_{n}']}"
    if "unique_id" in without:
        del says["custom"]
    if "mc_fee" in without:
        del says["fee"]
    if "mc_gross" in without:
        del says["gross"]
    told_of = {key: value for key, value in fields.items() if value and key not in left_out}
    return told_of, fact("Report", **says)


def batch(name: str, status: str, *records: tuple[Fields, Reading], reading: Reading | None = None) -> Made:
    """A message to who pays; read as its payouts unless something spoils it."""
    fields: Fields = {
        "txn_type": "masspay", "payment_status": status, "payment_date": SENT_AT.text, **SENDER,
        "last_name": "",
        "residence_country": "US", "payer_status": "verified",
    }  # fmt: skip
    for one, _ in records:
        fields |= one
    closing = {"charset": "windows-1252", "notify_version": "3.9", **signed(name)}
    ours = [SHOP_ID.lower(), SHOP_EMAIL]
    return made(name, fields | closing, reading or told(*(one for _, one in records), receivers=ours))


# As written of a record, and as read.
STATUSES = {
    "Completed": "completed",
    "Failed": "failed",
    "Returned": "returned",
    "Reversed": "reversed",
    "Unclaimed": "unclaimed",
    "Pending": "pending",
    "Blocked": "failed",
    "Denied": "denied",
}
# As written of a batch, and as a record is read that says nothing of itself.
BATCHES = {
    "Processed": "pending",
    "Pending": "pending",
    "Completed": "completed",
    "Denied": "denied",
    "Failed": "failed",
}
GOOD = record(1, "Completed", "completed")
NO_ID = record(2, "Completed", "completed", without="masspay_txn_id unique_id")
NO_GROSS = record(2, "Completed", "completed", without="mc_gross")

PAIRS = [
    *(
        batch(f"masspay-{status.lower()}", status, record(1, None, reads), record(2, "", reads))
        for status, reads in BATCHES.items()
    ),
    *(
        batch(f"masspay-record_{word.lower()}", "Processed", record(1, word, reads))
        for word, reads in STATUSES.items()
    ),
    batch("masspay-three_records_with_gaps", "Completed", GOOD, record(4, "Returned", "returned"),
          record(9, "Unclaimed", "unclaimed")),
    batch("masspay-denied_whatever_records_say", "Denied", record(1, "Completed", "denied"),
          record(2, "Unclaimed", "denied")),
    batch("masspay-unique_id_alone", "Processed", record(3, "Pending", "pending", without="masspay_txn_id")),
    batch("masspay-no_unique_id", "Processed", record(3, "Completed", "completed", without="unique_id")),
    batch("masspay-failed_with_reason", "Completed",
          record(1, "Failed", "failed", without="mc_gross mc_fee", reason_code="1001")),
    batch("masspay-yen", "Completed", GOOD,
          record(2, "Completed", "completed", mc_gross="3200", mc_fee="64", mc_currency="JPY")),
    batch("masspay-two_currencies", "Completed", GOOD, record(2, "Completed", "completed",
    mc_currency="EUR")),
    batch("masspay-no_record", "Processed", reading=unreadable("a Mass Pay message without a record")),
    batch("masspay-record_without_id", "Processed", GOOD, NO_ID,
          reading=unreadable("masspay_txn_id_2 is missing, and unique_id_2 is no id")),
    batch("masspay-record_without_amount", "Processed", GOOD, NO_GROSS,
          reading=unreadable("mc_gross_2 is missing")),
    batch("masspay-record_negative", "Processed", GOOD, record(2, "Completed", "completed", mc_gross="-1.00"),
          reading=unreadable("mc_gross_2 -1.00 is negative")),
    batch("masspay-record_of_yen_with_places", "Processed", GOOD,
          record(2, "Completed", "completed", mc_currency="JPY"),
          reading=unreadable("mc_gross_2: '240.00' has more places than JPY (0)")),
    batch("masspay-record_unknown", "Processed", GOOD, record(2, "Dreaming", ""),
          reading=unmodelled("status_2 'Dreaming'")),
    batch("masspay-unknown", "Refunded", GOOD,
    reading=unmodelled("payment_status 'Refunded' of a Mass Pay batch")),
]  # fmt: skip
