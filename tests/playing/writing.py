"""The clerk of a played PayPal: writes each fact as the form body that carries it."""

from datetime import datetime, timedelta

from tests.given import adjustment, authorization, body, capture, case, follower, order, payment
from tests.playing.facts import SELLER, Batch, Case, Conversion, Cycle, Fact, Follower, Own, Standing, text

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WORDS = {"refund": "Refunded", "reversal": "Reversed", "canceled_reversal": "Canceled_Reversal"}
EVERY = {"D": "Daily", "W": "Weekly", "M": "Monthly", "Y": "Yearly"}
PLURAL = {"D": "Days", "W": "Weeks", "M": "Months", "Y": "Years"}


def dated(at: datetime | None) -> str:
    """A date in PayPal's words, always in its winter time; `N/A` where there is none."""
    if at is None:
        return "N/A"
    wall = at - timedelta(hours=8)
    return f"{wall:%H:%M:%S} {MONTHS[wall.month - 1]} {wall:%d, %Y} PST"


def money(coins: int | None, currency: str) -> str:
    return "" if coins is None else text(coins, currency)


def linked(one: Own) -> dict[str, str]:
    """The fields that name what a payment is a cycle of."""
    if one.txn_type == "subscr_payment":
        return {"subscr_id": one.agreement}
    if one.txn_type == "merch_pmt":
        return {"mp_id": one.agreement, "mp_status": "0"}
    if one.agreement:
        return {
            "recurring_payment_id": one.agreement,
            "next_payment_date": dated(one.next_at),
            "profile_status": "Active",
            "amount": money(one.gross, one.currency),
            "currency_code": one.currency,
        }
    return {}


def billed(one: Own) -> dict[str, str]:
    """The invoice, under the name that this kind of payment has for it."""
    if one.txn_type == "invoice_payment":
        return {"invoice_number": one.invoice, "invoice_id": f"INV2-{one.invoice}"}
    return {"rp_invoice_id" if one.txn_type.startswith("recurring_payment") else "invoice": one.invoice}


def lines(one: Own) -> dict[str, str]:
    """A cart of two lines and the postage, which make the gross; a refund repeats them as they were."""
    if one.txn_type != "cart" or one.kind != "payment" or one.source:
        return {}
    return {
        "num_cart_items": "2",
        "item_name1": "A book",
        "item_number1": "BOOK-1",
        "quantity1": "2",
        "mc_gross_1": money(one.gross - 300, one.currency),
        "item_name2": "A map",
        "item_number2": "MAP-1",
        "quantity2": "1",
        "mc_gross_2": money(200, one.currency),
        "mc_shipping": money(100, one.currency),
    }


def converted(one: Conversion | None) -> dict[str, str]:
    """What PayPal turned an amount into, and by which rate."""
    if one is None:
        return {}
    return {
        "settle_amount": money(one.coins, one.currency),
        "settle_currency": one.currency,
        "exchange_rate": str(one.rate),
    }


def own(one: Own) -> bytes:
    more = {
        "txn_type": one.txn_type,
        "mc_currency": one.currency,
        "payment_date": dated(one.at),
        "payer_id": one.payer,
        "receiver_email": one.receiver,
        "mc_fee": money(one.fee, one.currency),
        **linked(one),
        **billed(one),
        **lines(one),
    }
    if one.status == "Pending":
        more["pending_reason"] = one.reason
    more |= converted(one.conversion)
    gross = money(one.gross, one.currency)
    if one.kind == "authorization":
        more["parent_txn_id"] = one.source
        return authorization(one.txn_id, one.status, mc_gross=gross, **more)
    if one.kind == "order":
        del more["mc_fee"]
        more.pop("pending_reason", None)
        return order(one.txn_id, one.status, mc_gross=gross, **more)
    if one.source.startswith("O"):
        return payment(
            one.txn_id, one.status, gross, transaction_entity="payment", parent_txn_id=one.source, **more
        )
    if one.source:
        left = {"remaining_settle": "0", "auth_status": "Completed"} if one.spent else {}
        return capture(one.txn_id, one.source, one.status, gross, **left, **more)
    return payment(one.txn_id, one.status, gross, **more)


def following(one: Follower) -> bytes:
    fee = "payment_fee" if one.kind == "adjustment" and one.currency == "USD" else "mc_fee"
    more = {
        "mc_currency": one.currency,
        "reason_code": one.reason,
        "payment_date": dated(one.at),
        fee: money(one.fee, one.currency),
        **(linked(one.of) | billed(one.of) | lines(one.of) if one.of else {}),
        **converted(one.conversion),
    }
    if one.of and one.of.source.startswith("A"):
        more |= {"auth_id": one.of.source, "auth_status": "Completed", "transaction_entity": "payment"}
    gross = money(one.gross, one.currency)
    if one.kind == "adjustment":
        return adjustment(one.txn_id, one.parent, gross, **more)
    return follower(WORDS[one.kind], one.txn_id, one.parent, gross, **more)


def opened(one: Case) -> bytes:
    return case(one.case_id, one.txn_id, one.stage, case_creation_date=dated(one.at))


def batch(one: Batch) -> bytes:
    fields = {
        "txn_type": "masspay",
        "payment_status": one.status,
        "payment_date": dated(one.at),
        "payer_id": "SELLERID",
        "payer_email": SELLER,
        "charset": "windows-1252",
        "test_ipn": "1",
    }
    for n, record in enumerate(one.payouts, start=1):
        fields |= {
            f"mc_gross_{n}": money(record.gross, one.currency),
            f"mc_fee_{n}": money(record.fee, one.currency),
            f"mc_currency_{n}": one.currency,
            f"receiver_email_{n}": record.receiver,
            f"unique_id_{n}": record.unique_id,
        }
        if record.status:
            fields[f"status_{n}"] = record.status
        if not record.txn_id.startswith("payout:"):
            fields[f"masspay_txn_id_{n}"] = record.txn_id
    return body(**fields)


def cycle_words(cycle: Cycle) -> str:
    return EVERY[cycle.unit] if cycle.count == 1 else f"every {cycle.count} {PLURAL[cycle.unit]}"


def subscription(one: Standing) -> dict[str, str]:
    fields = {"subscr_id": one.name, "receiver_email": SELLER, "mc_currency": one.currency}
    if one.word != "subscr_eot" and one.cycle:
        fields |= {
            "mc_amount3": money(one.amount, one.currency),
            "period3": f"{one.cycle.count} {one.cycle.unit}",
            "recurring": "1",
            "reattempt": "1",
            "subscr_date": dated(one.at),
        }
    if one.retry_at:
        fields["retry_at"] = dated(one.retry_at)
    if one.word == "subscr_modify":
        fields["subscr_effective"] = dated(one.next_at)
    if one.replaces:
        fields["old_subscr_id"] = one.replaces
    return fields


def profile(one: Standing) -> dict[str, str]:
    assert one.cycle is not None
    fields = {
        "recurring_payment_id": one.name,
        "receiver_email": SELLER,
        "currency_code": one.currency,
        "amount": money(one.amount, one.currency),
        "amount_per_cycle": money(one.amount, one.currency),
        "period_type": " Regular",
        "payment_cycle": cycle_words(one.cycle),
        "profile_status": one.state,
        "time_created": dated(one.at),
        "next_payment_date": dated(one.next_at),
        "outstanding_balance": money(one.outstanding, one.currency),
        "initial_payment_amount": money(one.initial.gross if one.initial else 0, one.currency),
    }
    if one.initial_status:
        fields["initial_payment_status"] = one.initial_status
    if one.initial and one.initial_status != "Failed":
        fields["initial_payment_txn_id"] = one.initial.txn_id
    return fields


def agreement(one: Standing) -> dict[str, str]:
    ended = one.word == "mp_cancel"
    return {
        "mp_id": one.name,
        "mp_currency": one.currency,
        "mp_status": "1" if ended else "0",
        "reason_code": "mp_2002" if ended else "mp_2001",
    }


def standing(one: Standing) -> bytes:
    write = {"subscription": subscription, "profile": profile, "agreement": agreement}[one.kind]
    common = {"txn_type": one.word, "payer_id": "PAYER1", "charset": "windows-1252", "test_ipn": "1"}
    return body(**common, **write(one))


def message(fact: Fact) -> bytes:
    """The body that tells this fact."""
    match fact:
        case Own():
            return own(fact)
        case Follower():
            return following(fact)
        case Case():
            return opened(fact)
        case Batch():
            return batch(fact)
        case Standing():
            return standing(fact)


def sent(fact: Fact, times: int) -> bytes:
    """The body as it is sent this time: signed anew, and from the second time on marked as resent."""
    signed = message(fact) + b"&verify_sign=A" + str(times).encode() + b"&ipn_track_id=" + b"%012x" % times
    return signed if times == 0 else signed + b"&resend=true"
