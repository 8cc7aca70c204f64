"""What follows a payment: refunds, reversals and their cancellation, PayPal's corrections, and cases."""

from typing import Any

from tests.making.payments import FEE, TYPES, called, closing, payer
from tests.making.people import SHOP_FIELDS, SHOP_RECEIVERS
from tests.making.wire import Fields, Made, Moment, Reading, fact, made, told, txn_id, unmodelled, unreadable

MOVED_AT = Moment.of(2026, 5, 2, 21, 30, 0)
PARENT = txn_id("the payment that they follow")
REVERSAL = txn_id("the reversal that they follow")
FOLLOWERS = {"Refunded": "refund", "Reversed": "reversal", "Canceled_Reversal": "canceled_reversal"}


def follower(
    name: str,
    status: str,
    fields: Fields,
    *,
    gross: str | None,
    fee: str | None,
    reads: dict[str, Any] | None = None,
) -> Made:
    """A message about money that moved because of another transaction."""
    person, _ = payer(name)
    own = txn_id(name)
    wire = {
        "mc_gross": gross or "", **SHOP_FIELDS, **person, "payment_date": MOVED_AT.text,
        "payment_status": status,
        "txn_id": own, "parent_txn_id": PARENT, "payment_type": "instant", "mc_fee": fee or "",
        **closing(name), **fields,
    }  # fmt: skip
    says = {
        "txn_id": own, "parent_txn_id": PARENT, "gross": gross and f"{gross} USD",
        "fee": fee and f"{fee} USD",
        "occurred_at": MOVED_AT.utc,
    } | (reads or {})  # fmt: skip
    return made(name, wire, told(fact("Follower", **says, reading=3), receivers=SHOP_RECEIVERS))


def of_a_type(txn_type: str, status: str) -> Made:
    """Live ones name no type; the simulator writes that of the payment, and money that left as if it came."""
    name = f"{called(txn_type)}-{status.lower()}"
    kind, gross = FOLLOWERS[status], TYPES[txn_type].gross
    out, live = "" if kind == "canceled_reversal" else "-", txn_type == ""
    fields = TYPES[txn_type].fields | {"reason_code": "refund" if kind == "refund" else "other"}
    if not live:
        fields |= {"txn_type": txn_type, "mc_gross": gross, "mc_fee": FEE}
    reads = {
        "kind": kind,
        "reason": fields["reason_code"],
        "gross": f"{out}{gross} USD",
        "fee": f"{out}{FEE} USD",
    }
    return follower(name, status, fields, gross=f"{out}{gross}", fee=f"{out}{FEE}", reads=reads)


# Why, by what it is of; as written, and as read.
REASONS = {
    "Refunded": ("refund", "buyer_complaint", "buyer-complaint", "other"),
    "Reversed": (
        "chargeback", "guarantee", "buyer_complaint", "refund", "other", "admin_fraud_reversal",
        "admin_reversal",
        "unauthorized_claim", "unauthorized_spoof", "regulatory_block", "chargeback_reimbursement",
        "chargeback_settlement", "adjustment_reversal",
    ),
    "Canceled_Reversal": ("chargeback", "unauthorized_claim", "other"),
}  # fmt: skip


def for_a_reason(status: str, reason: str) -> Made:
    sign = "" if status == "Canceled_Reversal" else "-"
    return follower(
        f"{status.lower()}-for-{reason}", status, {"reason_code": reason}, gross=f"{sign}24.50",
        fee=f"{sign}{FEE}",
        reads={"kind": FOLLOWERS[status], "reason": reason.replace("-", "_")},
    )  # fmt: skip


def conventions() -> list[Made]:
    """Amounts of what follows: all or a part, gross or net of the fee, with its fee, a part of it or none."""
    refund, reversal = {"reason_code": "refund"}, {"reason_code": "unauthorized_claim"}
    back = {"kind": "refund", "reason": "refund"}
    held = {"kind": "reversal", "reason": "unauthorized_claim"}
    freed = {"kind": "canceled_reversal", "reason": "unauthorized_claim"}
    cart = {"mc_gross_1": "18.00", "item_name1": "Envelopes C6", "quantity1": "4", "discount": "5.00"}
    return [
        follower("refund-in_part", "Refunded", refund, gross="-8.00", fee="-0.12", reads=back),
        follower("refund-without_fee", "Refunded", refund, gross="-24.50", fee=None, reads=back),
        # What the lines say is of the original; the amount alone tells what went back.
        follower("refund-of_cart", "Refunded", refund | cart, gross="-13.00", fee="-0.40", reads=back),
        follower("reversal-net_of_fee", "Reversed", reversal, gross="-23.76", fee="-0.74", reads=held),
        follower("reversal-gross", "Reversed", reversal, gross="-24.50", fee="-0.74", reads=held),
        follower("reversal-in_part", "Reversed", reversal, gross="-5.00", fee=None, reads=held),
        follower("canceled-net_of_fee", "Canceled_Reversal", reversal, gross="23.76", fee="0.74",
        reads=freed),
        follower(
            "canceled-settled", "Canceled_Reversal",
            reversal | {"mc_currency": "EUR", "settle_amount": "27.26", "settle_currency": "USD",
                        "exchange_rate": "1.14735"},
            gross="24.50", fee="0.74",
            reads=freed | {"gross": "24.50 EUR", "fee": "0.74 EUR", "settled": "27.26 USD",
                           "exchange_rate": "1.14735"},
        ),
        # Only money that comes is converted in a message.
        follower(
            "refund-settled", "Refunded",
            refund | {"settle_amount": "-20.00", "settle_currency": "EUR", "exchange_rate": "0.9"},
            gross="-24.50", fee="-0.74", reads=back,
        ),
        follower("canceled-negative", "Canceled_Reversal", reversal, gross="-23.76", fee=None, reads=freed),
        follower("canceled-2005", "Canceled-Reversal", reversal, gross="24.50", fee=None, reads=freed),
        follower("canceled-british", "Cancelled_Reversal", reversal, gross="24.50", fee=None, reads=freed),
        follower("refund-lower_case", "refunded", refund, gross="-24.50", fee="-0.74", reads=back),
        follower(
            "refund-simulator", "Refunded", refund | {"mc_gross": "24.50", "mc_fee": "0.74"}, gross="-24.50",
            fee="-0.74", reads=back,
        ),
        follower(
            "refund-dollars_alone", "Refunded",
            refund | {"mc_gross": "", "mc_fee": "", "mc_currency": "", "payment_gross": "-24.50",
                      "payment_fee": "-0.74"},
            gross="-24.50", fee="-0.74", reads=back,
        ),
        follower(
            "refund-of_a_capture", "Refunded",
            refund | {"transaction_entity": "payment", "auth_id": txn_id("the authorization"),
                      "auth_status": "Completed"},
            gross="-24.50", fee="-0.74", reads=back,
        ),
        # After a payment review it may come under the payment's own id.
        follower(
            "reversal-own_id", "Reversed", reversal | {"parent_txn_id": ""}, gross="-24.50", fee=None,
            reads=held | {"parent_txn_id": txn_id("reversal-own_id")},
        ),
    ]  # fmt: skip


def adjustment(
    name: str, fields: Fields, *, gross: str | None = None, fee: str | None = None, parent: str = PARENT,
    reason: str | None = "chargeback_settlement",
) -> Made:  # fmt: skip
    """PayPal's correction after a case: it names no receiver, and its payer is the shop."""
    own = txn_id(name)
    wire = {
        "txn_type": "adjustment", "payment_status": "Completed", "payment_date": MOVED_AT.text, "txn_id": own,
        "parent_txn_id": parent, "payer_id": SHOP_FIELDS["receiver_id"],
        "payer_email": SHOP_FIELDS["receiver_email"],
        "reason_code": reason or "", "mc_gross": gross or "", "mc_fee": fee or "", **closing(name), **fields,
    }  # fmt: skip
    heard = fact(
        "Follower", txn_id=own, parent_txn_id=parent, kind="adjustment", reading=3, reason=reason,
        gross=gross and f"{gross} USD", fee=fee and f"{fee} USD", occurred_at=MOVED_AT.utc,
    )  # fmt: skip
    return made(name, {key: value for key, value in wire.items() if value}, told(heard))


def adjustments() -> list[Made]:
    dollars = {"mc_fee": "", "payment_fee": "-20.00", "mc_currency": ""}
    positive = {"mc_gross": "24.50", "mc_fee": "0.74", "txn_type": "adjustment", "reason_code": "refund"}
    nobody = adjustment("adjustment-no_parent", {"parent_txn_id": ""}, gross="-24.50")
    return [
        adjustment("adjustment-completed", {}, gross="-24.50"),
        adjustment("adjustment-of_a_reversal", {}, gross="-24.50", parent=REVERSAL),
        adjustment("adjustment-with_fee", {}, gross="-24.50", fee="-20.00"),
        adjustment("adjustment-fee_alone", dollars, fee="-20.00"),
        adjustment("adjustment-in_our_favour", {}, gross="24.50", reason="chargeback_reimbursement"),
        adjustment("adjustment-without_reason", {}, gross="-3.00", reason=None),
        *(
            adjustment(f"adjustment-for-{reason}", {}, gross="-24.50", reason=reason)
            for reason in ("adjustment_reversal", "chargeback_reimbursement", "other")
        ),
        # The status goes before the type.
        follower(
            "adjustment-refunded", "Refunded", positive, gross="-24.50", fee="-0.74",
            reads={"kind": "refund", "reason": "refund"},
        ),
        Made(name=nobody.name, body=nobody.body,
             reading=unreadable("an adjustment that names no parent_txn_id")),
    ]  # fmt: skip


# ---- cases ----

OPENED_AT = Moment.of(2026, 4, 29, 14, 12, 9)
CASES = {
    "dispute": "dispute",
    "complaint": "complaint",
    "claim": "complaint",
    "chargeback": "chargeback",
    "bank_return": "bank_return",
    "bankreturn": "bank_return",
    "Bank-Return": "bank_return",
}


def case(name: str, fields: Fields, reading: Reading) -> Made:
    person, _ = payer(name)
    wire = {
        "txn_type": "new_case", "txn_id": PARENT, "case_id": "PP-D-40718822", "case_type": "dispute",
        "reason_code": "non_receipt", "case_creation_date": OPENED_AT.text, "payment_date": MOVED_AT.text,
        "buyer_additional_information": "It never came.\r\nI asked twice.", **SHOP_FIELDS, **person,
        "charset": "windows-1252", "notify_version": "3.9",
    }  # fmt: skip
    return made(name, {key: value for key, value in (wire | fields).items() if value}, reading)


def opened(**says: Any) -> Reading:
    told_of = {
        "case_id": "PP-D-40718822", "txn_id": PARENT, "type": "dispute", "reason": "non_receipt",
        "opened_at": OPENED_AT.utc,
    } | says  # fmt: skip
    return told(fact("Case", **told_of), receivers=SHOP_RECEIVERS)


def cases() -> list[Made]:
    stages = [
        case(f"new_case-{word.lower()}", {"case_type": word}, opened(type=kind))
        for word, kind in CASES.items()
    ]  # fmt: skip
    return [
        *stages,
        case("new_case-without_type", {"txn_type": ""}, opened()),
        case("new_case-without_date", {"case_creation_date": ""}, opened(opened_at=None)),
        case("new_case-with_parent", {"parent_txn_id": REVERSAL}, opened(txn_id=REVERSAL)),
        case("new_case-without_reason", {"reason_code": ""}, opened(reason=None)),
        case("new_case-chargeback-unauthorized", {"case_type": "chargeback", "reason_code": "unauthorized"},
             opened(type="chargeback", reason="unauthorized")),
        case("new_case-unknown", {"case_type": "canceled_reversal"},
        unmodelled("case_type 'canceled_reversal'")),
        case("new_case-without_id", {"case_id": ""}, unreadable("case_id is missing")),
        case("new_case-against_nothing", {"txn_id": ""}, unreadable("txn_id is missing")),
    ]  # fmt: skip


PAIRS = [
    *(of_a_type(txn_type, status) for txn_type in TYPES for status in FOLLOWERS),
    *(for_a_reason(status, reason) for status, reasons in REASONS.items() for reason in reasons),
    *conventions(),
    *adjustments(),
    *cases(),
]
