"""Lifecycles that go on: subscriptions, recurring profiles, billing agreements, Mass Pay."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.playing.aftermath import aftermath
from tests.playing.agreements import OUTSTANDING
from tests.playing.facts import Batch, Cycle, Fact, Own, Payout, Standing
from tests.playing.lives import fallen, waiting
from tests.playing.play import Play

LONG = (
    Cycle(count=2, unit="W"),
    Cycle(count=1, unit="M"),
    Cycle(count=3, unit="M"),
    Cycle(count=1, unit="Y"),
)
# A skipped cycle of a profile is tried again five days later: none is shorter than that.
CYCLES = {"subscription": (Cycle(count=1, unit="D"), *LONG), "profile": LONG, "agreement": (None,)}
RETRY = timedelta(days=5)
WORDS = {"subscription": "subscr_payment", "profile": "recurring_payment", "agreement": "merch_pmt"}


def charge(play: Play, of: Standing, at: datetime, invoice: str = "", next_at: datetime | None = None) -> Own:
    """One charge of a subscription, a profile or an agreement; a profile's names the next date."""
    return Own(
        txn_id=play.name("T"),
        status="Completed",
        gross=of.amount,
        fee=of.amount // 20,
        currency=of.currency,
        txn_type=WORDS[of.kind],
        at=at,
        invoice=invoice,
        agreement=of.name,
        next_at=next_at,
    )


def one_on(at: datetime, of: Standing) -> datetime:
    """One cycle later."""
    assert of.cycle is not None
    return of.cycle.after(at)


def charged(play: Play, one: Own) -> list[Fact]:
    """A charge clears, waits for a bank, is denied, or is undone later."""
    play.clock = max(play.clock, one.at)
    end = play.pick("clears", "clears", "waits", "waits and clears", "denied", "undone")
    if end == "waits":
        return [waiting(one, "echeck")]
    if end == "waits and clears":
        return [waiting(one, "echeck"), one]
    if end == "denied":
        return [fallen(one, "Denied")]
    return [one, *aftermath(play, one)] if end == "undone" else [one]


def standing(play: Play, kind: str, word: str, prefix: str) -> Standing:
    return Standing(
        name=play.name(prefix),
        kind=kind,
        word=word,
        at=play.later(),
        amount=play.between(500, 3000),
        currency=play.pick("USD", "EUR", "JPY"),
        cycle=play.pick(*CYCLES[kind]),
    )


def subscription(play: Play) -> list[Fact]:
    """Signed up, charged for some cycles, changed perhaps, and ended in one of many ways."""
    signup = standing(play, "subscription", "subscr_signup", "S-")
    told: list[Fact] = [signup]
    at, invoice = play.clock, play.invoice()
    for _ in range(play.between(0, 3)):
        told += charged(play, charge(play, signup, at, invoice))
        at = one_on(at, signup)
        if play.seldom():
            told.append(replace(signup, word="subscr_failed", at=signup.at, retry_at=at))
    if play.seldom():
        changed = replace(signup, word="subscr_modify", amount=signup.amount + 100, at=at, next_at=at)
        told.append(play.pick(changed, replace(changed, name=play.name("S-"), replaces=signup.name)))
    play.clock = at
    cancel = replace(signup, word="subscr_cancel", at=at)
    eot = replace(signup, word="subscr_eot", at=None)
    told += play.pick((), (), (cancel,), (cancel, eot), (eot,))
    if play.seldom():
        # Charged beside its end: money like any other.
        told.append(charge(play, signup, one_on(at, signup), invoice))
    return told


def profile(play: Play) -> list[Fact]:
    """Created, with a payment inside or not; paid, skipped, failed; suspended, taken up again, ended."""
    base = standing(play, "profile", "recurring_payment_profile_created", "I-")
    at, invoice = one_on(play.clock, base), play.invoice()
    base = replace(base, state=play.pick("Active", "Active", "Pending"), next_at=at)
    told = created(play, base)
    for _ in range(play.between(0, 3)):
        end = play.pick("paid", "paid", "skipped then paid", "failed")
        due, at = at, one_on(at, base)
        if end == "failed":
            told += [missed(base, "recurring_payment_failed", at, base.amount), *caught_up(play, base, at)]
            continue
        if end != "paid":
            due += RETRY
            told.append(missed(base, "recurring_payment_skipped", due))
        told += charged(play, charge(play, base, due, invoice, next_at=at))
    return [*told, *profile_end(play, base, at)]


def caught_up(play: Play, base: Standing, next_at: datetime) -> list[Fact]:
    """What was left outstanding is collected together with the next cycle, or not."""
    one = charge(play, base, next_at + timedelta(hours=1), next_at=one_on(next_at, base))
    collected = replace(one, txn_type=OUTSTANDING)
    return play.pick([], [collected])


def missed(base: Standing, word: str, next_at: datetime, outstanding: int = 0) -> Standing:
    return replace(base, word=word, state="Active", next_at=next_at, outstanding=outstanding)


def created(play: Play, base: Standing) -> list[Fact]:
    """The creation of a profile; a payment inside it may be told of in a message of its own too."""
    end = play.pick("none", "Completed", "Pending", "Failed")
    if end == "none":
        return [base]
    first = charge(play, base, play.clock, next_at=base.next_at)
    told: list[Fact] = [replace(base, initial=first, initial_status=end)]
    if end == "Failed":
        return told
    # PayPal may speak of it in a message of its own too, which may not name the profile where it has cleared.
    nameless = replace(first, txn_type="express_checkout", agreement="", next_at=None)
    return [*told, *play.pick((), (first,), (nameless if end == "Completed" else first,))]


def profile_end(play: Play, base: Standing, due: datetime) -> list[Fact]:
    play.clock = due
    suspended = replace(
        base,
        word=play.pick(
            "recurring_payment_suspended", "recurring_payment_suspended_due_to_max_failed_payment"
        ),
        state="Suspended",
        next_at=None,
    )
    cancelled = replace(base, word="recurring_payment_profile_cancel", state="Cancelled", next_at=None)
    expired = replace(base, word="recurring_payment_expired", state="Expired", next_at=None)
    end = play.pick("none", "suspended", "taken up again", "suspended, cancelled", "cancelled", "expired")
    if end == "taken up again":
        again = one_on(one_on(due, base), base) if play.chance() else one_on(due, base)
        return [suspended, charge(play, base, again, next_at=one_on(again, base))]
    late = [charge(play, base, due, next_at=one_on(due, base))] if play.chance() else []
    ends: dict[str, list[Fact]] = {
        "none": [],
        "suspended": [suspended],
        "suspended, cancelled": [suspended, cancelled],
        "cancelled": [cancelled, *late],
        "expired": [expired],
    }
    return ends[end]


def agreement(play: Play) -> list[Fact]:
    """A billing agreement, some charges under it, and perhaps its end."""
    signup = standing(play, "agreement", "mp_signup", "B-")
    told: list[Fact] = [signup]
    for _ in range(play.between(0, 2)):
        told += charged(play, charge(play, signup, play.later(), play.invoice()))
    return [*told, replace(signup, word="mp_cancel")] if play.chance() else told


# What may be said of a payout after what was said of it.
FATES = {
    "Pending": ("Pending", "Completed", "Unclaimed", "Failed"),
    "Unclaimed": ("Unclaimed", "Completed", "Returned"),
    "Completed": ("Completed", "Completed", "Reversed"),
    "": ("Completed", "Unclaimed"),
}


def mass_pay(play: Play) -> list[Fact]:
    """A batch of payouts, denied as a whole or sent; then one or two later words about its records."""
    currency, at = play.pick("USD", "EUR", "JPY"), play.later()
    named = play.pick("M", "M", "payout:")
    first = tuple(new_payout(play, named) for _ in range(play.between(1, 3)))
    if play.seldom():
        silent = tuple(replace(one, status="") for one in first)
        return [Batch(status="Denied", currency=currency, at=at, payouts=silent)]
    told: list[Fact] = [Batch(status="Processed", currency=currency, at=at, payouts=first)]
    for _ in range(play.between(0, 2)):
        first = tuple(replace(one, status=play.pick(*FATES.get(one.status, (one.status,)))) for one in first)
        spoken_of = first[play.between(0, len(first) - 1) :]
        told.append(Batch(status="Completed", currency=currency, at=play.later(20), payouts=spoken_of))
    return told


def new_payout(play: Play, named: str) -> Payout:
    unique_id = play.name("U")
    return Payout(
        txn_id=f"{named}{unique_id}",
        unique_id=unique_id,
        status=play.pick("Completed", "Unclaimed", "Pending", "Failed", "Blocked", ""),
        gross=play.between(500, 5000),
        fee=play.between(0, 100),
        receiver=play.pick("one@example.com", "two@example.com"),
    )
