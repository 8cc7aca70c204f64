"""Bodies of our own in every shape, and dates in every form."""

from tests.given import (
    SELLER,
    adjustment,
    authorization,
    body,
    capture,
    case,
    follower,
    order,
    payment,
    pending,
)

DATES = (
    "23:04:06 Feb 02, 2009 PST",
    "09:18:38 Dec. 14, 2008 PDT",
    "23:38:36 30 Oct 2015 PDT",
    "Thu Dec 06 22:50:00 PST 2012",
    "Tue Jun 16 2015 10:20:30 GMT+0200 (CEST)",
    "Tue Jun 16 2015 10:20:30 GMT 0530",
    "2013-04-02T03:00:00-09:30",
    "2013-04-02T03:00:00Z",
    "N/A",
    "23:59:59 Dec 31, 9999 PST",
    "00:00:00 Jan 01, 0001 GMT",
    "12:00:00 Feb 29, 2025 PDT",
)
_SIGNUP = body(
    txn_type="subscr_signup", subscr_id="S-1", mc_amount3="9.99", mc_currency="USD", period3="1 M",
    subscr_date=DATES[0], recurring="1", receiver_email=SELLER, amount1="0.00", period1="7 D",
)  # fmt: skip
_PROFILE = body(
    txn_type="recurring_payment_profile_created", recurring_payment_id="I-1", profile_status="Active",
    initial_payment_status="Completed", initial_payment_txn_id="T9", initial_payment_amount="1.00",
    currency_code="USD", time_created=DATES[0], next_payment_date="02:00:00 Mar 02, 2009 PST",
    payment_cycle="Monthly", amount="1.00", receiver_email=SELLER,
)  # fmt: skip
_PAYOUTS = body(
    txn_type="masspay", payment_status="Completed", payer_email=SELLER, payment_date=DATES[0],
    masspay_txn_id_1="M1", unique_id_1="u-1", status_1="Completed", mc_gross_1="5.00", mc_fee_1="0.10",
    mc_currency_1="USD", receiver_email_1="a@example.com", unique_id_2="u-2", status_2="Blocked",
    mc_gross_2="7", mc_currency_2="JPY", receiver_email_2="b@example.com",
)  # fmt: skip
_CART = payment(
    txn_type="cart", num_cart_items="2", item_name1="A book", item_number1="BOOK-1", quantity1="2",
    mc_gross_1="12.00", option_name1_1="cover", option_selection1_1="soft", item_name2="A pen",
    mc_gross_2="5.00", tax="1.00", mc_shipping="2.00", discount="0.00", settle_amount="17.50",
    settle_currency="EUR", exchange_rate="0.912345", mc_handling="0.00",
)  # fmt: skip

_IN_CHARSETS = (
    b"charset=windows-1252&first_name=J%F6rg&memo=%80%81",
    b"charset=UTF-8&first_name=%E6%9D%8E&memo=%FF%FE",
    b"charset=Shift_JIS&first_name=%8ER%93c&memo=%FC%FC",
    b"charset=gb2312&first_name=%C0%EE&memo=%96%7C",
    b"first_name=%E9%D7%C1%CE&charset=KOI8_R&charset=big5",
    b"charset=klingon&a=%u010D&b=%4&=&&c&d=%00&a+b=c%2Bd",
)
BODIES = (
    payment(),
    pending(),
    pending(reason="multi_currency", mc_currency="JPY", mc_gross="150"),
    _CART,
    follower("Refunded", "R1", gross="-5.00", mc_fee="-0.22"),
    follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88", reason_code="chargeback"),
    follower("Canceled_Reversal", "W1", gross="19.12"),
    adjustment("X1", "V1"),
    case(),
    order(),
    authorization(parent_txn_id="O-1"),
    capture("C1"),
    payment("T2", txn_type="subscr_payment", subscr_id="S-1", custom="c", invoice="i"),
    payment("T3", txn_type="recurring_payment", recurring_payment_id="I-1", rp_invoice_id="r"),
    payment("T4", txn_type="merch_pmt", mp_id="B-1"),
    body(txn_type="mp_signup", mp_id="B-1", mp_status="0", reason_code="mp_2001", payer_id="P"),
    body(txn_type="mp_cancel", mp_id="B-1", mp_status="1", reason_code="mp_2002", payer_id="P"),
    body(txn_type="recurring_payment_skipped", recurring_payment_id="I-1", outstanding_balance="1.00"),
    body(txn_type="subscr_cancel", subscr_id="S-1", subscr_date=DATES[0]),
    body(txn_type="subscr_failed", subscr_id="S-1", retry_at=DATES[0]),
    body(txn_type="subscr_eot", subscr_id="S-1"),
    body(txn_type="subscr_modify", subscr_id="S-2", old_subscr_id="S-1", subscr_effective=DATES[0]),
    _SIGNUP,
    _PROFILE,
    _PAYOUTS,
    b"transaction%5B0%5D.amount=USD+2.00&transaction_type=Adaptive+Payment+PAY&status=COMPLETED&charset=UTF-8",
    *_IN_CHARSETS,
)
