"""One notification: all that is kept of it, and what became of it."""

from collections.abc import Mapping
from typing import Any, Final

import falcon

from adapters.api import asking
from adapters.api.asking import read_query
from adapters.api.errors import unknown
from adapters.desk.desk import Desk
from adapters.desk.raw import raw_text
from adapters.desk.reasons import reason_in_words
from domain.vocabulary import Outcome

TABS: Final[Mapping[str, str]] = {
    "fields": "Fields",
    "raw": "Raw body",
    "post-backs": "Post-backs",
    "headers": "Headers",
}
# What each outcome means for whoever looks, and what to do about it.
MEANING: Final[Mapping[str, str]] = {
    Outcome.WAITING: "It is not verified yet. PayPal is asked again by itself, until it answers.",
    Outcome.RECORDED: "It became what stands below.",
    Outcome.DUPLICATE: "The same was recorded before, from another delivery. There is nothing to do.",
    Outcome.STALE: "It came too late: the transaction had moved past it. It moves nothing.",
    Outcome.PARKED: "It came too early: what it follows has not been heard. It is recorded once that came.",
    Outcome.REFUSED: "PayPal verified it, and it was not taken. Look why, then close the to-do about it.",
    Outcome.UNREADABLE: "PayPal verified it, but its amount, currency or id could not be read.",
    Outcome.UNMODELLED: "PayPal verified it, but its type or status is not known to this version.",
    Outcome.INVALID: "PayPal says that it did not send this. Nothing was done with it.",
}


class NotificationPage:
    """`GET /desk/notifications/{n}`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response, n: int) -> None:
        tab = read_query(req, {"tab": asking.one_of(*TABS)}).get("tab", "fields")
        queries = self._desk.parts.queries
        found = queries.notification_shown(n)
        if found is None:
            raise unknown("notification")
        self._desk.show(
            req,
            resp,
            "notification.html",
            it=found,
            tab=tab,
            tabs=TABS,
            meaning=MEANING[found["outcome"]],
            reason=reason_in_words(found["outcome"], found["reason"]),
            raw=raw_text(found["raw"]) if tab == "raw" else "",
            headers=queries.headers(n) if tab == "headers" else (),
            lead=_lead(found, queries.lead),
            now=self._desk.parts.clock(),
        )


def _lead(found: Mapping[str, Any], lead: Any) -> str | None:  # noqa: ANN401 - a query
    """The transaction that it is about, where there is one: by what became of it, else by its own words."""
    for txn_id in (*(event["stream"] for event in found["events"]), found["txn_id"]):
        known: str | None = lead(txn_id) if txn_id else None
        if known is not None:
            return known
    return None
