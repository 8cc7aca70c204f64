"""Lifecycles of single payments, authorizations and orders, from the first message to the last."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from tests.playing.aftermath import aftermath, given_back, held_net, pulled_back, refund
from tests.playing.facts import PLACES, Conversion, Fact, Follower, Own
from tests.playing.play import Play

TYPES = (
    "web_accept",
    "cart",
    "express_checkout",
    "pro_hosted",
    "virtual_terminal",
    "send_money",
    "invoice_payment",
)


def paid(play: Play) -> Own:
    """A payment that has cleared."""
    gross = play.between(1000, 9000)
    return Own(
        txn_id=play.name("T"),
        status="Completed",
        gross=gross,
        fee=play.pick(gross // 20, 1),
        currency=play.pick("USD", "USD", "EUR", "JPY"),
        txn_type=play.pick(*TYPES),
        at=play.later(),
        invoice=play.invoice(),
        payer=play.payer(),
    )


def waiting(one: Own, reason: str, *, fee: bool = False) -> Own:
    """What was heard of this payment while it waited."""
    return replace(one, status="Pending", reason=reason, fee=one.fee if fee else None, conversion=None)


def fallen(one: Own, status: str) -> Own:
    """The same payment, come to nothing."""
    return replace(one, status=status, fee=None, conversion=None)


def instant(play: Play) -> list[Fact]:
    one = paid(play)
    return [one, *aftermath(play, one)]


def on_its_way(play: Play) -> list[Fact]:
    """A payment that is begun, then clears, or is declined, or stays on its way."""
    one = paid(play)
    begun: list[Fact] = [fallen(one, play.pick("Created", "Processed", "In-Progress"))]
    end = play.pick("stays", "declined", "clears")
    if end == "stays":
        return begun
    return [*begun, *([one, *aftermath(play, one)] if end == "clears" else [fallen(one, "Declined")])]


def echeck(play: Play) -> list[Fact]:
    one = paid(play)
    end = play.pick("Completed", "Completed", "Failed", "Denied")
    if end != "Completed":
        return [waiting(one, "echeck"), fallen(one, end)]
    return [waiting(one, "echeck"), one, *aftermath(play, one)]


def review(play: Play) -> list[Fact]:
    """Reviewed, perhaps cleared by a bank after that; a rejected one may end in a reversal, not in Denied."""
    one = paid(play)
    heard: list[Fact] = [waiting(one, play.pick("paymentreview", "payment-review"), fee=True)]
    if play.chance():
        heard.append(waiting(one, "echeck"))
    end = play.pick("Completed", "Denied", "Reversed", "reversed under its own id")
    if end == "Denied":
        return [*heard, fallen(one, "Denied")]
    if end == "Completed":
        return [*heard, one, *aftermath(play, one)]
    rejected = pulled_back(play, one, one.gross)
    # A reversal under the payment's own id names no parent.
    return [*heard, rejected if end == "Reversed" else replace(rejected, txn_id=one.txn_id, parent="")]


def filtered(play: Play) -> list[Fact]:
    """Held by the merchant's own filters, then accepted or denied."""
    one = paid(play)
    if play.chance():
        return [waiting(one, "address"), fallen(one, "Denied")]
    return [waiting(one, "address"), one, *aftermath(play, one)]


def unilateral(play: Play) -> list[Fact]:
    """Sent to an address that is not confirmed: claimed, sent back, or still lying there."""
    one = paid(play)
    end = play.pick("claimed", "sent back", "still there")
    heard: list[Fact] = [waiting(one, "unilateral")]
    if end == "claimed":
        return [*heard, one, *aftermath(play, one)]
    if end == "still there":
        return heard
    back = refund(play, one, one.gross)
    # What is sent back may come under an id of its own or under the payment's.
    return [*heard, back if play.chance() else replace(back, txn_id=one.txn_id, parent="")]


def multi_currency(play: Play) -> list[Fact]:
    """In a currency without a balance: converted, accepted into a new balance, or denied."""
    one = replace(paid(play), currency=play.pick("GBP", "JPY"))
    end = play.pick("converted", "accepted", "denied", "still there")
    heard: list[Fact] = [waiting(one, play.pick("multi_currency", "multi-currency"))]
    if end == "denied":
        return [*heard, fallen(one, "Denied")]
    if end == "still there":
        return heard
    if end == "converted":
        one = converted(play, one)
    return [*heard, one, *aftermath(play, one)]


def converted(play: Play, one: Own) -> Own:
    """The payment as PayPal turned it into dollars."""
    rate = Decimal(play.between(500_000, 1_900_000)).scaleb(-6 if one.currency != "JPY" else -8)
    net = Decimal(one.gross - (one.fee or 0)).scaleb(-PLACES[one.currency])
    coins = int((net * rate * 100).to_integral_value(ROUND_HALF_UP))
    wrong = 100 if play.seldom() else 0
    return replace(
        one, conversion=Conversion(coins=coins + wrong, currency="USD", rate=rate, right=not wrong)
    )


def contradiction(play: Play) -> list[Fact]:
    """Completed and something that excludes it, under one id: PayPal never should, a person must look."""
    one = paid(play)
    return [one, fallen(one, play.pick("Denied", "Failed")), *aftermath(play, one)]


def unheard(play: Play) -> list[Fact]:
    """Followers of a payment from before the shop listened: they wait for what will never come."""
    return [one for one in aftermath(play, paid(play)) if isinstance(one, Follower)]


def returned_only(play: Play) -> list[Fact]:
    """A canceled reversal of which the reversal is never heard."""
    one = paid(play)
    return [one, given_back(play, pulled_back(play, one, one.gross))]


def trials(play: Play) -> list[Fact]:
    """Money pulled back, whole, in part or net of fee, and given back on trial, more than once."""
    one = paid(play)
    told: list[Fact] = [one]
    for _ in range(play.between(1, 3)):
        part = play.pick(1, 4, 0)
        hold = pulled_back(play, one, one.gross // part) if part else held_net(play, one)
        told += [hold, given_back(play, hold)]
    return told if play.chance() else told[:-1]


def stranger(play: Play) -> list[Fact]:
    """A payment to somebody else."""
    return [replace(paid(play), receiver="mallory@example.com")]


def authorized(play: Play) -> list[Fact]:
    """An order or an authorization, captured, voided or expired; in part, or altogether."""
    name, gross = play.name, play.between(1000, 9000)
    base = replace(paid(play), gross=gross, fee=None, status="Pending", at=play.later())
    placed = replace(base, txn_id=name("O-"), kind="order", reason="order")
    heard: list[Fact] = [placed] if (ordered := play.chance()) else []
    if ordered and play.chance():
        whole = captured(play, placed, gross)
        return [*heard, whole, *aftermath(play, whole)]
    hold = replace(
        base,
        txn_id=name("A"),
        kind="authorization",
        reason="authorization",
        source=placed.txn_id if ordered else "",
    )
    heard += [hold, *captures(play, hold)]
    return heard + ([fallen(placed, play.pick("Voided", "Expired"))] if ordered and play.chance() else [])


def captures(play: Play, hold: Own) -> list[Fact]:
    """What becomes of an authorization."""
    end = play.pick("voided", "expired", "denied", "captured", "in parts", "in parts and spent", "left alone")
    if end == "denied":
        return [replace(hold, reason="paymentreview"), fallen(hold, "Denied")]
    if end == "captured":
        whole = captured(play, hold, hold.gross)
        # That an authorization is used up is told of itself, or only by its captures.
        return [whole, *play.pick([], [fallen(hold, "Completed")]), *aftermath(play, whole)]
    heard: list[Fact] = []
    if end.startswith("in parts"):
        for part in range(play.between(1, 2)):
            one = captured(play, hold, hold.gross // (3 + part))
            heard += capture_told(play, one)
        if end == "in parts and spent":
            last = captured(play, hold, hold.gross // 6)
            return [*heard, replace(last, spent=True), *play.pick([], [fallen(hold, "Completed")])]
        end = play.pick("voided", "expired", "left alone")
    return heard if end == "left alone" else [*heard, fallen(hold, end.capitalize())]


def captured(play: Play, source: Own, gross: int) -> Own:
    """A completed capture of an authorization or an order."""
    return replace(
        source,
        txn_id=play.name("C"),
        kind="payment",
        status="Completed",
        reason="",
        gross=gross,
        fee=gross // 20,
        source=source.txn_id,
        at=play.later(),
    )


def capture_told(play: Play, one: Own) -> list[Fact]:
    """A capture clears at once, waits first, or is denied."""
    end = play.pick("at once", "waits", "waits and clears", "denied")
    if end == "denied":
        return [waiting(one, "multi_currency"), fallen(one, "Denied")]
    if end == "waits":
        return [waiting(one, "multi_currency")]
    return [one] if end == "at once" else [waiting(one, "multi_currency"), one]
