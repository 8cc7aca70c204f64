"""Lists on the command line, read page by page."""

import pytest

from adapters.queries.paging import Page
from scripts.pages import PAGE, read_items


def ask(count: int) -> object:
    asked: list[int] = []

    def page(size: int, cursor: str | None) -> Page[dict[str, int]]:
        start = int(cursor or 0)
        end = min(start + size, count)
        asked.append(size)
        return Page(tuple({"n": n} for n in range(start, end)), str(end) if end < count else None)

    return page


@pytest.mark.parametrize(
    ("count", "limit", "found", "more"),
    [
        (0, 5, 0, None),
        (3, 5, 3, None),
        (5, 5, 5, None),
        (6, 5, 5, "5"),
        (3 * PAGE, 2 * PAGE + 1, 2 * PAGE + 1, str(2 * PAGE + 1)),
        (2 * PAGE, 9 * PAGE, 2 * PAGE, None),
    ],
)
def test_as_many_as_are_asked_for(count: int, limit: int, found: int, more: str | None) -> None:
    items, cursor = read_items(ask(count), limit)  # type: ignore[arg-type]
    assert [item["n"] for item in items] == list(range(found))
    assert cursor == more
