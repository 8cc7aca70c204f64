"""Lists on the command line: as many items as are asked for, a page at a time."""

from collections.abc import Callable
from typing import Any, Final

from adapters.queries.paging import Page

PAGE: Final = 500

Ask = Callable[[int, str | None], Page[dict[str, Any]]]


def read_items(ask: Ask, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """The first items of a list, and the cursor of those after them; null when there are none."""
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = ask(min(limit - len(items), PAGE), cursor)
        items += page.items
        cursor = page.next
        if cursor is None or len(items) >= limit:
            return items, cursor
