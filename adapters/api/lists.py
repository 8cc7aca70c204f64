"""Lists over HTTP: the question read, the page asked for, the answer written; alike for all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import falcon

from adapters.api.answers import write_page
from adapters.api.asking import LIMIT_DEFAULT, Reader, read_query
from adapters.queries.paging import BadCursorError, Page

Filters = TypeVar("Filters")
# Gives the page after a cursor, of so many items at most; BadCursorError when the cursor is none.
Ask: TypeAlias = Callable[[Filters, int, str | None], Page[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[Filters]):
    """What is to be known of a list: its name, what may be asked, and the columns of its CSV twin."""

    name: str
    query: Mapping[str, Reader]
    filters: Callable[..., Filters]
    columns: Sequence[str]


def write_list(
    req: falcon.Request, resp: falcon.Response, listing: Listing[Filters], ask: Ask[Filters]
) -> None:
    """Answer with the page that is asked for; HTTPInvalidParam (400) names the parameter that is wrong."""
    asked = read_query(req, listing.query)
    size, cursor = asked.pop("limit", LIMIT_DEFAULT), asked.pop("cursor", None)
    try:
        page = ask(listing.filters(**asked), size, cursor)
    except BadCursorError as error:
        raise falcon.HTTPInvalidParam(f"It is {error}.", "cursor") from error
    write_page(req, resp, page, listing.name, listing.columns)
