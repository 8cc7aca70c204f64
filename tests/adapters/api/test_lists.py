"""Lists: the question is read, the page asked for and written in one way."""

from dataclasses import dataclass
from typing import Any

import falcon
import pytest
from falcon.testing import TestClient

from adapters.api import asking
from adapters.api.lists import Listing, write_list
from adapters.queries.paging import BadCursorError, Page


@dataclass(frozen=True)
class Filters:
    word: str | None = None


LIST = Listing(
    name="words",
    filters=Filters,
    query={"word": asking.plain_text, **asking.PAGING},
    columns=("word", "n"),
)


class Words:
    def __init__(self) -> None:
        self.asked: list[tuple[Filters, int, str | None]] = []

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        write_list(req, resp, LIST, self._page)

    def _page(self, filters: Filters, limit: int, cursor: str | None) -> Page[Any]:
        self.asked.append((filters, limit, cursor))
        if cursor == "wrong":
            raise BadCursorError("not a cursor of words")
        return Page(({"word": filters.word, "n": 1},), "more")


@pytest.fixture
def words() -> Words:
    return Words()


@pytest.fixture
def client(words: Words) -> TestClient:
    app: Any = falcon.App()
    app.add_route("/words", words)
    return TestClient(app)


def test_what_is_asked_is_handed_on_with_a_limit_always(words: Words, client: TestClient) -> None:
    answer = client.simulate_get("/words?word=a")
    assert answer.json == {"items": [{"word": "a", "n": 1}], "next": "more"}
    client.simulate_get("/words?limit=7&cursor=c")
    assert words.asked == [(Filters("a"), asking.LIMIT_DEFAULT, None), (Filters(), 7, "c")]


def test_the_csv_twin_has_the_lists_name_and_columns(client: TestClient) -> None:
    answer = client.simulate_get("/words?word=a", headers={"Accept": "text/csv"})
    assert answer.text.splitlines() == ["word,n", "a,1"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="words.csv"'


@pytest.mark.parametrize(
    ("query", "name"),
    [("cursor=wrong", "cursor"), ("limit=0", "limit"), ("other=1", "other"), ("word=", "word")],
)
def test_what_is_wrong_is_named(client: TestClient, query: str, name: str) -> None:
    answer = client.simulate_get(f"/words?{query}")
    assert answer.status_code == 400
    assert f'"{name}"' in answer.json["description"]
