"""The list of notifications: every delivery, found by a search in words."""

from collections.abc import Mapping
from typing import Any, Final

import falcon

from adapters.api import notifications as api
from adapters.api.asking import LIMIT_DEFAULT, PAGING, read_params
from adapters.api.lists import Ask, Listing
from adapters.desk.addresses import with_query
from adapters.desk.desk import Desk
from adapters.desk.grammar import KEYS
from adapters.desk.lists import ROWS_MAX, DeskList
from adapters.desk.reasons import reason_in_words
from adapters.desk.searching import QUERY, Asked, filled, words
from adapters.queries.paging import BadCursorError
from adapters.queries.reader import Queries
from adapters.queries.searching import Found
from domain.vocabulary import Outcome, Verdict

PATH: Final = "/desk/notifications"
_READERS: Final = {**QUERY, **PAGING}


def _ask(queries: Queries) -> Ask[Asked]:
    return lambda asked, limit, cursor: queries.search(asked.search(queries.clock()), limit, cursor)


# For its twins; the page itself tells more, and stands where the words are wrong.
NOTIFICATIONS: Final = DeskList(
    listing=Listing(name=api.LIST.name, filters=Asked, query=_READERS, columns=api.LIST.columns),
    template="notifications.html",
    ask=_ask,
    query=_READERS,
)


class NotificationsPage:
    """`GET /desk/notifications`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        sent = filled(req.params)
        filters = {name: value for name, value in sent.items() if name != "cursor"}
        wrong = _wrong(sent)
        found = None if wrong else self._found(sent)
        if wrong:
            resp.status = falcon.HTTP_BAD_REQUEST
        self._desk.show(
            req,
            resp,
            NOTIFICATIONS.template,
            items=found.items if found else (),
            found=found,
            wrong=wrong,
            sent=sent,
            filters={name: value for name, value in filters.items() if name != "limit"},
            older=with_query(req.path, {**filters, "cursor": found.next}) if found and found.next else None,
            newest=with_query(req.path, filters) if "cursor" in sent else None,
            everywhere=with_query(req.path, {**filters, "everywhere": "true"}),
            twins={name: with_query(f"{req.path}.{name}", filters) for name in ("csv", "json")},
            now=self._desk.parts.clock(),
            keys=KEYS,
            lead=self._desk.parts.queries.lead(sent["txn_id"]) if "txn_id" in sent and not wrong else None,
            outcomes=tuple(Outcome),
            verdicts=tuple(Verdict),
            reason_in_words=reason_in_words,
        )

    def _found(self, sent: Mapping[str, str]) -> Found:
        asked: dict[str, Any] = read_params(sent, _READERS)
        limit, cursor = asked.pop("limit", LIMIT_DEFAULT), asked.pop("cursor", None)
        queries = self._desk.parts.queries
        try:
            now = self._desk.parts.clock()
            return queries.search(Asked(**asked).search(now), min(limit, ROWS_MAX), cursor)
        except BadCursorError as error:
            raise falcon.HTTPInvalidParam(f"It is {error}.", "cursor") from error


def _wrong(sent: Mapping[str, str]) -> str | None:
    """What is wrong with the words of the search: told beside them."""
    try:
        words(sent.get("q") or "n:1-")
    except ValueError as error:
        return str(error)
    return None
