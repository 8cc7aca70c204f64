"""Subscriptions, recurring profiles and billing agreements: the list, and one of them with its history."""

import re
from collections.abc import Mapping
from typing import Any, Final

import falcon
import msgspec

from adapters.api import subscriptions as api
from adapters.api.errors import unknown
from adapters.desk.desk import Desk
from adapters.desk.lists import DeskList
from domain.vocabulary import SubscriptionKind, SubscriptionStatus

# Of a button's messages: `1 M`, `2 W`. Profiles say it in words already.
_PERIOD: Final = re.compile(r"([0-9]{1,4}) ([DWMY])", re.ASCII)
_CAPITAL: Final = re.compile("(?<=.)[A-Z]")
_UNITS: Final = {"D": "day", "W": "week", "M": "month", "Y": "year"}
_SAID: Final = {
    "Daily": "every day",
    "Weekly": "every week",
    "Monthly": "every month",
    "Yearly": "every year",
}
EVENTS_MAX: Final = 100


def every(period: str | None) -> str:
    """How often, in words: `1 M` is `every month`; what is not known is shown as PayPal wrote it."""
    found = _PERIOD.fullmatch(period or "")
    if found is None:
        return _SAID.get(period or "", period or "")
    count, unit = int(found[1]), _UNITS[found[2]]
    return f"every {unit}" if count == 1 else f"every {count} {unit}s"


def lasting_for(period: str | None) -> str:
    """How long, in words: `7 D` is `7 days`."""
    found = _PERIOD.fullmatch(period or "")
    if found is None:
        return period or ""
    count, unit = int(found[1]), _UNITS[found[2]]
    return f"{count} {unit}" + ("" if count == 1 else "s")


def told(event: str) -> str:
    """An event's name as a person reads it: `CycleFailed` is `Payment failed`."""
    return _CAPITAL.sub(lambda found: f" {found[0].lower()}", event.replace("Cycle", "Payment", 1))


WORDS: Final[Mapping[str, Any]] = {"every": every, "lasting_for": lasting_for, "told": told}

SUBSCRIPTIONS: Final = DeskList(
    listing=api.LIST,
    template="subscriptions.html",
    ask=lambda queries: queries.subscriptions,
    beside=lambda _desk, _sent: {
        "statuses": tuple(SubscriptionStatus),
        "kinds": tuple(SubscriptionKind),
        **WORDS,
    },
)


class Subscription:
    """`GET /desk/subscriptions/{subscription_id}`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response, subscription_id: str) -> None:
        document = self._desk.parts.queries.subscription(subscription_id)
        if document is None:
            raise unknown("subscription")
        history = self._desk.parts.book.subscription_history(subscription_id)
        self._desk.show(
            req,
            resp,
            "subscription.html",
            it=msgspec.json.decode(document),
            events=tuple(reversed(history))[:EVENTS_MAX],
            events_in_all=len(history),
            now=self._desk.parts.clock(),
            **WORDS,
        )
