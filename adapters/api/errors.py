"""Errors, always as a title and a description; what went wrong inside is logged and not shown."""

from typing import Any, Final

import falcon
import msgspec
import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from adapters.book import LostRaceError, StoreAwayError
from adapters.engines import StoreError
from adapters.faults import place_of
from adapters.mapper import UnknownEventError
from adapters.views.blame import is_the_stores

RETRY_SECONDS: Final = 5
# What a later version wrote, and what is damaged.
UNREADABLE: Final = (UnknownEventError, msgspec.MsgspecError)
UNAVAILABLE: Final = (
    OperationalError,
    InterfaceError,
    PoolTimeoutError,
    StoreError,
    StoreAwayError,
    LostRaceError,
)

# For the errors that the framework raises without a word.
_SAID: Final = {
    400: "The request cannot be understood.",
    404: "There is nothing at this address.",
    405: "This address does not know this method.",
}

_log = structlog.get_logger()


def write_error(_req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError) -> None:
    """Write every error in the same two words, whatever was asked for."""
    title = error.title or str(error.status)
    description = error.description or _SAID.get(error.status_code) or title
    resp.content_type = falcon.MEDIA_JSON
    resp.data = msgspec.json.encode({"title": title, "description": description})


def store_unavailable(
    req: falcon.Request, _resp: falcon.Response, failure: Exception, _params: dict[str, Any]
) -> None:
    """Answer 503 when the store is locked, full or gone: the same request may succeed later."""
    _log.error("office_store_unavailable", route=req.uri_template, failure=type(failure).__name__)
    raise falcon.HTTPServiceUnavailable(
        title="Store unavailable",
        description="The store could not be read or written in time. Ask again later.",
        retry_after=RETRY_SECONDS,
    )


def driver_failed(
    req: falcon.Request, resp: falcon.Response, failure: Exception, params: dict[str, Any]
) -> None:
    """Answer 503 where the server of the store is to blame, as for a right that was taken away; else 500."""
    (store_unavailable if is_the_stores(failure) else fault)(req, resp, failure, params)


def fault(req: falcon.Request, _resp: falcon.Response, failure: Exception, _params: dict[str, Any]) -> None:
    """Answer 500 for what ought not to happen; the log has the place, the answer nothing of it."""
    _log.error("office_fault", method=req.method, route=req.uri_template, fault=place_of(failure))
    raise falcon.HTTPInternalServerError(
        title="Fault", description="Something here does not work as it ought to. The log says more."
    )


def unreadable_history(
    req: falcon.Request, _resp: falcon.Response, failure: Exception, _params: dict[str, Any]
) -> None:
    """Answer 409 about what a later version wrote, or damage: nothing is decided on half of a history."""
    _log.error("history_unreadable", route=req.uri_template, fault=place_of(failure))
    raise falcon.HTTPConflict(
        title="Unreadable history",
        description=(
            "The book holds an event of this that this version cannot read; /api/status shows which"
            " (set_aside). Run the version that wrote it, or restore the book."
        ),
    )


def unknown(what: str) -> falcon.HTTPNotFound:
    """Make the answer to an id that nobody has heard of."""
    return falcon.HTTPNotFound(title="Unknown", description=f"There is no such {what}.")
