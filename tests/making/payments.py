"""Payments: every type that is read as one, in every status; authorizations, orders and their captures."""

from dataclasses import dataclass, field
from typing import Any

from tests.making.people import SHOP_FIELDS, SHOP_PARTY, SHOP_RECEIVERS, Person, buyer
from tests.making.wire import Fields, Made, Moment, Reading, fact, made, signed, told, txn_id, unmodelled

PAID_AT = Moment.of(2026, 4, 17, 18, 2, 44)
NEXT_AT = Moment.of(2026, 5, 17, 10, 0, 0)
BEGUN_AT = Moment.of(2026, 1, 17, 9, 41, 3)


@dataclass(frozen=True)
class Type:
    """What a message of one type says beside what all say, and what that is read as."""

    gross: str
    fields: Fields = field(default_factory=dict)
    reads: dict[str, Any] = field(default_factory=dict)
    named: bool = True  # a card keyed in by hand names nobody


def item(number: str | None, name: str | None, quantity: str | None, gross: str, **more: Any) -> Reading:
    return fact("Item", number=number, name=name, quantity=quantity, gross=gross, **more)


BLANK_ITEM = {"item_name": "", "item_number": ""}
SINGLE = Type(
    "24.50",
    {
        "item_name": "Laid paper, 100 sheets", "item_number": "LAID-100", "quantity": "2", "tax": "1.50",
        "shipping": "3.00", "mc_shipping": "3.00", "handling_amount": "0.00", "mc_handling": "0.00",
        "custom": "basket 7781", "invoice": "PS-2026-0417", "transaction_subject": "basket 7781",
    },
    {
        "invoice": "PS-2026-0417",
        "custom": "basket 7781",
        "extras": fact("Extras", tax="1.50", shipping="3.00"),
        # 24.50 less 1.50 tax and 3.00 shipping
        "items": [item("LAID-100", "Laid paper, 100 sheets", "2", "20.00")],
    },
)  # fmt: skip
CART = Type(
    "61.20",
    {
        "num_cart_items": "3",
        "item_name1": "Envelopes C6", "item_number1": "ENV-C6", "quantity1": "4", "mc_gross_1": "18.00",
        "mc_shipping1": "0.00", "mc_handling1": "0.00", "tax1": "0.00",
        "option_name1_1": "Colour", "option_selection1_1": "Ivory",
        "option_name2_1": "Window", "option_selection2_1": "none",
        "item_name2": "Wax & seal", "item_number2": "", "quantity2": "1", "mc_gross_2": "31.95",
        "option_name1_2": "Initials", "option_selection1_2": "W.Q.",
        "item_name3": "Blotter", "item_number3": "BLOT", "quantity3": "2", "mc_gross_3": "9.00",
        "tax": "2.25", "mc_shipping": "4.00", "mc_handling": "1.00", "insurance_amount": "0.50",
        "discount": "5.00", "shipping_discount": "0.50", "custom": "", "invoice": "PS-2026-0418",
    },
    {
        # 18.00 + 31.95 + 9.00 + 2.25 + 4.00 + 1.00 + 0.50 - 5.00 - 0.50
        "invoice": "PS-2026-0418",
        "extras": fact(
            "Extras", tax="2.25", shipping="4.00", handling="1.00", insurance="0.50", discount="5.50"
        ),
        "items": [
            item("ENV-C6", "Envelopes C6", "4", "18.00", options=[["Colour", "Ivory"], ["Window", "none"]]),
            item(None, "Wax & seal", "1", "31.95", options=[["Initials", "W.Q."]]),
            item("BLOT", "Blotter", "2", "9.00"),
        ],
    },
)  # fmt: skip
CYCLE_FIELDS: Fields = {
    "recurring_payment_id": "I-7KDN2VWQ0RHB", "product_name": "Ink by post", "product_type": "1",
    "period_type": " Regular", "payment_cycle": "Monthly", "profile_status": "Active",
    "amount": "12.00", "amount_per_cycle": "12.00", "currency_code": "USD", "outstanding_balance": "0.00",
    "initial_payment_amount": "0.00", "time_created": BEGUN_AT.text, "next_payment_date": NEXT_AT.text,
    "rp_invoice_id": "INK-42",
}  # fmt: skip
CYCLE = Type(
    "12.00",
    CYCLE_FIELDS,
    {"subscription": "I-7KDN2VWQ0RHB", "invoice": "INK-42", "next_payment_at": NEXT_AT.utc},
)
TYPES: dict[str, Type] = {
    "": Type("8.00", {"item_name": "A pencil", "item_number": "PENCIL", "quantity": "1"},
             {"items": [item("PENCIL", "A pencil", "1", "8.00")]}),
    "web_accept": SINGLE,
    "cart": CART,
    "express_checkout": Type(
        "33.10",
        {**BLANK_ITEM, "quantity": "1", "tax": "2.10", "shipping": "0.00", "handling_amount": "0.00",
         "invoice": "PS-2026-0419", "protection_eligibility": "Eligible"},
        {"invoice": "PS-2026-0419", "extras": fact("Extras", tax="2.10")},
    ),
    "pro_hosted": Type(
        "140.00", {"invoice": "PS-2026-0420", "receipt_id": "1207-3391-5512-0046"},
        {"invoice": "PS-2026-0420"}
    ),
    "virtual_terminal": Type("75.00", {"receipt_id": "4810-0027-6639-1184", "payer_status": "unverified"},
                             named=False),
    "send_money": Type("50.00", {"memo": "For the workshop, thanks!", "transaction_subject": "",
    "custom": ""}),
    "invoice_payment": Type(
        "210.00",
        {"invoice_id": "INV2-QH7K-3PLZ-88DM-RW2T", "invoice_number": "2026-0031"}, {"invoice": "2026-0031"},
    ),
    "merch_pmt": Type(
        "17.40", {"mp_id": "B-5HX81734QC2209917", "mp_status": "0", "mp_desc": "Refills", **BLANK_ITEM},
        {"agreement": "B-5HX81734QC2209917"},
    ),
    "auction": Type(
        "42.00",
        {"for_auction": "true", "auction_buyer_id": "paperlover", "auction_closing_date": BEGUN_AT.text,
         "auction_multi_item": "1", "item_name": "Writing desk, oak", "item_number": "280114477",
         "quantity": "1"},
        {"items": [item("280114477", "Writing desk, oak", "1", "42.00")]},
    ),
    "subscr_payment": Type(
        "6.00",
        {"subscr_id": "I-2MRA9CE5XKTW", "item_name": "The Quarterly", "item_number": "QUART"},
        {"subscription": "I-2MRA9CE5XKTW", "items": [item("QUART", "The Quarterly", None, "6.00")]},
    ),
    "recurring_payment": CYCLE,
    "recurring_payment_outstanding_payment": CYCLE,
}  # fmt: skip


@dataclass(frozen=True)
class Status:
    """What a message in one status says beside the rest, and what that is read as."""

    reads: str
    fields: Fields = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    fee: bool = False


STATUSES: dict[str, Status] = {
    "Completed": Status("completed", fee=True),
    "Pending": Status(
        "pending", {"pending_reason": "echeck", "payment_type": "echeck"}, {"pending_reason": "echeck"}
    ),
    "Created": Status("created"),
    "Processed": Status("processed"),
    "In-Progress": Status("processed"),
    # What was said while it waited may linger, and means nothing any more.
    "Denied": Status("denied", {"pending_reason": "multi_currency"}),
    "Declined": Status("declined"),
    "Failed": Status("failed", {"payment_type": "echeck"}),
    "Expired": Status("expired", {"transaction_entity": "payment"}),
    "Voided": Status("voided", {"transaction_entity": "payment"}),
}
FEE = "0.74"


def closing(name: str, currency: str = "USD") -> Fields:
    return {"mc_currency": currency, "notify_version": "3.9", "charset": "windows-1252", **signed(name)}


def payer(name: str, *, named: bool = True) -> tuple[Fields, Reading]:
    """Who pays; of a card keyed in by hand only the country is known."""
    person: Person = buyer(name)
    if named:
        return person.fields, person.party
    fields = {"first_name": "", "last_name": "", "residence_country": person.country}
    return fields, fact("Party", country=person.country)


def payment(name: str, txn_type: str, status: str) -> Made:
    """A payment of a type, in a status that is its own."""
    kind, stands = TYPES[txn_type], STATUSES[status]
    person, party = payer(name, named=kind.named)
    own = txn_id(name)
    fields = {
        "mc_gross": kind.gross, **SHOP_FIELDS, **person, "payment_date": PAID_AT.text,
        "payment_status": status,
        "txn_id": own, "payment_type": "instant", **({"txn_type": txn_type} if txn_type else {}),
        **({"mc_fee": FEE, "payment_fee": FEE} if stands.fee else {}), "payment_gross": kind.gross,
        **kind.fields, **stands.fields, **closing(name),
    }  # fmt: skip
    report = fact(
        "Report", txn_id=own, kind="payment", status=stands.reads, txn_type=txn_type,
        gross=f"{kind.gross} USD",
        fee=f"{FEE} USD" if stands.fee else None, payer=party, receiver=SHOP_PARTY, occurred_at=PAID_AT.utc,
        reading=3, **kind.reads, **stands.says,
    )  # fmt: skip
    return made(name, fields, told(report, receivers=SHOP_RECEIVERS))


def partly_refunded(name: str, txn_type: str) -> Made:
    """A status that documents list and nobody has seen: not guessed at."""
    whole = payment(name, txn_type, "Completed")
    body = whole.body.replace(b"payment_status=Completed", b"payment_status=Partially_Refunded")
    return Made(name=name, body=body, reading=unmodelled("payment_status 'Partially_Refunded'"))


def called(txn_type: str) -> str:
    """A type as it stands in a file's name."""
    return txn_type or "no_type"


def all_payments() -> list[Made]:
    """Each type in each status."""
    pairs = [
        payment(f"{called(txn_type)}-{status.lower()}", txn_type, status)
        for txn_type in TYPES
        for status in STATUSES
    ]
    return pairs + [partly_refunded(f"{called(txn_type)}-partially_refunded", txn_type) for txn_type in TYPES]


# ---- why a payment waits ----

# As written, and as read.
REASONS = {
    "address": "address",
    "authorization": "authorization",
    "delayed_disbursement": "delayed_disbursement",
    "echeck": "echeck",
    "intl": "intl",
    "multi_currency": "multi_currency",
    "multi-currency": "multi_currency",
    "order": "order",
    "paymentreview": "payment_review",
    "payment-review": "payment_review",
    "PaymentReview": "payment_review",
    "regulatory_review": "regulatory_review",
    "unilateral": "unilateral",
    "upgrade": "upgrade",
    "verify": "verify",
    "other": "other",
    "fraud": "fraud",
    "NONE": None,
    "some_new_reason": "some_new_reason",
}
# A promise that says no entity is told by its reason.
PROMISES = {"order": "order", "authorization": "authorization"}


def waiting(reason: str) -> Made:
    """A payment that waits, for each reason in each of its spellings."""
    name = f"pending-{reason.lower()}" + ("-capitals" if reason != reason.lower() else "")
    person, party = payer(name)
    own = txn_id(name)
    fields = {
        "mc_gross": "90.00", **SHOP_FIELDS, **person, "payment_date": PAID_AT.text,
        "payment_status": "Pending",
        "pending_reason": reason, "txn_id": own, "txn_type": "web_accept", "payment_type": "instant",
        **closing(name),
    }  # fmt: skip
    if reason == "unilateral":
        del fields["receiver_id"]  # nobody has claimed the address yet
    paid = fact("Party", email=SHOP_PARTY["email"]) if reason == "unilateral" else SHOP_PARTY
    report = fact(
        "Report", txn_id=own, kind=PROMISES.get(reason, "payment"), status="pending", txn_type="web_accept",
        pending_reason=REASONS[reason], gross="90.00 USD", payer=party, receiver=paid,
        occurred_at=PAID_AT.utc,
        reading=3,
    )  # fmt: skip
    receivers = [name for name in SHOP_RECEIVERS if reason != "unilateral" or "@" in name]
    return made(name, fields, told(report, receivers=receivers))


# ---- promises and what is captured from them ----


@dataclass(frozen=True)
class Promise:
    """A message about an order, an authorization or a capture."""

    entity: str
    kind: str
    status: str
    auth_status: str | None = None
    left: str | None = None
    fee: bool = False
    reason: str | None = None
    parent: str | None = None
    auth: str | None = None  # None: the message's own id


ORDER_ID, AUTH_ID = "O-6TW04127PK8853318", txn_id("the authorization")
PROMISED = {
    "order-pending": Promise("order", "order", "Pending", reason="order"),
    "order-completed": Promise("order", "order", "Completed"),
    "order-voided": Promise("order", "order", "Voided"),
    "order-expired": Promise("order", "order", "Expired"),
    "auth-pending": Promise("auth", "authorization", "Pending", "Pending", "10", reason="authorization",
                            parent=ORDER_ID),
    "auth-pending-alone": Promise("auth", "authorization", "Pending", "Pending", "10", reason="authorization",
                                  parent=""),
    "auth-pending-review": Promise("auth", "authorization", "Pending", "Pending", "10",
    reason="paymentreview"),
    "auth-completed": Promise("auth", "authorization", "Completed", "Completed", "0", reason="authorization",
                              parent=ORDER_ID),
    "auth-voided": Promise("auth", "authorization", "Voided", "Voided", "9"),
    "auth-voided-nothing_left": Promise("auth", "authorization", "Voided", "Voided", "0"),
    "auth-expired": Promise("auth", "authorization", "Expired", "Expired", "10"),
    "auth-denied": Promise("auth", "authorization", "Denied", "Denied"),
    "reauth-pending": Promise("reauth", "authorization", "Pending", "Pending", "10", reason="authorization",
                              parent=AUTH_ID),
    "capture-completed": Promise("payment", "payment", "Completed", "In_Progress", "9", fee=True,
    parent=AUTH_ID,
                                 auth=AUTH_ID),
    "capture-completed-last": Promise("payment", "payment", "Completed", "Completed", "0", fee=True,
                                      parent=AUTH_ID, auth=AUTH_ID, reason="authorization"),
    "capture-pending": Promise("payment", "payment", "Pending", "In_Progress", "9", reason="multi_currency",
                               parent=AUTH_ID, auth=AUTH_ID),
    "capture-denied": Promise("payment", "payment", "Denied", "In_Progress", "9", parent=AUTH_ID,
    auth=AUTH_ID),
    "capture-of_order": Promise("payment", "payment", "Completed", fee=True, parent=ORDER_ID),
}  # fmt: skip


def promise(name: str) -> Made:
    it = PROMISED[name]
    person, party = payer(name)
    own = ORDER_ID if it.kind == "order" else AUTH_ID if it.entity == "auth" else txn_id(name)
    authorized = it.auth_status is not None
    auth = (it.auth or own) if authorized else None
    expires = Moment.of(2026, 5, 16, 6, 59, 59)
    fields = {
        "mc_gross": "64.00", "auth_exp": expires.text if authorized else "", **SHOP_FIELDS, **person,
        "payment_date": PAID_AT.text, "payment_status": it.status, "pending_reason": it.reason or "",
        "transaction_entity": it.entity, "txn_id": own, "txn_type": "express_checkout",
        "parent_txn_id": it.parent or "", "auth_id": auth or "", "auth_status": it.auth_status or "",
        "auth_amount": "64.00" if authorized else "", "remaining_settle": it.left or "",
        **({"mc_fee": FEE} if it.fee else {}), **closing(name),
    }  # fmt: skip
    report = fact(
        "Report", txn_id=own, kind=it.kind, status=it.status.lower(), txn_type="express_checkout",
        pending_reason=REASONS[it.reason] if it.status == "Pending" and it.reason else None,
        gross="64.00 USD",
        fee=f"{FEE} USD" if it.fee else None, payer=party, receiver=SHOP_PARTY, parent_txn_id=it.parent,
        auth_id=auth, auth_status=it.auth_status.lower() if it.auth_status else None,
        captures_left=int(it.left) if it.left else None, occurred_at=PAID_AT.utc,
        expires_at=expires.utc if authorized else None, reading=3,
    )  # fmt: skip
    return made(
        name, {key: value for key, value in fields.items() if value}, told(report, receivers=SHOP_RECEIVERS)
    )


def undecided(status: str) -> Made:
    """A void or an expiry without an entity, as before 2007: of a payment or of a promise, nobody can say."""
    name = f"no_entity-{status.lower()}"
    person, party = payer(name)
    own = txn_id(name)
    fields = {
        "mc_gross": "64.00", **SHOP_FIELDS, **person, "payment_date": PAID_AT.text, "payment_status": status,
        "txn_id": own, "txn_type": "web_accept", **closing(name),
    }  # fmt: skip
    report = fact(
        "Report", txn_id=own, status=status.lower(), txn_type="web_accept", gross="64.00 USD", payer=party,
        receiver=SHOP_PARTY, occurred_at=PAID_AT.utc, reading=3,
    ) | {"kind": None}  # fmt: skip
    return made(name, fields, told(report, receivers=SHOP_RECEIVERS))


PAIRS = [
    *all_payments(),
    *map(waiting, REASONS),
    *map(promise, PROMISED),
    undecided("Voided"),
    undecided("Expired"),
]
