"""Charsets, dates, amounts and words in every form that has been seen, and what cannot be read."""

from datetime import datetime, timedelta
from typing import Any

from tests.making.payments import closing, payer
from tests.making.people import SHOP_FIELDS, SHOP_PARTY, SHOP_RECEIVERS
from tests.making.wire import Fields, Made, Moment, Reading, fact, made, told, txn_id, unmodelled, unreadable

PAID_AT = Moment.of(2026, 9, 9, 17, 50, 58)


def bare(name: str, fields: Fields) -> Fields:
    """A plain payment of ten dollars."""
    person, _ = payer(name)
    return {
        "mc_gross": "10.00", **SHOP_FIELDS, **person, "payment_date": PAID_AT.text,
        "payment_status": "Completed",
        "txn_id": txn_id(name), "txn_type": "web_accept", "mc_fee": "0.59", **closing(name),
    } | fields  # fmt: skip


def plain(name: str, fields: Fields, *, codec: str = "cp1252", simulator: bool = False, **says: Any) -> Made:
    """A plain payment that says something in its own way, and how that is read."""
    _, party = payer(name)
    report = {
        "txn_id": txn_id(name), "kind": "payment", "status": "completed", "txn_type": "web_accept",
        "gross": "10.00 USD", "fee": "0.59 USD", "payer": party, "receiver": SHOP_PARTY,
        "occurred_at": PAID_AT.utc, "reading": 3,
    } | says  # fmt: skip
    wire = {key: value for key, value in bare(name, fields).items() if value or key not in fields}
    reading = told(fact("Report", **report), receivers=SHOP_RECEIVERS)
    return made(name, wire, reading, codec=codec, simulator=simulator)


def aside(name: str, fields: Fields, reading: Reading, tail: bytes = b"") -> Made:
    """A plain payment that is spoilt in one way, and why it is put aside."""
    wire = {key: value for key, value in bare(name, fields).items() if value or key not in fields}
    one = made(name, wire, reading)
    return Made(name=name, body=one.body + tail, reading=reading)


# ---- charsets ----


def written_in(label: str, codec: str, first: str, last: str, item: str, **more: Any) -> Made:
    """A buyer with a name in a charset."""
    name = f"charset-{more.get('called', label or 'absent').lower()}"
    who, party = payer(name)
    fields = {"charset": label, "first_name": first, "last_name": last, "item_name": item, "memo": item}
    named = party | {"name": more.get("reads_name", f"{first} {last}")}
    line = fact("Item", name=more.get("reads_item", item), gross="10.00")
    assert who["payer_id"]
    return plain(name, fields, codec=codec, payer=named, items=[line])


def with_bytes(name: str, label: str, escapes: bytes, read_as: str) -> Made:
    """Bytes that no text in the charset has; each that is lost is shown as lost."""
    one = plain(name, {"charset": label, "custom": "CUSTOM"}, custom=read_as)
    return Made(name=name, body=one.body.replace(b"custom=CUSTOM", b"custom=" + escapes), reading=one.reading)


CHARSETS = [
    written_in("windows-1252", "cp1252", "Jörg", "Müßig", "Füller „Größe M“ — 5 €"),
    written_in("UTF-8", "utf-8", "Łucja", "Żak", "Notatnik 100 % ✓ 日本"),
    written_in("utf-8", "utf-8", "Chloë", "Ångström", "Cahier à spirale", called="utf-8-lower_case"),
    written_in("Shift_JIS", "cp932", "太郎", "山田", "便箋①(髙級)"),
    written_in("gb2312", "gb18030", "小明", "王", "信纸"),
    written_in("KOI8_R", "koi8_r", "Пётр", "Чехов", "Бумага"),
    written_in("", "cp1252", "José", "Peña", "Papel € 5"),
    # Nobody knows this one: read as PayPal's own default, and shown as drift.
    written_in("x-paper", "cp1252", "Zoë", "Quist", "Crayon"),
    with_bytes("charset-windows-1252-holes", "windows-1252", b"a%81b%8Dc%8Fd%90e%9Df", "a�b�c�d�e�f"),
    with_bytes("charset-utf-8-truncated", "UTF-8", b"caf%C3%A9%C3", "café�"),
    with_bytes("charset-nul", "windows-1252", b"a%00b", "a�b"),
]


# ---- dates ----


def dated(name: str, text: str, utc: str | None) -> Made:
    return plain(f"date-{name}", {"payment_date": text}, occurred_at=utc)


def javascript(moment: Moment, hours: int, named: str) -> str:
    """`Sun May 24 2015 14:32:31 GMT-0700 (PDT)`, as a browser says it."""
    wall: datetime = moment.at + timedelta(hours=hours)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    sign = "+" if hours >= 0 else "-"
    return (
        f"{days[wall.weekday()]} {months[wall.month - 1]} {wall.day:02} {wall.year} "
        f"{wall.hour:02}:{wall.minute:02}:{wall.second:02} GMT{sign}{abs(hours):02}00 ({named})"
    )


WINTER, SUMMER = Moment.of(2026, 1, 9, 2, 4, 6), Moment.of(2026, 7, 31, 6, 59, 59)
# An hour apart, at the same wall clock: summer time ended between them.
BEFORE, AFTER = Moment.of(2026, 11, 1, 8, 13, 5), Moment.of(2026, 11, 1, 9, 13, 5)
OF_2015 = Moment.of(2015, 10, 31, 6, 38, 36)
BROWSER = javascript(SUMMER, 1, "ora legale Europa occidentale")
DATES = [
    dated("winter", WINTER.text, WINTER.utc),
    dated("summer", SUMMER.text, SUMMER.utc),
    dated("summer_ends-before", BEFORE.text, BEFORE.utc),
    dated("summer_ends-after", AFTER.text, AFTER.utc),
    dated("year_ends", Moment.of(2027, 1, 1, 7, 59, 59).text, "2027-01-01T07:59:59Z"),
    # Which zone it was is believed even where the calendar says otherwise.
    dated("zone_taken_literally", "12:00:00 Jul 04, 2026 PST", "2026-07-04T20:00:00Z"),
    dated("one_digit", "09:05:07 Mar 4, 2026 PST", "2026-03-04T17:05:07Z"),
    dated("dot", "09:18:38 Dec. 23, 2008 PST", "2008-12-23T17:18:38Z"),
    dated("day_first", f"{OF_2015.clock} 30 {OF_2015.month} 2015 {OF_2015.zone}", OF_2015.utc),
    dated("javascript", javascript(SUMMER, -7, "PDT"), SUMMER.utc),
    dated("javascript-east", BROWSER, SUMMER.utc),
    dated("javascript-plus_lost", BROWSER.replace("+", " "), SUMMER.utc),
    dated("javascript-unnamed", javascript(WINTER, 9, "").replace(" ()", ""), WINTER.utc),
    dated("adaptive", "Thu Dec 06 22:50:00 PST 2012", "2012-12-07T06:50:00Z"),
    dated("adaptive-summer", "Mon Aug 06 22:50:00 PDT 2012", "2012-08-07T05:50:00Z"),
    dated("iso", "2013-04-02T03:00:00Z", "2013-04-02T03:00:00Z"),
    dated("iso-offset", "2013-04-02T03:00:00-09:30", "2013-04-02T12:30:00Z"),
    dated("mangled", "14 => 51 => 55 Feb 14, 2013 PST", None),
    dated("no_such_day", "10:00:00 Feb 30, 2026 PST", None),
    dated("no_such_zone", "10:00:00 Feb 03, 2026 XYZ", None),
    dated("not_applicable", "N/A", None),
    dated("german_month", "10:00:00 Mär 03, 2026 PST", None),
    dated("absent", "", None),
]


# ---- amounts ----


def priced(name: str, gross: str, currency: str, read_as: str, **fields: str) -> Made:
    fee = fields.get("mc_fee", "")
    says: dict[str, Any] = {"gross": f"{read_as} {currency}", "fee": f"{fee} {currency}" if fee else None}
    return plain(
        f"amount-{name}", {"mc_gross": gross, "mc_currency": currency, "mc_fee": fee} | fields, **says
    )


def mispriced(name: str, gross: str, currency: str, why: str, **fields: str) -> Made:
    wire = {"mc_gross": gross, "mc_currency": currency, "mc_fee": ""} | fields
    return aside(f"amount-{name}", wire, unreadable(why))


PLAIN = "is not a plain decimal amount"
AMOUNTS = [
    *(priced(f"{code.lower()}-whole", "1500", code, "1500", mc_fee="59") for code in ("JPY", "HUF", "TWD")),
    *(
        mispriced(f"{code.lower()}-places", "1500.00", code,
        f"mc_gross: '1500.00' has more places than {code} (0)")
        for code in ("JPY", "HUF", "TWD")
    ),
    priced("yen-nothing", "0", "JPY", "0"),
    mispriced("yen-fee_with_places", "1500", "JPY", "mc_fee: '59.50' has more places than JPY (0)",
    mc_fee="59.50"),
    priced("one_place", "3.8", "USD", "3.80"),
    priced("no_places", "7", "EUR", "7.00"),
    priced("nothing", "0.00", "GBP", "0.00"),
    priced("minus_nothing", "-0.00", "GBP", "0.00"),
    priced("a_great_deal", "999999999999.99", "USD", "999999999999.99"),
    priced("leading_zeros", "007.50", "USD", "7.50"),
    plain("amount-dollars_alone", {"mc_gross": "", "mc_fee": "", "mc_currency": "", "payment_gross": "10.00",
                                   "payment_fee": "0.59"}),
    plain("amount-settled", {"mc_currency": "EUR", "settle_amount": "10.19", "settle_currency": "USD",
                             "exchange_rate": "1.083"},
          gross="10.00 EUR", fee="0.59 EUR", settled="10.19 USD", exchange_rate="1.083"),
    plain("amount-settled_in_yen", {"settle_amount": "1529", "settle_currency": "JPY",
    "exchange_rate": "162.4949"},
          settled="1529 JPY", exchange_rate="162.4949"),
    plain("address-confirmed", {
        "address_name": "Anders Holm", "address_street": "Havnegade 8\r\n2. sal", "address_city": "København",
        "address_state": "", "address_zip": "1058", "address_country": "Denmark",
        "address_country_code": "DK", "address_status": "confirmed",
    }, address=fact(
        "Address", name="Anders Holm", street="Havnegade 8\r\n2. sal", city="København", zip="1058",
        country="Denmark", confirmed=True,
    )),
    plain("address-unconfirmed", {"address_zip": "04107", "address_status": "unconfirmed"},
          address={"is": "Address", "zip": "04107", "confirmed": False}),
    # Without an address its status says nothing.
    plain("address-none", {"address_name": " ", "address_status": "confirmed"}),
    mispriced("three_places", "10.005", "USD", f"mc_gross: '10.005' {PLAIN}"),
    mispriced("thousands", "1,000.00", "USD", f"mc_gross: '1,000.00' {PLAIN}"),
    mispriced("comma", "10,00", "EUR", f"mc_gross: '10,00' {PLAIN}"),
    mispriced("exponent", "1e3", "USD", f"mc_gross: '1e3' {PLAIN}"),
    mispriced("plus", "+10.00", "USD", f"mc_gross: '+10.00' {PLAIN}"),
    mispriced("with_its_currency", "USD 2.00", "USD", f"mc_gross: 'USD 2.00' {PLAIN}"),
    mispriced("too_great", "1000000000000.00", "USD", f"mc_gross: '1000000000000.00' {PLAIN}"),
    mispriced("unknown_currency", "10.00", "XAU", "mc_gross: 'XAU' is not a currency that PayPal moves"),
    mispriced("no_currency", "10.00", "", "mc_gross: '' is not a currency that PayPal moves"),
    mispriced("missing", "", "USD", "mc_gross is missing"),
    mispriced("negative", "-10.00", "USD",
    "mc_gross -10.00 is negative, but nothing says that money went back"),
]  # fmt: skip


# ---- words, ids, and fields said twice ----

BRACKETS = b"transaction%5B0%5D.amount=USD+2.00&transaction%5B0%5D.status=Completed"


def adaptive(name: str, kind: str, more: bytes = b"") -> Made:
    fields = {"transaction_type": kind, "status": "COMPLETED", "pay_key": "AP-3DK20881FA7745120",
              "notify_version": "UNVERSIONED", "charset": "windows-1252"}  # fmt: skip
    one = made(f"adaptive-{name}", fields, unmodelled(f"Adaptive Payments: transaction_type '{kind}'"))
    return Made(name=one.name, body=one.body + b"&" * bool(more) + more, reading=one.reading)


WORDS = [
    plain("status-capitals", {"payment_status": "COMPLETED"}),
    plain("status-lower_case", {"payment_status": "completed"}),
    plain("status-in_progress", {"payment_status": "In_Progress", "mc_fee": ""}, status="processed",
    fee=None),
    *(
        aside(f"status-{word.lower()}", {"payment_status": word}, unmodelled(f"payment_status '{word}'"))
        for word in ("Inflight", "Cleared", "Paid", "Active", "Refused", "Rewarded", "Unclaimed", "Uncleared",
                     "Partially-Refunded")
    ),
    aside("status-absent", {"payment_status": ""}, unmodelled("payment_status ''")),
    plain("txn_type-capitals", {"txn_type": "WEB_ACCEPT"}, txn_type="WEB_ACCEPT"),
    aside("txn_type-unknown", {"txn_type": "quantum_pay"}, unmodelled("txn_type 'quantum_pay'")),
    aside("txn_type-payout", {"txn_type": "payout"}, unmodelled("txn_type 'payout', by decision")),
    aside("txn_type-none_and_no_status", {"txn_type": "", "payment_status": ""},
          unmodelled("neither txn_type nor payment_status")),
    aside("entity-unknown", {"transaction_entity": "wish"}, unmodelled("transaction_entity 'wish'")),
    adaptive("pay", "Adaptive Payment PAY"),
    adaptive("pay-brackets_encoded", "Adaptive Payment PAY", BRACKETS),
    adaptive("pay-brackets_bare", "Adaptive Payment PAY", BRACKETS.replace(b"%5B", b"[").replace(b"%5D",
    b"]")),
    adaptive("preapproval", "Adaptive Payment Preapproval"),
    adaptive("adjustment", "Adjustment", b"reason_code=Refund"),
    aside("id-missing", {"txn_id": ""}, unreadable("txn_id is missing")),
    aside("id-none", {"txn_id": "8AB 77"}, unreadable("txn_id '8AB 77' is not an id")),
    aside("twice-amount", {}, unreadable("mc_gross is said more than once, differently"), b"&mc_gross=1.00"),
    aside("twice-receiver", {}, unreadable("receiver_email is said more than once, differently"),
          b"&receiver_email=mallory%40example.com"),
    plain("simulator-encoding", {"notify_version": "2.1", "test_ipn": "", "receipt_ID": "0012-3456-7890-1234",
                                 "item_name": "A thing, of sorts"},
          simulator=True, items=[fact("Item", name="A thing, of sorts", gross="10.00")]),
]  # fmt: skip
FILTERS = {"fraud_management_pending_filters_1": "Maximum Transaction Amount",
           "fraud_management_pending_filters_2": "Unconfirmed Address"}  # fmt: skip
FILTERED = [
    plain("filters-pending", {"payment_status": "Pending", "pending_reason": "address", "mc_fee": "",
    **FILTERS},
          status="pending", pending_reason="address", fee=None),
    plain("filters-accepted", FILTERS),
    plain("filters-denied", {"payment_status": "Denied", "mc_fee": "", **FILTERS}, status="denied", fee=None),
]  # fmt: skip
TWICE_ALIKE = plain("twice-alike", {})
RESENT = plain("resent", {"resend": "true"})
PAIRS = [
    *CHARSETS,
    *DATES,
    *AMOUNTS,
    *WORDS,
    *FILTERED,
    RESENT,
    Made(name=TWICE_ALIKE.name, body=TWICE_ALIKE.body + b"&mc_gross=10.00", reading=TWICE_ALIKE.reading),
]
