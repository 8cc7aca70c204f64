"""Lists of the desk: filters in the address, pages by cursor, and twins in CSV and JSON of the same."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any, Final, Generic, TypeVar

import falcon
import msgspec

from adapters.api import asking
from adapters.api.answers import CSV, write_json
from adapters.api.asking import LIMIT_DEFAULT, LIMIT_MAX, Reader, read_params
from adapters.api.lists import Ask, Listing
from adapters.desk.addresses import with_query
from adapters.desk.desk import Desk
from adapters.queries.paging import BadCursorError, Page
from adapters.queries.reader import Queries
from adapters.sheets import write_sheet

Filters = TypeVar("Filters")
Items = tuple[Mapping[str, Any], ...]
# Of a page that people look at; its twins have as many as they are asked for.
ROWS_MAX: Final = 100


@dataclass(frozen=True, kw_only=True)
class DeskList(Generic[Filters]):
    """A list of the API as the desk shows it."""

    listing: Listing[Filters]
    template: str
    ask: Callable[[Queries], Ask[Filters]]
    # What a page is told beside its rows, from the desk and the parameters as they were sent.
    beside: Callable[[Desk, Mapping[str, str]], Mapping[str, Any]] = lambda _desk, _sent: {}
    # Readers of the desk's own parameters, and of those that people write otherwise than programs.
    query: Mapping[str, Reader] = field(default_factory=dict)
    # Makes of what was read the words that `listing.filters` takes.
    narrowed: Callable[[dict[str, Any]], dict[str, Any]] = lambda asked: asked

    def page(
        self, desk: Desk, params: Mapping[str, str | list[str]], *, limit_max: int = LIMIT_MAX
    ) -> Page[Mapping[str, Any]]:
        """The page that is asked for; HTTPInvalidParam (400) names the parameter that is wrong."""
        readers = {**self.listing.query, **_by_day(self.listing.query), **self.query}
        asked = read_params(_said(params), readers)
        limit, cursor = min(asked.pop("limit", LIMIT_DEFAULT), limit_max), asked.pop("cursor", None)
        try:
            found = self.ask(desk.parts.queries)(self.listing.filters(**self.narrowed(asked)), limit, cursor)
        except BadCursorError as error:
            raise falcon.HTTPInvalidParam(f"It is {error}.", "cursor") from error
        return Page(tuple(map(_value, found.items)), found.next)

    def pages(self, desk: Desk, params: Mapping[str, str | list[str]]) -> Iterator[Items]:
        """All pages from the one that is asked for on."""
        left = {**params, "limit": str(LIMIT_MAX)}
        while True:
            page = self.page(desk, left)
            yield page.items
            if page.next is None:
                return
            left["cursor"] = page.next


class ListPage:
    """`GET` a list as a page."""

    def __init__(self, desk: Desk, shown: DeskList[Any]) -> None:
        self._desk = desk
        self._shown = shown

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        page = self._shown.page(self._desk, req.params, limit_max=ROWS_MAX)
        sent = {name: value for name, value in _said(req.params).items() if isinstance(value, str)}
        filters = {name: value for name, value in sent.items() if name != "cursor"}
        self._desk.show(
            req,
            resp,
            self._shown.template,
            items=page.items,
            sent=sent,
            filtered=any(name != "limit" for name in filters),
            older=with_query(req.path, {**filters, "cursor": page.next}) if page.next else None,
            newest=with_query(req.path, filters) if "cursor" in sent else None,
            twins={name: with_query(f"{req.path}.{name}", filters) for name in ("csv", "json")},
            now=self._desk.parts.clock(),
            **self._shown.beside(self._desk, sent),
        )


class JsonTwin:
    """`GET` a list as the API answers it."""

    def __init__(self, desk: Desk, shown: DeskList[Any]) -> None:
        self._desk = desk
        self._shown = shown

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        page = self._shown.page(self._desk, req.params)
        write_json(resp, {"items": page.items, "next": page.next})


class CsvTwin:
    """`GET` a list as a sheet: all of it, page after page."""

    def __init__(self, desk: Desk, shown: DeskList[Any]) -> None:
        self._desk = desk
        self._shown = shown

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        columns = self._shown.listing.columns
        pages = self._shown.pages(self._desk, req.params)
        # What cannot be asked is an error now, while there can still be an answer that says so.
        first = next(pages)
        resp.content_type = f"{CSV}; charset=utf-8; header=present"
        resp.downloadable_as = f"{self._shown.listing.name}.csv"
        left = chain((write_sheet(columns, first),), (_rows(columns, items) for items in pages))
        resp.stream = self._desk.parts.downloads.begin(lambda _opened: left)


def _rows(columns: Sequence[str], items: Items) -> bytes:
    return write_sheet(columns, items, header=False)


def _said(params: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """Without what a form sends though nobody filled it in."""
    return {name: value for name, value in params.items() if value not in ("", [])}


def _value(item: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a document's bytes, or a value
    value: Mapping[str, Any] = msgspec.json.decode(item) if isinstance(item, bytes) else item
    return value


def day_or_moment(*, ends: bool) -> Reader:
    """Read a day as its calendar has it, in UTC, or a time; `ends`: the day is still meant."""

    def read(text: str) -> datetime:
        try:
            day = date.fromisoformat(text) if len(text) == _DAY_CHARACTERS else None
        except ValueError:
            raise ValueError("It must be a day such as 2026-11-20, or a time with its zone.") from None
        if day is None:
            return asking.moment(text)
        begins = datetime.combine(day, time(), UTC)
        # After the last day of all there is no other.
        return begins + timedelta(days=1) if ends and day < date.max else begins

    return read


_DAY_CHARACTERS: Final = len("2026-11-20")


def _by_day(readers: Mapping[str, Reader]) -> dict[str, Reader]:
    return {name: day_or_moment(ends=name == "until") for name in ("since", "until") if name in readers}
