"""What subscriptions, recurring profiles and billing agreements should come to, told from the facts alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tests.playing.facts import Cycle, Fact, Own, Standing, dated, text

CANCELLED = {"subscr_cancel", "recurring_payment_profile_cancel", "mp_cancel"}
FAILED = {"subscr_failed", "recurring_payment_failed"}
SKIPPED = {"recurring_payment_skipped"}
SUSPENDED = {"recurring_payment_suspended", "recurring_payment_suspended_due_to_max_failed_payment"}
BEGUN = {"subscr_signup", "subscr_modify", "recurring_payment_profile_created", "mp_signup"}
OUTSTANDING = "recurring_payment_outstanding_payment"
WEEK = timedelta(days=7)
CYCLE_LADDER = ("Pending", "Denied", "Completed")


@dataclass
class Heard:
    """Everything that PayPal told about one subscription, and the payments that name it."""

    standing: list[Standing] = field(default_factory=list)
    payments: defaultdict[str, list[Own]] = field(default_factory=lambda: defaultdict(list))

    def words(self, among: set[str]) -> list[Standing]:
        return [one for one in self.standing if one.word in among]

    @property
    def cycle(self) -> Cycle | None:
        return next((one.cycle for one in self.standing if one.cycle), None)

    def paid(self) -> list[Own]:
        """The payments that cleared."""
        return [one for told in self.payments.values() for one in told if one.status == "Completed"]


def by_name(facts: Iterable[Fact]) -> dict[str, Heard]:
    heard: defaultdict[str, Heard] = defaultdict(Heard)
    for one in facts:
        if isinstance(one, Own) and one.agreement:
            heard[one.agreement].payments[one.txn_id].append(one)
        elif isinstance(one, Standing):
            heard[one.name].standing.append(one)
            if one.initial and one.initial_status != "Failed":
                told = replace(one.initial, status=one.initial_status, fee=None)
                heard[one.name].payments[told.txn_id].append(told)
    return heard


def next_due(one: Own, cycle: Cycle | None) -> datetime | None:
    """Until when a payment pays: the next date that PayPal named, else one cycle on."""
    if one.next_at:
        return one.next_at
    return cycle.after(one.at) if cycle else None


def went_on(heard: Heard) -> bool:
    """Whether a payment came a week (or a shorter cycle) after the latest date that PayPal had named."""
    if heard.cycle is None:
        return False
    charges = [one for told in heard.payments.values() for one in told]
    named = [at for one in charges if (at := next_due(one, heard.cycle))]
    named += [one.next_at for one in heard.standing if one.next_at]
    for one in heard.paid():
        due = max((at for at in named if at <= one.at), default=None)
        if due and one.at >= min(heard.cycle.after(due), due + WEEK):
            return True
    return False


def status(heard: Heard) -> str:
    pending = {one.state for one in heard.standing} == {"Pending"}
    holds = {
        "ended": heard.words({"subscr_eot"}),
        "expired": heard.words({"recurring_payment_expired"}),
        "cancelled": heard.words(CANCELLED),
        "suspended": heard.words(SUSPENDED) and not went_on(heard),
        "active": heard.paid() or (heard.words(BEGUN) and not pending),
        "pending": pending,
        "awaited": True,
    }
    return next(name for name, does in holds.items() if does)


def payment_rows(heard: Heard) -> set[tuple[str, str, str, str]]:
    rows = set()
    for txn_id, told in heard.payments.items():
        highest = max((one.status for one in told), key=CYCLE_LADDER.index)
        rows.add((txn_id, highest.lower(), text(told[0].gross, told[0].currency), told[0].currency))
    return rows


def subscriptions(facts: Iterable[Fact]) -> dict[str, dict[str, Any]]:
    """Each subscription, profile and agreement as it should be shown."""
    return {name: shown(heard) for name, heard in by_name(facts).items()}


def shown(heard: Heard) -> dict[str, Any]:
    # What was outstanding pays for a time that has passed.
    ahead = [one for one in heard.paid() if one.txn_type != OUTSTANDING]
    until = [at for one in ahead if (at := next_due(one, heard.cycle))]
    expected: dict[str, Any] = {
        "status": status(heard),
        "paid_until": dated(max(until, default=None)),
        "cancelled_at": next((dated(one.at) for one in heard.words({"subscr_cancel"})), None),
        "failed_cycles": len(set(heard.words(FAILED))),
        "skipped_cycles": len(set(heard.words(SKIPPED))),
        "payments": payment_rows(heard),
    }
    if terms := heard.words(BEGUN - {"mp_signup"}):
        # What was changed is what holds.
        latest = max(terms, key=lambda one: one.word == "subscr_modify")
        expected["amount"] = text(latest.amount, latest.currency)
    if begun := heard.words({"subscr_signup", "recurring_payment_profile_created"}):
        expected["signed_up_at"] = dated(begun[0].at)
    if heard.standing:
        expected["kind"] = heard.standing[0].kind
        expected["replaces"] = next((one.replaces for one in heard.standing if one.replaces), None)
    return expected
