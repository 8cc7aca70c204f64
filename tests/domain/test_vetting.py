"""The checks before goods may leave: who was paid, by which PayPal, and whether it was what was agreed."""

import itertools
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import InvoicePaid, PriceAgreed
from domain.facts import Doubt, Item, Report
from domain.invoice import Invoice
from domain.notification import read
from domain.vetting import Price, Shop, not_for_us, party_of, vet
from tests.given import (
    SELLER,
    SHOP,
    MemoryBook,
    adjustment,
    authorization,
    capture,
    case,
    comparable,
    end_state,
    fact_of,
    follower,
    payment,
    pending,
)

US = frozenset({SELLER, "s8xghlydw9t3s", "alias@shop.example"})
BOOK = (Price(amount=Decimal("19.95"), currency="USD"), Price(amount=Decimal("18.00"), currency="EUR"))
PRICES = {
    "BOOK-1": BOOK,
    "CUP": (Price(amount=Decimal("8.00"), currency="USD"),),
    "TEA": (Price(amount=Decimal(150), currency="JPY"),),
    "GIFT": (Price(amount=None, currency="USD"),),
}
LISTED = Shop(receivers=US, prices=PRICES)
SHIPPING = Shop(receivers=US, prices=PRICES, ship_unpriced=True)


def rules_of(doubts: tuple[Doubt, ...]) -> list[str]:
    return [doubt.rule for doubt in doubts]


# ---- who, and which PayPal ----


@pytest.mark.parametrize(
    "names",
    [
        {"receiver_email": "seller@example.com"},
        {"receiver_email": "SELLER@Example.COM"},
        {"receiver_email": "", "receiver_id": "S8XGHLYDW9T3S"},
        {"receiver_email": "", "business": "Alias@Shop.Example"},
        {"receiver_email": "primary@account.example", "business": "alias@shop.example"},
        {"receiver_email": "primary@account.example", "receiver_id": "S8xghlydw9t3s"},
        {"receiver_email": " seller@example.com "},
    ],
)
def test_a_payment_to_us_is_known_by_any_of_our_names_in_any_case(names: dict[str, str]) -> None:
    shop = Shop(receivers=US)
    assert not_for_us(read(payment(**names), 1), shop) is None


@pytest.mark.parametrize(
    "one",
    [
        payment(receiver_email="mallory@example.com"),
        payment(receiver_email="xseller@example.com"),
        payment(receiver_email="seller@example.com.evil.example"),
        payment(receiver_email=""),  # a payment that names nobody was made to nobody
        pending(receiver_email=""),
        authorization(receiver_email=""),
        follower("Refunded", "R1", receiver_email="mallory@example.com"),
        adjustment("X1", receiver_email="mallory@example.com"),
        case(receiver_id="MALLORY"),
    ],
)
def test_what_was_paid_to_a_stranger_is_not_for_us(one: bytes) -> None:
    assert not_for_us(read(one, 1), Shop(receivers=US)) == "receiver"


@pytest.mark.parametrize(
    "one",
    [adjustment("X1"), case(), follower("Refunded", "R1", receiver_email="")],
    ids=["adj", "case", "ref"],
)
def test_a_follower_that_names_nobody_goes_by_its_parent(one: bytes) -> None:
    assert not_for_us(read(one, 1), Shop(receivers=US)) is None


def test_without_receivers_everything_is_recorded_and_held() -> None:
    nobody = Shop(ship_unpriced=True)
    for names in ({}, {"receiver_email": ""}, {"receiver_email": "mallory@example.com"}):
        book = MemoryBook(nobody).deliver(payment(**names))
        assert book.outcome() == "recorded"
        assert book.shown()["fulfillment"] == "held"
        assert [doubt["rule"] for doubt in book.shown()["doubts"]] == ["receiver"]
        assert "RECEIVERS" in book.shown()["doubts"][0]["detail"]


@pytest.mark.parametrize(
    ("live", "test_ipn", "refused"),
    [
        (False, "1", None),
        (True, "", None),
        (True, "1", "environment"),
        (False, "", "environment"),
        (False, "0", "environment"),
    ],
)
def test_live_and_sandbox_never_mix(live: bool, test_ipn: str, refused: str | None) -> None:  # noqa: FBT001
    shop = Shop(receivers=US, live=live)
    for one in (payment(test_ipn=test_ipn), adjustment("X1", test_ipn=test_ipn), case(test_ipn=test_ipn)):
        assert not_for_us(read(one, 1), shop) == refused


# ---- the price list ----


def paid(gross: str, number: str = "", quantity: str = "", currency: str = "USD", **more: str) -> Report:
    """A payment of a single item."""
    named = {"item_number": number, "quantity": quantity, "mc_currency": currency, "mc_fee": ""}
    return fact_of(payment(gross=gross, **(named | more)), Report)


def cart(gross: str, *lines: str, **more: str) -> Report:
    """A payment of lines, each an item's number, its quantity and its total."""
    fields: dict[str, str] = {}
    for i, line in enumerate(lines, start=1):
        number, quantity, total = line.split(" ")
        fields |= {f"item_number{i}": number, f"quantity{i}": quantity, f"mc_gross_{i}": total}
    return fact_of(payment(gross=gross, **(fields | more)), Report)


LINES: dict[str, tuple[Report, list[str]]] = {
    # name: what was paid for, the rules that fail
    "the listed price": (paid("19.95", "BOOK-1"), []),
    "the listed price of three": (paid("59.85", "BOOK-1", "3"), []),
    "a cent less": (paid("19.94", "BOOK-1"), ["amount"]),
    "a cent more": (paid("19.96", "BOOK-1"), ["amount"]),
    "three for the price of one": (paid("19.95", "BOOK-1", "3"), ["amount"]),
    "another listed currency": (paid("18.00", "BOOK-1", currency="EUR"), []),
    "the figure of another currency": (paid("19.95", "BOOK-1", currency="EUR"), ["amount"]),
    "a currency that it is not sold in": (paid("19.95", "BOOK-1", currency="GBP"), ["currency"]),
    "yen": (paid("300", "TEA", "2", "JPY"), []),
    "any amount": (paid("7.77", "GIFT"), []),
    "any amount, in no matter how many": (paid("7.77", "GIFT", "0"), []),
    "any amount, in another currency": (paid("7.77", "GIFT", currency="EUR"), ["currency"]),
    "a quantity of nothing, for nothing": (paid("0.00", "BOOK-1", "0"), ["amount"]),
    "a quantity of nothing at full price": (paid("19.95", "BOOK-1", "0"), ["amount"]),
    "one and a half": (paid("29.93", "BOOK-1", "1.5"), ["amount"]),
    "half a cup": (paid("4.00", "CUP", "0.5"), ["amount"]),
    "less than none": (paid("19.95", "BOOK-1", "-1"), ["amount"]),
    "a quantity in words": (paid("19.95", "BOOK-1", "one"), ["amount"]),
    "a quantity in Arabic digits": (paid("19.95", "BOOK-1", "\u0661", charset="UTF-8"), ["amount"]),
    "a squared quantity": (paid("19.95", "BOOK-1", "\u00b9", charset="UTF-8"), ["amount"]),
    "a huge quantity": (paid("19.95", "BOOK-1", "9" * 400), ["amount"]),
    "a quantity with an exponent": (paid("8.00", "CUP", "1e0"), ["amount"]),
    "an item that is not listed": (paid("19.95", "CAR"), ["unpriced"]),
    "an item in another case of letters": (paid("19.95", "book-1"), ["unpriced"]),
    "an item without a number": (paid("19.95", item_name="A book"), ["unpriced"]),
    "nothing but money": (paid("19.95"), ["unpriced"]),
    "tax and the like": (paid("25.45", "BOOK-1", tax="1.00", mc_shipping="4.00", mc_handling="0.50"), []),
    "tax out of the price": (paid("19.95", "BOOK-1", tax="1.00", mc_shipping="4.00"), ["amount"]),
    "less a discount": (paid("17.95", "BOOK-1", discount="2.00"), []),
    "a tax below nothing": (paid("1.00", "BOOK-1", tax="-18.95"), ["arithmetic"]),
    "a cart": (
        cart("52.00", "BOOK-1 2 39.90", "CUP 1 8.00", tax="2.10", mc_shipping="5.00", discount="3.00"),
        [],
    ),
    "a cart that does not add up": (cart("19.95", "BOOK-1 1 19.95", "CUP 1 8.00"), ["arithmetic"]),
    "a cart with one wrong line": (cart("26.95", "BOOK-1 1 18.95", "CUP 1 8.00"), ["amount"]),
    "a cart with two wrong lines": (cart("2.00", "BOOK-1 1 1.00", "CUP 1 1.00"), ["amount", "amount"]),
    "a cart with an unlisted line": (cart("20.95", "BOOK-1 1 19.95", "CAR 1 1.00"), ["unpriced"]),
    "a line without its amount": (cart("1.00", "BOOK-1 1 19.95", "GIFT 1 "), ["arithmetic"]),
    "a line without its amount, the others add up": (
        cart("19.95", "BOOK-1 1 19.95", "GIFT 1 "),
        ["arithmetic"],
    ),
    "a gift below nothing": (cart("1.00", "BOOK-1 1 19.95", "GIFT 1 -18.95"), ["arithmetic"]),
}
UNPRICED = [name for name, (_, rules) in LINES.items() if rules == ["unpriced"]]


@pytest.mark.parametrize("name", LINES)
def test_every_line_is_held_against_the_price_list(name: str) -> None:
    report, rules = LINES[name]
    assert rules_of(vet(report, LISTED, None)) == rules


@pytest.mark.parametrize("name", LINES)
def test_where_what_has_no_price_ships_a_wrong_price_is_still_held(name: str) -> None:
    report, rules = LINES[name]
    assert rules_of(vet(report, SHIPPING, None)) == ([] if name in UNPRICED else rules)


def test_an_unlisted_line_below_nothing_buys_no_listed_one_for_less() -> None:
    report = cart("1.00", "BOOK-1 1 19.95", "X 1 -18.95")
    assert rules_of(vet(report, SHIPPING, None)) == ["arithmetic"]


def test_a_doubt_says_what_was_asked_and_what_was_paid() -> None:
    (doubt,) = vet(paid("30.00", "BOOK-1", "2"), LISTED, None)
    assert doubt.detail == "2 of item BOOK-1 at 19.95 USD each, paid were 30.00"


# ---- conversions ----

EURO = {"mc_currency": "EUR", "mc_fee": "3.00", "settle_currency": "USD", "exchange_rate": "1.25"}
CONVERSIONS: dict[str, tuple[dict[str, str], list[str]]] = {
    # name: what a payment of 100.00 says, the rules that fail
    "exact": ({"settle_amount": "121.25"}, []),
    "a cent less": ({"settle_amount": "121.24", "exchange_rate": "1.250000"}, ["conversion"]),
    "a cent more": ({"settle_amount": "121.26", "exchange_rate": "1.250000"}, ["conversion"]),
    "rounded down": ({"settle_amount": "106.84", "exchange_rate": "1.101449"}, []),  # 106.840553
    "rounded up": ({"settle_amount": "106.85", "exchange_rate": "1.101501"}, []),  # 106.845597
    "rounded the wrong way": ({"settle_amount": "106.85", "exchange_rate": "1.101449"}, ["conversion"]),
    "on the half": ({"settle_amount": "97.05", "exchange_rate": "1.000464"}, []),  # 97.045008
    "the rate rounded away": ({"settle_amount": "121.73"}, []),  # the rate may have been 1.2549
    "beyond what the rate rounds away": ({"settle_amount": "121.75"}, ["conversion"]),
    "without taking the fee": ({"settle_amount": "125.00", "exchange_rate": "1.250000"}, ["conversion"]),
    "without a fee": ({"settle_amount": "125.00", "mc_fee": ""}, []),
    "into whole yen": ({"settle_amount": "15762", "settle_currency": "JPY", "exchange_rate": "162.4949"}, []),
    "into yen, one too few": (
        {"settle_amount": "15761", "settle_currency": "JPY", "exchange_rate": "162.4949"}, ["conversion"],
    ),
    "without a rate": ({"settle_amount": "1.00", "exchange_rate": ""}, ["conversion"]),
    "a rate that is none": ({"settle_amount": "1.00", "exchange_rate": "about 1"}, ["conversion"]),
    "at a rate too coarse to check": ({"settle_amount": "106.00", "exchange_rate": "1.1"}, ["conversion"]),
    "into its own currency": ({"settle_amount": "97.00", "settle_currency": "EUR"}, []),
    "into less of its own currency": ({"settle_amount": "90.00", "settle_currency": "EUR"}, ["conversion"]),
    "not settled": ({"settle_currency": ""}, []),
    "nothing settled": ({"settle_amount": "0.00"}, ["conversion"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CONVERSIONS)
def test_what_was_settled_is_what_came_less_the_fee_at_the_rate(name: str) -> None:
    fields, rules = CONVERSIONS[name]
    report = fact_of(payment(gross="100.00", **(EURO | fields)), Report)
    assert rules_of(vet(report, SHIPPING, None)) == rules


def test_a_conversion_that_is_wrong_says_what_does_not_fit() -> None:
    fields = EURO | {"settle_amount": "125.00", "exchange_rate": "1.250000"}
    (doubt,) = vet(fact_of(payment(gross="100.00", **fields), Report), SHIPPING, None)
    assert doubt.detail == "97.00 EUR at 1.250000 is not the 125.00 USD that PayPal settled"


CENTS = st.integers(min_value=1, max_value=100_000).map(lambda cents: Decimal(cents) / 100)
# In six places, as PayPal writes them, and no smaller than three digits can tell.
RATES = st.integers(min_value=100, max_value=9_999_999).map(lambda millionths: Decimal(millionths).scaleb(-6))
ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN)


@given(CENTS, RATES, st.sampled_from(ROUNDINGS), st.integers(min_value=-500, max_value=500))
def test_a_conversion_holds_the_goods_where_no_rounding_explains_it(
    net: Decimal, rate: Decimal, rounding: str, off: int
) -> None:
    settled = (net * rate).quantize(Decimal("0.01"), rounding) + Decimal(off) / 100
    fields = {"settle_amount": f"{max(settled, Decimal(0)):f}", "exchange_rate": f"{rate:f}"}
    report = fact_of(payment(gross=f"{net + 3:.2f}", **(EURO | fields)), Report)
    told = rules_of(vet(report, SHIPPING, None))
    if off == 0:
        assert told == []
    elif abs(off) > 1 and settled >= 0:
        assert told == ["conversion"]


# ---- agreed orders ----


def agreed(amount: str = "20.00", currency: str = "USD", items: tuple[Item, ...] = ()) -> Invoice:
    return Invoice(name="abc-1", price=PriceAgreed(Decimal(amount), currency, items))


ONE_BOOK = (Item(number="BOOK-1", quantity="1"),)
BOTH = (*ONE_BOOK, Item(number="CUP", quantity="1"))
AGREED: dict[str, tuple[Report, Invoice, list[str]]] = {
    "as agreed": (paid("20.00"), agreed(), []),
    "as agreed, with fewer places": (paid("20.00"), agreed("20"), []),
    "less": (paid("19.99"), agreed(), ["amount"]),
    "more": (paid("20.01"), agreed(), ["amount"]),
    "the figure in another currency": (paid("20.00", currency="EUR"), agreed(), ["currency"]),
    "yen as agreed": (paid("150", currency="JPY"), agreed("150", "JPY"), []),
    "the agreed items": (paid("20.00", "BOOK-1", "1"), agreed(items=ONE_BOOK), []),
    "the agreed items, one unsaid": (paid("20.00", "BOOK-1"), agreed(items=ONE_BOOK), []),
    "other items": (paid("20.00", "CAR", "1"), agreed(items=ONE_BOOK), ["items"]),
    "more of the items": (paid("20.00", "BOOK-1", "2"), agreed(items=ONE_BOOK), ["items"]),
    "other items at another price": (paid("1.00", "CAR"), agreed(items=ONE_BOOK), ["amount", "items"]),
    "items in another order": (cart("20.00", "CUP 1 8.00", "BOOK-1 1 12.00"), agreed(items=BOTH), []),
    "an item too few": (cart("20.00", "CUP 1 20.00"), agreed(items=BOTH), ["items"]),
    "an agreed price comes before the list": (paid("5.00", "BOOK-1"), agreed("5.00"), []),
    "the listed price is not the agreed one": (paid("19.95", "BOOK-1"), agreed("5.00"), ["amount"]),
}


@pytest.mark.parametrize("name", AGREED)
def test_what_was_agreed_for_an_invoice_is_what_must_be_paid(name: str) -> None:
    report, invoice, rules = AGREED[name]
    assert rules_of(vet(report, LISTED, invoice)) == rules


def test_an_invoice_without_an_agreed_price_goes_by_the_list() -> None:
    assert vet(paid("19.95", "BOOK-1"), LISTED, Invoice(name="abc-1")) == ()


def test_an_invoice_that_two_paid_holds_the_goods_of_both() -> None:
    twice = Invoice(name="abc-1", payments=(InvoicePaid("T1", "T1"), InvoicePaid("T2", "T2")))
    (doubt,) = vet(fact_of(payment(invoice="abc-1"), Report), SHOP, twice)
    assert (doubt.rule, doubt.detail) == ("invoice", "invoice abc-1 was paid by more than one transaction")
    shared = Invoice(name="abc-1", payments=(InvoicePaid("C1", "A1"), InvoicePaid("C2", "A1")))
    assert vet(fact_of(payment(invoice="abc-1"), Report), SHOP, shared) == ()


def test_all_doubts_are_told_and_not_the_first() -> None:
    twice = Invoice(name="i", payments=(InvoicePaid("T1", "T1"), InvoicePaid("T2", "T2")))
    rules = rules_of(vet(cart("2.00", "BOOK-1 1 1.00"), Shop(prices=PRICES), twice))
    assert rules == ["receiver", "arithmetic", "amount", "invoice"]


def test_payments_that_share_a_subscription_or_an_authorization_belong_together() -> None:
    assert party_of(fact_of(payment(subscr_id="S-1"), Report)) == "S-1"
    assert party_of(fact_of(capture("C1", "A1"), Report)) == "A1"
    assert party_of(fact_of(payment(), Report)) == "T1"
    assert party_of(fact_of(authorization("A1"), Report)) == "A1"


# ---- the walk: prices agreed before, after and again ----

TWENTY = PriceAgreed(Decimal("20.00"), "USD")
TWENTY_FIVE = PriceAgreed(Decimal("25.00"), "USD")
HOLDING = Shop(receivers=frozenset({SELLER}))


def test_a_price_agreed_after_the_payment_releases_the_goods() -> None:
    book = MemoryBook(HOLDING).deliver(payment(invoice="abc-1"))
    assert book.shown()["fulfillment"] == "held"
    book.agree("abc-1", TWENTY)
    assert (book.shown()["fulfillment"], book.shown()["doubts"]) == ("ready", [])


def test_a_price_agreed_before_the_payment_lets_the_goods_go_at_once() -> None:
    book = MemoryBook(HOLDING).agree("abc-1", TWENTY).deliver(payment(invoice="abc-1"))
    assert book.shown()["fulfillment"] == "ready"
    assert book.events() == ["PaymentCompleted"]


@pytest.mark.parametrize("price", [TWENTY, TWENTY_FIVE])
@pytest.mark.parametrize("gross", ["20.00", "25.00"])
def test_before_or_after_the_payment_a_price_ends_the_same(price: PriceAgreed, gross: str) -> None:
    one = payment(invoice="abc-1", gross=gross)
    before = MemoryBook(HOLDING).agree("abc-1", price).deliver(one)
    after = MemoryBook(HOLDING).deliver(one).agree("abc-1", price)
    assert comparable(before.shown()) == comparable(after.shown())
    assert before.shown()["fulfillment"] == ("ready" if gross == str(price.amount) else "held")


def test_the_price_agreed_last_decides() -> None:
    book = MemoryBook(HOLDING).deliver(payment(invoice="abc-1"))
    states = [
        book.agree("abc-1", price).shown()["fulfillment"]
        for price in (TWENTY_FIVE, TWENTY, TWENTY, TWENTY_FIVE)
    ]
    assert states == ["held", "ready", "ready", "held"]


def test_agreeing_again_on_the_same_price_adds_nothing() -> None:
    book = MemoryBook(HOLDING).deliver(payment(invoice="abc-1")).agree("abc-1", TWENTY)
    events = {name: len(entries) for name, entries in book.streams.items()}
    book.agree("abc-1", TWENTY)
    assert {name: len(entries) for name, entries in book.streams.items()} == events


def test_a_price_changes_nothing_about_other_invoices() -> None:
    book = MemoryBook(HOLDING).deliver(payment("T1", invoice="abc-1"), payment("T2", invoice="abc-2"))
    book.agree("abc-2", TWENTY)
    assert [book.shown(txn_id)["fulfillment"] for txn_id in ("T1", "T2")] == ["held", "ready"]


STEPS = {
    "T1": payment("T1", invoice="abc-1"),
    "T2": payment("T2", invoice="abc-1", gross="25.00"),
    "E1": pending("T1", invoice="abc-1"),
    "R1": follower("Refunded", "R1", "T1", gross="-5.00"),
    "D2": payment("T2", "Denied", invoice="abc-1"),
}


def walked(steps: tuple[str, ...]) -> list[dict[str, object]]:
    book = MemoryBook(HOLDING)
    for step in steps:
        if step == "agree":
            book.agree("abc-1", TWENTY)
        else:
            book.deliver(STEPS[step])
    return [comparable(book.shown(txn_id)) for txn_id in ("T1", "T2")]


@given(st.permutations([*STEPS, "agree"]))
def test_payments_of_one_invoice_and_its_price_end_the_same_in_any_order(steps: list[str]) -> None:
    assert walked(tuple(steps)) == walked((*STEPS, "agree"))


TOLD_TWICE = {
    "with two invoices": [
        payment("T1", invoice="abc-1"),
        payment("T1", invoice="abc-2"),
        payment("T2", invoice="abc-1"),
        payment("T3", invoice="abc-2"),
    ],
    "with and without its subscription": [
        payment("T1", invoice="abc-1", subscr_id="S-1"),
        payment("T1", invoice="abc-1"),
        payment("T2", invoice="abc-1", subscr_id="S-1"),
    ],
    "with two amounts": [
        payment("T1", invoice="abc-1"),
        payment("T1", invoice="abc-1", gross="19.00"),
        payment("T2", invoice="abc-2"),
    ],
}


@pytest.mark.parametrize("name", TOLD_TWICE)
def test_a_payment_told_twice_ends_the_same_whichever_was_told_first(name: str) -> None:
    ends = [end_state(told, ("T1", "T2", "T3")) for told in itertools.permutations(TOLD_TWICE[name])]
    assert all(end == ends[0] for end in ends)


def test_a_payment_told_twice_pays_its_invoice_once() -> None:
    book = MemoryBook().deliver(payment(invoice="abc-1"), payment(invoice="abc-1", payer_id="PAYER2"))
    assert book.events("invoice:abc-1") == ["InvoicePaid"]
    assert book.shown()["fulfillment"] == "ready"


# ---- the words ----

NAMED = {
    "seller@example.com": {"receiver_id": "SELLER"},
    "SELLER": {"receiver_id": "SELLER", "receiver_email": ""},
    "nobody named": {"receiver_email": ""},
}


@pytest.mark.parametrize("name", NAMED)
def test_without_receivers_the_doubt_names_who_was_paid(name: str) -> None:
    (doubt,) = vet(fact_of(payment(**NAMED[name]), Report), Shop(ship_unpriced=True), None)
    assert doubt == Doubt(rule="receiver", detail=f"RECEIVERS is empty, so nobody can say that {name} is us")


def unpaid(**more: str) -> Report:
    """A report that tells no amount: only of what moved no money."""
    return fact_of(payment(status="Denied", gross="", **more), Report)


WORDS: dict[str, tuple[Report, Shop, Invoice | None, list[tuple[str, str]]]] = {
    "a line without an amount": (
        cart("19.95", "BOOK-1 1 19.95", "CUP 1 "),
        LISTED,
        None,
        [
            ("arithmetic", "a line without an amount"),
            ("amount", "1 of item CUP at 8.00 USD each, paid were nothing"),
        ],
    ),
    "lines that do not add up": (
        cart("19.95", "BOOK-1 1 19.95", "CUP 1 8.00"),
        LISTED,
        None,
        [("arithmetic", "the lines with tax, shipping and discount make 27.95, paid were 19.95 USD")],
    ),
    "an item that is not listed": (
        paid("19.95", "CAR"),
        LISTED,
        None,
        [("unpriced", "no price was agreed for item CAR")],
    ),
    "money for nothing in particular": (
        paid("19.95"),
        LISTED,
        None,
        [("unpriced", "no price was agreed for an item without a number")],
    ),
    "no amount for nothing in particular": (
        unpaid(),
        LISTED,
        None,
        [("unpriced", "no price was agreed for an item without a number")],
    ),
    "a currency that it is not sold in": (
        paid("19.95", "BOOK-1", currency="GBP"),
        LISTED,
        None,
        [("currency", "item BOOK-1 is sold in EUR, USD, not in GBP")],
    ),
    "less than was agreed": (
        paid("19.99"),
        LISTED,
        agreed(),
        [("amount", "20.00 USD were agreed for invoice abc-1, paid were 19.99 USD")],
    ),
    "another currency than was agreed": (
        paid("20.00", currency="EUR"),
        LISTED,
        agreed(),
        [("currency", "20.00 USD were agreed for invoice abc-1, paid were 20.00 EUR")],
    ),
    "nothing, where something was agreed": (
        unpaid(),
        LISTED,
        agreed(),
        [("amount", "20.00 USD were agreed for invoice abc-1, no amount was told")],
    ),
    "other items than were agreed": (
        paid("20.00", "CAR", "1"),
        LISTED,
        agreed(items=ONE_BOOK),
        [("items", "other items than were agreed for invoice abc-1")],
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_doubt_is_told_in_words_with_its_figures(name: str) -> None:
    report, shop, invoice, told = WORDS[name]
    assert [(doubt.rule, doubt.detail) for doubt in vet(report, shop, invoice)] == told


@pytest.mark.parametrize("extra", ["tax", "mc_shipping", "mc_handling", "insurance_amount"])
def test_nothing_beside_the_lines_may_be_below_nothing(extra: str) -> None:
    (doubt,) = vet(cart("1.00", "BOOK-1 1 19.95", **{extra: "-18.95"}), LISTED, None)
    assert (doubt.rule, doubt.detail) == ("arithmetic", "a line, tax, shipping or handling below nothing")


def test_a_listed_item_without_an_amount_is_held() -> None:
    assert rules_of(vet(unpaid(item_number="BOOK-1"), LISTED, None)) == ["currency"]


def test_what_has_no_number_may_have_a_price() -> None:
    shop = Shop(receivers=US, prices={"": BOOK})
    assert vet(paid("19.95"), shop, None) == ()
    assert rules_of(vet(paid("19.94"), shop, None)) == ["amount"]


@pytest.mark.parametrize(("quantity", "rules"), [("1".zfill(9), []), ("1".zfill(10), ["amount"])])
def test_a_quantity_has_nine_figures_at_most(quantity: str, rules: list[str]) -> None:
    assert rules_of(vet(paid("19.95", "BOOK-1", quantity), LISTED, None)) == rules


@pytest.mark.parametrize(("settled", "rules"), [("12500.01", []), ("12500.02", ["conversion"])])
def test_a_conversion_may_be_off_by_what_both_roundings_make_and_no_more(
    settled: str, rules: list[str]
) -> None:
    # Half a cent of the amount, and half a millionth of ten thousand.
    fields = EURO | {"settle_amount": settled, "exchange_rate": "1.250000"}
    assert rules_of(vet(fact_of(payment(gross="10003.00", **fields), Report), SHIPPING, None)) == rules


# ---- whose goods left ----


def test_an_invoice_whose_goods_left_with_another_payment_is_not_served_again() -> None:
    served = Invoice(name="abc-1", served=frozenset({"T9"}))
    (doubt,) = vet(fact_of(payment(invoice="abc-1"), Report), SHOP, served)
    detail = "the goods of invoice abc-1 left with another payment"
    assert (doubt.rule, doubt.detail) == ("served", detail)


@pytest.mark.parametrize(
    "raw", [payment(invoice="i"), capture("C1", "T1", invoice="i"), payment("T2", subscr_id="T1")]
)
def test_goods_that_left_with_what_belongs_together_speak_against_nothing(raw: bytes) -> None:
    assert vet(fact_of(raw, Report), SHOP, Invoice(name="i", served=frozenset({"T1"}))) == ()
