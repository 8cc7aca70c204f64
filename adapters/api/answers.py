"""Answers: JSON, and for lists a CSV twin to whoever asks for one."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import falcon
import msgspec

from adapters.queries.paging import Page
from adapters.sheets import write_sheet

CSV: Final = "text/csv"


def write_json(resp: falcon.Response, value: object) -> None:
    """Answer with a value that msgspec can write."""
    write_document(resp, msgspec.json.encode(value))


def write_document(resp: falcon.Response, document: bytes) -> None:
    """Answer with JSON that is written already."""
    resp.content_type = falcon.MEDIA_JSON
    resp.data = document


def write_page(
    req: falcon.Request, resp: falcon.Response, page: Page[Any], name: str, columns: Sequence[str]
) -> None:
    """Answer with a page whose items are values, or JSON documents as bytes."""
    resp.append_header("Vary", "Accept")
    if req.client_prefers((falcon.MEDIA_JSON, CSV)) != CSV:
        items = tuple(msgspec.Raw(item) if isinstance(item, bytes) else item for item in page.items)
        write_json(resp, {"items": items, "next": page.next})
        return
    if page.next is not None:
        following = urlencode({**req.params, "cursor": page.next})
        resp.append_link(f"{req.path}?{following}", rel="next")
    resp.content_type = f"{CSV}; charset=utf-8; header=present"
    resp.downloadable_as = f"{name}.csv"
    resp.data = write_sheet(columns, _values(page.items))


def _values(items: Iterable[Any]) -> Iterable[Any]:
    return (msgspec.json.decode(item) if isinstance(item, bytes) else item for item in items)
