from collections.abc import Iterator
from contextlib import ExitStack

import falcon
import pytest

from adapters.api.downloads import DOWNLOADS_MAX, Downloads


def test_one_ends_when_it_is_closed_or_has_given_all_and_not_before() -> None:
    downloads, closed = Downloads(), list[str]()

    def made(opened: ExitStack) -> Iterator[bytes]:
        opened.callback(closed.append, "closed")
        return iter((b"a", b"b"))

    under_way = [downloads.begin(made) for _ in range(DOWNLOADS_MAX)]
    pieces = iter(under_way[0])
    assert next(pieces) == b"a"
    with pytest.raises(falcon.HTTPServiceUnavailable):
        downloads.begin(made)
    assert closed == []
    under_way[0].close()
    under_way[0].close()
    assert closed == ["closed"]
    under_way[0] = downloads.begin(made)
    with pytest.raises(falcon.HTTPServiceUnavailable):
        downloads.begin(made)
    assert b"".join(under_way[0]) == b"ab"
    assert closed == ["closed"] * 2
    downloads.begin(made)


def test_one_that_cannot_begin_takes_no_place() -> None:
    def fails(_: ExitStack) -> Iterator[bytes]:
        raise RuntimeError("no store")

    downloads = Downloads()
    for _ in range(DOWNLOADS_MAX + 1):
        with pytest.raises(RuntimeError):
            downloads.begin(fails)
    downloads.begin(lambda _: iter(()))
