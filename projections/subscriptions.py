"""Subscriptions, recurring profiles and billing agreements as people read them."""

from typing import Any

from domain.facts import NOBODY, Doubt
from domain.spelling import in_places, moment, money
from domain.subscription import Subscription
from domain.subscription_facts import Cycle, Terms
from domain.subscription_standing import (
    cycles,
    doubts_of,
    first_told,
    kind_of,
    next_payment_at,
    outstanding,
    paid_until,
    retry_at,
    status_of,
    terms,
    times_told,
)
from domain.vocabulary import Change, SubscriptionKind

NAME = "subscriptions"
VERSION = 1


def document(it: Subscription) -> dict[str, Any]:
    """The subscription as the API answers it; what has not been heard is null."""
    payer = first_told(it, lambda r: r.payer if r.payer != NOBODY else None) or NOBODY
    receiver = first_told(it, lambda r: r.receiver if r.receiver != NOBODY else None) or NOBODY
    return {
        "subscription_id": it.subscription_id,
        "kind": kind_of(it),
        "status": status_of(it),
        "terms": _terms(terms(it)),
        "payer": {"id": payer.id, "email": payer.email, "name": payer.name, "country": payer.country},
        "receiver": {"id": receiver.id, "email": receiver.email},
        "item": {
            "number": first_told(it, lambda r: r.item_number),
            "name": first_told(it, lambda r: r.item_name),
        },
        "invoice": first_told(it, lambda r: r.invoice),
        "custom": first_told(it, lambda r: r.custom),
        **_dates(it),
        "outstanding": money(outstanding(it)),
        "failed_cycles": times_told(it, Change.FAIL),
        "skipped_cycles": times_told(it, Change.SKIP),
        "replaces": first_told(it, lambda r: r.replaces),
        "payments": [_cycle(cycle) for cycle in cycles(it)],
        "doubts": [_doubt(doubt) for doubt in doubts_of(it)],
        "version": it.version,
        "first_heard": moment(it.first_heard),
        "last_changed": moment(it.last_changed),
    }


def _dates(it: Subscription) -> dict[str, str | None]:
    # A profile's messages all tell when it was made, and none of them when it was cancelled.
    profile = kind_of(it) is SubscriptionKind.PROFILE
    begun = first_told(it, lambda r: r.dated_at if profile or r.change is Change.START else None)
    gone = first_told(it, lambda r: None if profile or r.change is not Change.CANCEL else r.dated_at)
    return {
        "signed_up_at": moment(begun),
        "cancelled_at": moment(gone),
        "effective_at": moment(first_told(it, lambda r: r.effective_at)),
        "next_payment_at": moment(next_payment_at(it)),
        "retry_at": moment(retry_at(it)),
        "paid_until": moment(paid_until(it)),
    }


def _terms(agreed: Terms) -> dict[str, Any]:
    return {
        "amount": in_places(agreed.amount, agreed.currency),
        "currency": agreed.currency,
        "period": agreed.period,
        "trials": [
            {"amount": in_places(trial.amount, agreed.currency), "period": trial.period}
            for trial in agreed.trials
        ],
        "recurring": agreed.recurring,
        "reattempt": agreed.reattempt,
        "times": agreed.times,
    }


def _cycle(cycle: Cycle) -> dict[str, Any]:
    return {
        "txn_id": cycle.txn_id,
        "status": cycle.status,
        "gross": money(cycle.gross),
        "currency": cycle.gross.currency if cycle.gross else None,
        "occurred_at": moment(cycle.occurred_at),
    }


def _doubt(doubt: Doubt) -> dict[str, Any]:
    return {"rule": doubt.rule, "detail": doubt.detail}
