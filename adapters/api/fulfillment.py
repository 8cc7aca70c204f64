"""The fulfillment queue over HTTP: the list, what changed in it, and what people do about goods."""

from collections.abc import Callable
from typing import Annotated, Final

import falcon
import msgspec

from adapters.api import asking
from adapters.api.answers import write_json
from adapters.api.asking import NOTHING, PAGING, read_query
from adapters.api.bodies import read_json, says_nothing
from adapters.api.errors import unknown
from adapters.api.lists import Listing, write_list
from adapters.api.parts import Parts
from adapters.api.people import Version, Words, name_of, note_of, why_of
from adapters.queries.fulfillment import ChangesFilters, FulfillmentFilters
from domain.acting import Acting, ActRefusedError
from domain.vocabulary import Fulfillment as States

_ROW: Final = (
    *("txn_id", "state", "since", "by", "until", "gross", "currency", "invoice", "items"),
    *("payer.id", "payer.email", "payer.name", "payer.country"),
    *("address.name", "address.street", "address.city", "address.state", "address.zip"),
    *("address.country", "address.confirmed", "doubts", "note", "version"),
)
LIST: Final = Listing(
    name="fulfillment",
    filters=FulfillmentFilters,
    query={"state": asking.one_of(*States), "as_of": asking.moment, **PAGING},
    columns=_ROW,
)
CHANGES: Final = Listing(
    name="changes",
    filters=ChangesFilters,
    query={"since": asking.moment, "until": asking.moment, **PAGING},
    columns=(
        "txn_id",
        *(f"{time}.{name}" for time in ("before", "after") for name in ("state", "since", "by", "until")),
    ),
)
SECONDS_MAX: Final = 7 * 24 * 60 * 60
SECONDS_DEFAULT: Final = 15 * 60
OPERATOR: Final = "operator"

Seconds = Annotated[int, msgspec.Meta(ge=1, le=SECONDS_MAX)]


class ClaimBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes it on to send the goods, and for how long."""

    by: str
    seconds: Seconds = SECONDS_DEFAULT


class ReleaseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who gives the goods back; without a name whoever holds them."""

    by: str | None = None
    why: Words | None = None


class FulfillBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who sent the goods."""

    by: str
    note: Words | None = None
    left_already: bool = False


class ApproveBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who lets the goods go in spite of what speaks against it, and why; by which version of it."""

    by: str
    why: Words
    version: Version | None = None


class Fulfillment:
    """`GET /api/fulfillment`."""

    def __init__(self, parts: Parts) -> None:
        self._queries = parts.queries

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        write_list(req, resp, LIST, self._queries.fulfillment)


class FulfillmentChanges:
    """`GET /api/fulfillment/changes`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        asking.between(read_query(req, CHANGES.query), self._parts.clock())
        write_list(req, resp, CHANGES, self._parts.queries.fulfillment_changes)


class _Act:
    """What is alike in all acts: read who and what, decide it in the book, show the row as it then stands."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def _act(self, resp: falcon.Response, txn_id: str, by: str, act: Callable[[Acting, str], None]) -> None:
        stream = self._parts.book.lead(txn_id)
        if stream is None:
            raise unknown("transaction")
        acted = [self._parts.clock()]

        def decide(acting: Acting) -> None:
            acted[:] = [acting.at]
            act(acting, stream)

        try:
            self._parts.acts.act(by, decide)
        except ActRefusedError as error:
            raise falcon.HTTPConflict(title="Refused", description=str(error)) from error
        # As it stood then, whoever else has acted since.
        write_json(resp, self._parts.book.goods(stream, *acted))


class Claim(_Act):
    """`POST /api/fulfillment/{txn_id}/claim`."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        read_query(req, NOTHING)
        sent = read_json(req, ClaimBody)
        by = name_of(sent.by)
        self._act(resp, txn_id, by, lambda acting, stream: acting.claim(stream, sent.seconds))


class Release(_Act):
    """`POST /api/fulfillment/{txn_id}/release`."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        read_query(req, NOTHING)
        sent = ReleaseBody() if says_nothing(req) else read_json(req, ReleaseBody)
        by, why = OPERATOR if sent.by is None else name_of(sent.by), note_of(sent.why, "why")
        anybodys = sent.by is None
        self._act(resp, txn_id, by, lambda acting, stream: acting.release(stream, why, anybodys=anybodys))


class Fulfill(_Act):
    """`POST /api/fulfillment/{txn_id}/fulfill`."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        read_query(req, NOTHING)
        sent = read_json(req, FulfillBody)
        by, note = name_of(sent.by), note_of(sent.note)
        gone = sent.left_already
        self._act(resp, txn_id, by, lambda acting, stream: acting.fulfill(stream, note, left_already=gone))


class Approve(_Act):
    """`POST /api/fulfillment/{txn_id}/approve`."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        read_query(req, NOTHING)
        sent = read_json(req, ApproveBody)
        by, why = name_of(sent.by), why_of(sent.why)
        self._act(resp, txn_id, by, lambda acting, stream: acting.approve(stream, why, sent.version))
