"""Comparing: two tellings of a table side by side, both in the order of its key."""

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.auditing.findings import Key

_Row = Sequence[Any]


def compare_rows(
    live: Iterator[_Row], told: Iterator[_Row], columns: Sequence[str], keys: Sequence[str]
) -> Iterator[tuple[Key, str | None]]:
    """Each row by its key, and what is wrong with it in words; null when nothing is."""
    places = [columns.index(name) for name in keys]
    one, other = next(live, None), next(told, None)
    while one is not None or other is not None:
        if one is not None and other is not None and tuple(one) == tuple(other):
            yield {}, None
            one, other = next(live, None), next(told, None)
            continue
        mine = None if one is None else tuple(one[i] for i in places)
        theirs = None if other is None else tuple(other[i] for i in places)
        if theirs is None or (mine is not None and _before(mine, theirs)):
            yield dict(zip(keys, mine or (), strict=True)), "the book tells of no such row"
            one = next(live, None)
        elif mine is None or _before(theirs, mine):
            yield dict(zip(keys, theirs, strict=True)), "the row that the book tells is missing"
            other = next(told, None)
        else:
            assert one is not None
            assert other is not None
            named = [name for name, a, b in zip(columns, one, other, strict=True) if a != b]
            yield dict(zip(keys, mine, strict=True)), f"not as the book tells it: {', '.join(named)}"
            one, other = next(live, None), next(told, None)


def _before(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """In the order of both engines: numbers as they are, texts by their bytes."""
    return _bytes(one) < _bytes(other)


def _bytes(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in key)
