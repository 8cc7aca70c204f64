"""Each rule that applies to a transaction, its verdict, and the figures in words."""

from decimal import Decimal

import pytest

from domain.because import Question, Reason, reasons
from domain.events import PriceAgreed
from domain.fulfillment import fulfillment_of
from domain.vetting import Price, Shop
from tests.given import (
    NOON,
    SELLER,
    SHOP,
    MemoryBook,
    adjustment,
    authorization,
    capture,
    case,
    follower,
    order,
    payment,
    pending,
)
from tests.given_streams import batch, record

STRICT = Shop(receivers=frozenset({SELLER}))
RETURN = follower("Canceled_Reversal", "W1", gross="20.00")
REVERSED = follower("Reversed", "V1", reason_code="chargeback")
APPROVED = "approved by ann at 2026-11-20T12:00:09Z: known buyer"


def told(book: MemoryBook, txn_id: str = "T1", shop: Shop | None = None) -> list[Reason]:
    transaction = book.transaction(txn_id)
    named = next((h.report.invoice for h in transaction.reports if h.report.invoice), None)
    question = Question(transaction, book.invoice(named) if named else None, shop or book.shop)
    return list(reasons(question, fulfillment_of(transaction, NOON)))


def by_rule(book: MemoryBook, rule: str, **more: object) -> list[tuple[str, str]]:
    return [(one.verdict, one.detail) for one in told(book, **more) if one.rule == rule]  # type: ignore[arg-type]


def approved(*bodies: bytes, shop: Shop = SHOP) -> MemoryBook:
    book = MemoryBook(shop).deliver(*bodies)
    book.at = NOON.replace(second=8)
    book.acting("ann", lambda acting: acting.approve("T1", "known buyer"))
    return book


# ---- money ----

MONEY: dict[str, tuple[list[bytes], str, str]] = {
    "arrived": ([payment()], "passed", "20.00 USD arrived, less a fee of 0.88 USD"),
    "arrived, no fee told": ([payment(mc_fee="")], "passed", "20.00 USD arrived"),
    "a capture": ([capture("T1")], "passed", "20.00 USD arrived, less a fee of 0.88 USD"),
    "nothing": ([payment(gross="0.00")], "failed", "the payment of 0.00 USD is completed: no money came"),
    "an eCheck": (
        [pending()],
        "failed",
        (
            "20.00 USD is pending: echeck: the buyer pays from a bank account, and the eCheck has not"
            " cleared: that takes 3 to 6 working days"
        ),
    ),
    "no reason": (
        [pending(reason="")],
        "failed",
        "20.00 USD is pending: no reason: PayPal gives no reason",
    ),
    "an unknown reason": (
        [pending(reason="moon_phase")],
        "failed",
        "20.00 USD is pending: moon_phase: a reason that this version does not know",
    ),
    "begun": ([payment(status="Created")], "failed", "the payment was begun, and has not arrived"),
    "on its way": ([payment(status="Processed")], "failed", "the payment is on its way, and has not arrived"),
    "denied": ([payment(status="Denied")], "failed", "the payment of 20.00 USD is denied: no money came"),
    "no amount": (
        [payment(status="Failed", gross="")],
        "failed",
        "the payment of money is failed: no money came",
    ),
    "awaited": (
        [follower("Refunded", "R1"), case()],
        "failed",
        "nothing was heard of the payment itself; waiting for it: case PP-1, refund R1",
    ),
    "an authorization": (
        [authorization("T1")],
        "failed",
        "an authorization of 20.00 USD is authorized: it is no payment; captured from it: nothing",
    ),
    "an authorization of which something was captured": (
        [authorization("T1"), capture("C1", "T1", gross="5.00")],
        "failed",
        (
            "an authorization of 20.00 USD is partially_captured: it is no payment;"
            " captured from it: C1 (completed)"
        ),
    ),
    "an order": (
        [order("T1")],
        "failed",
        "an order of 20.00 USD is ordered: it is no payment; captured from it: nothing",
    ),
}


@pytest.mark.parametrize("name", MONEY)
def test_whether_money_arrived_is_told_first(name: str) -> None:
    bodies, verdict, detail = MONEY[name]
    first, *_ = told(MemoryBook().deliver(*bodies))
    assert first == Reason("money", verdict, detail)


def test_a_payout_owes_nobody_goods() -> None:
    (only,) = told(MemoryBook().deliver(batch(record(1))), "M1")
    assert (only.rule, only.verdict) == ("money", "failed")
    assert only.detail.endswith("no goods are owed for it")


# ---- what was checked ----


@pytest.mark.parametrize(
    ("named", "family"), [({"subscr_id": "I-1"}, "subscription"), ({"auth_id": "A1"}, "authorization")]
)
def test_payments_of_one_family_may_share_an_invoice(named: dict[str, str], family: str) -> None:
    book = MemoryBook().deliver(payment(invoice="i", **named))
    found = {one.rule: one.detail for one in told(book)}
    assert found["invoice"] == f"no payment but those of its {family} paid invoice i"


def test_a_good_payment_passes_every_rule_that_applies() -> None:
    book = MemoryBook().deliver(payment(invoice="i", item_number="B", item_name="Book"))
    found = {one.rule: (one.verdict, one.detail) for one in told(book)}
    assert found == {
        "money": ("passed", "20.00 USD arrived, less a fee of 0.88 USD"),
        "receiver": ("passed", f"{SELLER} was paid, and is one of RECEIVERS"),
        "arithmetic": (
            "passed",
            "1 line with tax, shipping and discount make the 20.00 USD that were paid",
        ),
        "unpriced": ("waived", "no price was agreed for item B: UNPRICED=ship lets it go"),
        "invoice": ("passed", "no other transaction paid invoice i"),
        "served": ("passed", "the goods of invoice i left with no other payment"),
        "refund": ("passed", "nothing of 20.00 USD was refunded"),
        "reversal": ("passed", "nothing of 20.00 USD was pulled back"),
    }


def test_rules_that_say_nothing_of_a_payment_are_not_told() -> None:
    rules = [one.rule for one in told(MemoryBook().deliver(payment()))]
    assert rules == ["money", "receiver", "unpriced", "refund", "reversal"]


def test_what_was_doubted_decides_and_not_the_settings_of_today() -> None:
    book = MemoryBook(STRICT).deliver(payment(item_number="B"))
    ((verdict, detail),) = by_rule(book, "unpriced", shop=SHOP)
    assert (verdict, detail) == ("failed", "no price was agreed for item B")
    lenient = MemoryBook(SHOP).deliver(payment(item_number="B"))
    assert [one.rule for one in told(lenient, shop=STRICT) if one.verdict != "passed"] == []
    nobody = Shop(ship_unpriced=True)
    assert by_rule(lenient, "receiver", shop=nobody) == [
        ("passed", f"{SELLER} was paid, and was taken for us when the message came")
    ]


def test_no_receivers_is_a_doubt() -> None:
    ((verdict, detail),) = by_rule(MemoryBook(Shop(ship_unpriced=True)).deliver(payment()), "receiver")
    assert verdict == "failed"
    assert detail.startswith("RECEIVERS is empty")


def test_an_agreed_price_is_named() -> None:
    book = MemoryBook(STRICT).deliver(payment(invoice="i")).agree("i", PriceAgreed(Decimal("20.00"), "USD"))
    assert by_rule(book, "price") == [("passed", "20.00 USD were agreed for invoice i, and paid")]
    book.agree("i", PriceAgreed(Decimal("25.00"), "USD"))
    assert by_rule(book, "price") == []
    assert by_rule(book, "amount") == [("failed", "25.00 USD were agreed for invoice i, paid were 20.00 USD")]


def test_a_listed_price_is_named() -> None:
    listed = Shop(receivers=frozenset({SELLER}), prices={"B": (Price(amount=Decimal(10), currency="USD"),)})
    book = MemoryBook(listed).deliver(payment(item_number="B", quantity="2"))
    assert by_rule(book, "price") == [("passed", "2 of item B at 10 USD each")]


def test_each_line_that_nobody_priced_is_a_reason_of_its_own() -> None:
    cart = payment(
        item_number1="A", mc_gross_1="5.00", item_number2="B", mc_gross_2="15.00", num_cart_items="2"
    )
    book = MemoryBook(STRICT).deliver(cart)
    assert by_rule(book, "unpriced") == [
        ("failed", "no price was agreed for item A"),
        ("failed", "no price was agreed for item B"),
    ]
    assert by_rule(book, "arithmetic") == [
        ("passed", "2 lines with tax, shipping and discount make the 20.00 USD that were paid")
    ]


def test_lines_that_do_not_add_up_fail() -> None:
    ((verdict, _),) = by_rule(MemoryBook().deliver(payment(item_name1="A", mc_gross_1="5.00")), "arithmetic")
    assert verdict == "failed"


def test_a_conversion_is_told_with_its_figures() -> None:
    good = payment(settle_amount="17.21", settle_currency="EUR", exchange_rate="0.900105")
    assert by_rule(MemoryBook().deliver(good), "conversion") == [
        ("passed", "what arrived at 0.900105 is the 17.21 EUR settled")
    ]
    ((verdict, _),) = by_rule(
        MemoryBook().deliver(payment(settle_amount="1.00", settle_currency="EUR", exchange_rate="0.900105")),
        "conversion",
    )
    assert verdict == "failed"


def test_an_invoice_that_was_paid_or_served_twice_fails() -> None:
    book = MemoryBook().deliver(payment(invoice="i"), payment("T2", invoice="i"))
    assert by_rule(book, "invoice") == [("failed", "invoice i was paid by more than one transaction")]
    book.acting("ann", lambda acting: acting.approve("T2", "this one"))
    book.acting("ann", lambda acting: acting.fulfill("T2"))
    assert by_rule(book, "served") == [("failed", "the goods of invoice i left with another payment")]


# ---- what came since ----

ADJUSTED = (
    "X1 corrected the account by -20.00 USD and -20.00 USD (chargeback_settlement: a chargeback was decided,"
    " and the money settled); it holds no goods, a person must"
)
SINCE: dict[str, tuple[list[bytes], str, list[tuple[str, str]]]] = {
    "a refund": (
        [follower("Refunded", "R1", gross="-5.00")],
        "refund",
        [
            (
                "failed",
                "5.00 of 20.00 USD refunded before the goods left; refund: the merchant gave money back",
            )
        ],
    ),
    "a reversal": (
        [REVERSED],
        "reversal",
        [
            (
                "failed",
                (
                    "20.00 of 20.00 USD pulled back before the goods left;"
                    " chargeback: the buyer's card issuer took the money back"
                ),
            )
        ],
    ),
    "a return": ([REVERSED, RETURN], "reversal", [("passed", "what was pulled back came back")]),
    "a return is on trial": (
        [REVERSED, RETURN],
        "canceled_reversal",
        [("failed", "money came back on trial; a lost case may still follow")],
    ),
    "what waits": ([RETURN], "parked", [("failed", "canceled_reversal W1 waits for reversal of T1")]),
    "a contradiction": (
        [payment(status="Denied")],
        "contradiction",
        [("failed", "PayPal reported both completed and denied")],
    ),
    "a case": (
        [case(reason_code="duplicate")],
        "case",
        [
            (
                "failed",
                (
                    "dispute PP-1 is open (duplicate): the buyer complained, and PayPal has not been asked to"
                    " decide; duplicate: the buyer says that it was paid twice"
                ),
            )
        ],
    ),
    "a case with a reason that nobody knows": (
        [case(reason_code="moon_phase", case_type="chargeback")],
        "case",
        [
            (
                "failed",
                (
                    "chargeback PP-1 is open (moon_phase): the buyer went to the card issuer, who wants"
                    " the money back; moon_phase: a reason that this version does not know"
                ),
            )
        ],
    ),
    "an adjustment": ([adjustment("X1", mc_fee="-20.00")], "adjustment", [("passed", ADJUSTED)]),
}


@pytest.mark.parametrize("name", SINCE)
def test_what_came_after_the_payment_is_told_with_what_paypals_words_mean(name: str) -> None:
    bodies, rule, expected = SINCE[name]
    assert by_rule(MemoryBook().deliver(payment(), *bodies), rule) == expected


def test_a_case_that_is_over_passes() -> None:
    book = MemoryBook().deliver(payment(), case(), case("PP-2"))
    book.acting("ann", lambda acting: acting.close_case("T1", "PP-1", "PayPal says so"))
    over, still = by_rule(book, "case")
    assert over[0] == "passed"
    assert over[1].startswith("dispute PP-1 is over: ")
    assert still[0] == "failed"
    assert still[1].startswith("dispute PP-2 is open (non_receipt): ")


# ---- what people did ----


def test_what_a_person_approved_is_waived_by_name_time_and_reason() -> None:
    ((verdict, detail),) = by_rule(approved(payment(), follower("Refunded", "R1", gross="-5.00")), "refund")
    assert verdict == "waived"
    assert detail.endswith(f"; {APPROVED}")
    ((verdict, detail),) = by_rule(approved(payment(), case()), "case")
    assert verdict == "waived"
    assert detail.endswith(f"non_receipt: the buyer says that nothing arrived; {APPROVED}")


def test_a_doubt_that_came_after_the_approval_fails_beside_it() -> None:
    book = approved(payment(), case())
    book.deliver(follower("Refunded", "R1", gross="-5.00"))
    verdicts = {one.rule: one.verdict for one in told(book)}
    assert (verdicts["case"], verdicts["refund"]) == ("waived", "failed")


def test_who_sent_the_goods_is_told_and_nothing_is_said_of_before() -> None:
    book = MemoryBook().deliver(payment())
    book.acting("ann", lambda acting: acting.fulfill("T1", "DHL 1"))
    sent = "ann sent them at 2026-11-20T12:00:02Z: DHL 1"
    assert by_rule(book, "goods") == [("passed", sent)]
    book.deliver(REVERSED)
    assert by_rule(book, "goods") == [("failed", f"{sent}, and the money has left since")]
    ((_, detail),) = by_rule(book, "reversal")
    assert detail.startswith("20.00 of 20.00 USD pulled back; chargeback: ")
