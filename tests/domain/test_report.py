"""A report in full: what it is about, its lines, its extras, and what lingers from earlier messages."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.facts import Address, Extras, Item, Party, Report
from domain.money import Money
from domain.notification import read
from domain.reading import Unmodelled, Unreadable
from domain.vocabulary import Kind, PaymentStatus
from tests.given import authorization, body, capture, fact_of, order, payment, pending


def test_a_report_tells_everything_that_describes_a_payment() -> None:
    raw = payment(
        first_name="Test",
        last_name="User",
        payer_email="buyer@example.com",
        residence_country="US",
        receiver_id="S8XGHLYDW9T3S",
        invoice="abc-1",
        custom="xyz123",
        subscr_id="S-1",
        item_name="A book",
        item_number="BOOK-1",
        quantity="1",
        option_name1="Cover",
        option_selection1="Hard",
        mp_id="B-1",
        next_payment_date="02:00:00 Dec 20, 2026 PST",
        settle_amount="17.20",
        settle_currency="EUR",
        exchange_rate="0.899999",
    )
    assert fact_of(raw, Report) == Report(
        txn_id="T1",
        kind=Kind.PAYMENT,
        status=PaymentStatus.COMPLETED,
        txn_type="web_accept",
        gross=Money.of("20.00", "USD"),
        fee=Money.of("0.88", "USD"),
        settled=Money.of("17.20", "EUR"),
        exchange_rate=Decimal("0.899999"),
        items=(
            Item(
                number="BOOK-1",
                name="A book",
                quantity="1",
                gross=Decimal("20.00"),
                options=(("Cover", "Hard"),),
            ),
        ),
        invoice="abc-1",
        custom="xyz123",
        subscription="S-1",
        payer=Party(id="PAYER1", email="buyer@example.com", name="Test User", country="US"),
        receiver=Party(id="S8XGHLYDW9T3S", email="seller@example.com"),
        occurred_at=datetime(2026, 11, 20, 16, 12, 59, tzinfo=UTC),
        agreement="B-1",
        next_payment_at=datetime(2026, 12, 20, 10, tzinfo=UTC),
        reading=3,
    )


KINDS = {
    # name: body, kind
    "money": (payment(transaction_entity="payment"), Kind.PAYMENT),
    "money of old": (payment(), Kind.PAYMENT),
    "an authorization": (authorization(), Kind.AUTHORIZATION),
    "an authorization that is used up": (authorization(status="Completed"), Kind.AUTHORIZATION),
    "an authorization renewed": (authorization(transaction_entity="reauth"), Kind.AUTHORIZATION),
    "an entity in capitals": (authorization(transaction_entity="Auth"), Kind.AUTHORIZATION),
    "an authorization of old": (pending(reason="authorization"), Kind.AUTHORIZATION),
    "an id that is its own auth_id": (payment("A1", auth_id="A1"), Kind.AUTHORIZATION),
    "a capture": (capture("C1"), Kind.PAYMENT),
    "a capture of old": (capture("C1", transaction_entity=""), Kind.PAYMENT),
    "an order": (order(), Kind.ORDER),
    "an order of old": (pending("7AB", reason="order"), Kind.ORDER),
    "an order by its id": (payment("O-7AB", "Completed"), Kind.ORDER),
    "a capture with a lingering reason": (
        capture("C1", pending_reason="authorization", transaction_entity=""),
        Kind.PAYMENT,
    ),
    "voided, of nobody knows what": (payment(status="Voided"), None),
    "expired, of nobody knows what": (payment(status="Expired"), None),
    "voided, with an entity": (payment(status="Voided", transaction_entity="payment"), Kind.PAYMENT),
    "denied": (payment(status="Denied"), Kind.PAYMENT),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_report_is_about_money_or_a_promise_of_it(name: str) -> None:
    raw, kind = KINDS[name]
    assert fact_of(raw, Report).kind is kind


def test_a_pending_reason_counts_only_while_the_payment_is_pending() -> None:
    assert fact_of(pending(reason="multi-currency"), Report).pending_reason == "multi_currency"
    assert fact_of(payment(pending_reason="echeck"), Report).pending_reason is None
    assert fact_of(pending(reason="None"), Report).pending_reason is None


@pytest.mark.parametrize("status", ["Denied", "Failed", "Voided", "Expired", "Declined"])
def test_where_no_money_moves_no_amount_is_needed(status: str) -> None:
    assert fact_of(payment(status=status, gross=""), Report).gross is None


@pytest.mark.parametrize("status", ["Completed", "Pending", "Processed", "Created"])
def test_where_money_moves_an_amount_is_needed(status: str) -> None:
    with pytest.raises(Unreadable, match="mc_gross is missing"):
        fact_of(payment(status=status, gross=""), Report)


LINES = {
    # name: fields, the lines as (number, name, quantity, gross)
    "nothing but money": ({}, []),
    "a single item": (
        {"item_name": "Tea", "item_number": "T", "quantity": "2"},
        [("T", "Tea", "2", "20.00")],
    ),
    "a single item without a number": ({"item_name": "Tea"}, [(None, "Tea", None, "20.00")]),
    "a single item with extras": (
        {
            "item_number": "T",
            "tax": "1.00",
            "mc_shipping": "2.00",
            "mc_handling": "0.50",
            "insurance_amount": "0.25",
            "discount": "3.00",
            "shipping_discount": "0.75",
        },
        [("T", None, None, "20.00")],
    ),
    "shipping said twice, as PayPal does": (
        {"item_number": "T", "mc_shipping": "2.00", "shipping": "2.00", "handling_amount": "1.00"},
        [("T", None, None, "17.00")],
    ),
    "a cart": (
        {
            "num_cart_items": "2",
            "item_name1": "Tea",
            "item_number1": "T",
            "quantity1": "2",
            "mc_gross_1": "12.00",
            "item_name2": "Cup",
            "mc_gross_2": "8.00",
        },
        [("T", "Tea", "2", "12.00"), (None, "Cup", None, "8.00")],
    ),
    "a simulator's cart": (
        {"item_name1": "Tea", "item_number1": "T", "quantity1": "1", "mc_gross1": "9.34"},
        [("T", "Tea", "1", "9.34")],
    ),
    "a cart whose lines have only amounts": (
        {"mc_gross_1": "12.00", "mc_gross_2": "8.00"},
        [(None, None, None, "12.00"), (None, None, None, "8.00")],
    ),
    "a cart is not a single item too": (
        {"item_number": "X", "item_number1": "T", "mc_gross_1": "20.00"},
        [("T", None, None, "20.00")],
    ),
    "a line without an amount": ({"item_number1": "T"}, [("T", None, None, None)]),
    "a line with an amount that is none": (
        {"item_number1": "T", "mc_gross_1": "1e3"},
        [("T", None, None, None)],
    ),
    "a cart ends where a number is left out": (
        {"item_number1": "T", "mc_gross_1": "20.00", "item_number3": "U", "mc_gross_3": "5.00"},
        [("T", None, None, "20.00")],
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_a_payments_lines_are_read_with_their_totals(name: str) -> None:
    fields, lines = LINES[name]
    items = fact_of(payment(**fields), Report).items
    assert [(i.number, i.name, i.quantity, None if i.gross is None else str(i.gross)) for i in items] == lines


OPTIONS = {
    # name: fields, the choices line by line
    "one line": (
        {"item_number": "T", "option_name1": "Size", "option_selection1": "XL"},
        [(("Size", "XL"),)],
    ),
    "two choices, in the order of the button": (
        {
            "item_number": "T",
            "option_selection2": "Red",
            "option_name2": "Colour",
            "option_name1": "Size",
            "option_selection1": "XL",
        },
        [(("Size", "XL"), ("Colour", "Red"))],
    ),
    "the first of a button": (
        {"item_number": "T", "option_name0": "Size", "option_selection0": "XL"},
        [(("Size", "XL"),)],
    ),
    "a cart, line by line": (
        {
            "item_number1": "T",
            "mc_gross_1": "12.00",
            "option_name1_1": "Size",
            "option_selection1_1": "XL",
            "item_number2": "U",
            "mc_gross_2": "8.00",
            "option_name1_2": "Engraving",
            "option_selection1_2": "Für Jörg",
            "option_name2_2": "Wrap",
            "option_selection2_2": "No",
        },
        [(("Size", "XL"),), (("Engraving", "Für Jörg"), ("Wrap", "No"))],
    ),
    "a choice without a name": ({"item_number": "T", "option_selection1": "XL"}, [(("", "XL"),)]),
    "a question without an answer": ({"item_number": "T", "option_name1": "Size"}, [(("Size", ""),)]),
    "none": ({"item_number": "T"}, [()]),
    "of no line": ({"option_name1": "Size", "option_selection1": "XL"}, []),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_what_the_buyer_chose_of_each_line_is_kept(name: str) -> None:
    fields, chosen = OPTIONS[name]
    items = fact_of(payment(**fields, charset="UTF-8"), Report).items
    assert [item.options for item in items] == chosen


def test_a_choice_is_cut_where_a_button_would_cut_it() -> None:
    raw = payment(item_number="T", option_name1="n" * 300, option_selection1="s" * 300)
    assert fact_of(raw, Report).items[0].options == (("n" * 200, "s" * 200),)


def test_a_payment_that_refers_to_an_agreement_names_it() -> None:
    assert fact_of(payment(txn_type="merch_pmt", mp_id="B-7"), Report).agreement == "B-7"


def test_what_is_no_subscriptions_id_does_not_stop_the_money_that_names_it() -> None:
    told = fact_of(payment(subscr_id="x" * 65, recurring_payment_id="I 1", mp_id="B\n7"), Report)
    assert (told.subscription, told.agreement) == (None, None)


def test_an_invoice_of_paypals_goes_by_the_number_that_the_shop_gave_it() -> None:
    of_paypal = {"txn_type": "invoice_payment", "invoice_id": "INV2-AB12", "invoice_number": "0042"}
    assert fact_of(payment(**of_paypal), Report).invoice == "0042"
    assert fact_of(payment(**of_paypal, invoice="shop-1"), Report).invoice == "shop-1"


def test_extras_are_what_the_gross_contains_beside_its_lines() -> None:
    raw = payment(
        tax="1.00",
        mc_shipping="2.00",
        mc_handling="0.50",
        insurance_amount="0.25",
        discount="-3.00",
        shipping_discount="0.75",
    )
    extras = fact_of(raw, Report).extras
    assert extras == Extras(
        tax=Decimal("1.00"),
        shipping=Decimal("2.00"),
        handling=Decimal("0.50"),
        insurance=Decimal("0.25"),
        discount=Decimal("3.75"),
    )
    assert extras.sum == Decimal("0.00")


def test_a_whole_yen_cart_has_whole_lines() -> None:
    raw = payment(gross="150", mc_currency="JPY", mc_fee="43", tax="0", item_name1="Tea", mc_gross_1="150")
    report = fact_of(raw, Report)
    assert (str(report.gross), str(report.fee), str(report.items[0].gross)) == ("150", "43", "150")


def test_a_capture_tells_where_it_comes_from_and_what_is_left() -> None:
    report = fact_of(capture("C1", "A1", auth_status="In_Progress", remaining_settle="9"), Report)
    assert (report.parent_txn_id, report.auth_id, report.auth_status) == ("A1", "A1", "in_progress")
    assert report.captures_left == 9


@pytest.mark.parametrize("value", ["", "-1", "9.5", "many", "99999", "\u0669", "²"])
def test_a_count_that_is_none_is_not_guessed_at(value: str) -> None:
    assert fact_of(capture("C1", remaining_settle=value), Report).captures_left is None


@pytest.mark.parametrize(
    ("value", "rate"),
    [("1.2345", "1.2345"), ("110", "110"), ("", None), ("1e3", None), ("1.2.3", None), ("9" * 30, None)],
)
def test_an_exchange_rate_is_plain_or_none(value: str, rate: str | None) -> None:
    assert fact_of(payment(exchange_rate=value), Report).exchange_rate == (rate and Decimal(rate))


def test_a_buyer_without_a_name_goes_by_the_business() -> None:
    assert fact_of(payment(payer_business_name="ACME"), Report).payer.name == "ACME"
    assert fact_of(payment(last_name="User", payer_business_name="ACME"), Report).payer.name == "User"
    assert fact_of(payment(), Report).payer.name is None


def test_the_address_in_the_button_stands_in_for_the_accounts() -> None:
    raw = payment(receiver_email="", business="shop@example.com")
    assert fact_of(raw, Report).receiver.email == "shop@example.com"


def test_a_profile_is_a_subscription_and_its_invoice_an_invoice() -> None:
    report = fact_of(payment(recurring_payment_id="I-1", rp_invoice_id="cycle-3"), Report)
    assert (report.subscription, report.invoice) == ("I-1", "cycle-3")


def test_an_old_message_in_dollars_alone_is_money() -> None:
    raw = body(txn_id="T1", txn_type="web_accept", payment_status="Completed", payment_gross="9.99")
    assert fact_of(raw, Report).gross == Money.of("9.99", "USD")


def test_an_entity_of_tomorrow_is_no_money() -> None:
    with pytest.raises(Unmodelled, match="transaction_entity 'wish'"):
        read(payment(transaction_entity="wish"), 1)


# ---- where goods go, and until when an authorization can be captured ----

LIVES = {
    "address_name": "Test User", "address_street": "1 Main St\r\nApt 2", "address_city": "San Jose",
    "address_state": "CA", "address_zip": "95131", "address_country": "United States",
    "address_status": "confirmed",
}  # fmt: skip


def test_the_address_is_read_as_it_was_told() -> None:
    assert fact_of(payment(**LIVES), Report).address == Address(
        name="Test User",
        street="1 Main St\r\nApt 2",
        city="San Jose",
        state="CA",
        zip="95131",
        country="United States",
        confirmed=True,
    )


@pytest.mark.parametrize(
    ("told", "confirmed"),
    [("confirmed", True), ("Unconfirmed", False), ("", None), ("perhaps", None)],
)
def test_whether_the_address_is_confirmed_may_not_be_told(told: str, *, confirmed: bool | None) -> None:
    address = fact_of(payment(**LIVES | {"address_status": told}), Report).address
    assert address is not None
    assert address.confirmed is confirmed


def test_a_buyer_who_gave_no_address_has_none() -> None:
    assert fact_of(payment(), Report).address is None
    assert fact_of(payment(address_status="unconfirmed"), Report).address is None
    only = fact_of(payment(address_country="Germany"), Report).address
    assert only == Address(country="Germany")


def test_an_authorization_tells_until_when_it_can_be_captured() -> None:
    told = fact_of(authorization(auth_exp="08:12:59 Dec 20, 2026 PST"), Report).expires_at
    assert told == datetime(2026, 12, 20, 16, 12, 59, tzinfo=UTC)
    assert fact_of(authorization(), Report).expires_at is None
