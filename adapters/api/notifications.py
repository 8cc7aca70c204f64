"""Notifications over HTTP: the history of every delivery, one of them, and asking once more."""

from collections.abc import Mapping
from typing import Any, Final

import falcon

from adapters.api import asking
from adapters.api.answers import write_json
from adapters.api.asking import NOTHING, PAGING, read_query
from adapters.api.errors import unknown
from adapters.api.lists import Listing, write_list
from adapters.api.parts import Parts
from adapters.queries.notifications import NotificationFilters
from domain.vocabulary import Outcome, Verdict

LIST: Final = Listing(
    name="notifications",
    filters=NotificationFilters,
    query={
        "outcome": asking.one_of(*Outcome),
        "verdict": asking.one_of(*Verdict),
        "txn_id": asking.plain_text,
        "since": asking.moment,
        **PAGING,
    },
    columns=(
        *("n", "received_at", "peer", "txn_id", "txn_type", "payment_status"),
        *("verdict", "attempts", "outcome", "reason", "events"),
    ),
)

_FORGOTTEN: Final = "Its payer was forgotten: nobody can read it any more, to verify or process it again."


class Notifications:
    """`GET /api/notifications`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        write_list(req, resp, LIST, self._queries.notifications)


class Notification:
    """`GET /api/notifications/{n}`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response, n: int) -> None:
        read_query(req, NOTHING)
        found = self._queries.notification(n)
        if found is None:
            raise unknown("notification")
        write_json(resp, found)


class Retry:
    """`POST /api/notifications/{n}/retry`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries
        self._retry = parts.retry

    def on_post(self, req: falcon.Request, resp: falcon.Response, n: int) -> None:
        read_query(req, NOTHING)
        asked = self._retry(n)
        found = self._queries.notification(n)
        if found is not None and found["purged_at"] is not None:
            raise _purged(found)
        if found is not None and found["forgotten"]:
            raise falcon.HTTPConflict(title="Forgotten", description=_FORGOTTEN)
        if found is None or not asked:
            raise unknown("notification")
        resp.status = falcon.HTTP_202
        write_json(resp, found)


def _purged(found: Mapping[str, Any]) -> falcon.HTTPConflict:
    """Make the answer to who asks for what nobody has any more."""
    said = f"Its bytes were purged at {found['purged_at']}: nothing is left to verify or process again."
    return falcon.HTTPConflict(title="Purged", description=said)
