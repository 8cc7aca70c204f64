import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from adapters.delivered import Delivery
from adapters.engines import StoreEngine
from adapters.inbox import Inbox
from adapters.keeper import Keeper, Unkept
from adapters.listener import create_listener
from adapters.times import to_us
from adapters.waiting import Limits
from tests.engines import Hold, open_parts

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BODY_BYTES_MAX = 1000
FORM = (b"content-type", b"application/x-www-form-urlencoded")
CUT = {"type": "http.disconnect"}


@dataclass
class Kept:
    """A keeper that remembers."""

    deliveries: list[Delivery] = field(default_factory=list)
    unkept: Unkept | None = None

    async def keep(self, delivery: Delivery) -> int:
        if self.unkept is not None:
            raise self.unkept
        self.deliveries.append(delivery)
        return len(self.deliveries)


@dataclass
class Answer:
    status: int
    headers: dict[bytes, bytes]
    body: bytes
    unread: int

    @property
    def problem(self) -> dict[str, str]:
        return dict(json.loads(self.body))


def pieces(*bodies: bytes) -> list[dict[str, Any]]:
    return [
        {"type": "http.request", "body": body, "more_body": i < len(bodies)}
        for i, body in enumerate(bodies, 1)
    ]


async def send(
    app: Any,
    method: str = "POST",
    path: str = "/ipn",
    *,
    messages: list[dict[str, Any]] | None = None,
    headers: tuple[tuple[bytes, bytes], ...] = (FORM,),
    query: bytes = b"",
) -> Answer:
    waiting = list(messages if messages is not None else pieces(b"a=b"))
    answers: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def answer(message: dict[str, Any]) -> None:
        answers.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
    }
    scope |= {"method": method, "path": path, "query_string": query, "headers": list(headers)}
    scope |= {"client": ("192.0.2.7", 4711), "server": ("shop", 80), "scheme": "http", "root_path": ""}
    await app(scope, receive, answer)
    body = b"".join(message.get("body", b"") for message in answers[1:])
    return Answer(answers[0]["status"], dict(answers[0]["headers"]), body, len(waiting))


def post(kept: Kept, **request: Any) -> Answer:
    app = create_listener(kept, body_bytes_max=BODY_BYTES_MAX, clock=lambda: NOON, body_seconds=0.2)
    return asyncio.run(send(app, **request))


@given(body=st.binary(min_size=1, max_size=BODY_BYTES_MAX), cuts=st.lists(st.integers(0, BODY_BYTES_MAX)))
def test_any_bytes_are_kept_as_they_came(body: bytes, cuts: list[int]) -> None:
    kept, ends = Kept(), sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    answer = post(kept, messages=pieces(*(body[a:b] for a, b in pairwise(ends))))
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers == {b"content-length": b"0"}
    assert [one.body for one in kept.deliveries] == [body]


def test_what_came_with_the_body_is_kept_too() -> None:
    kept, headers = Kept(), ((b"x-odd", b"\xff\x80"), FORM, (b"x-twice", b"1"), (b"x-twice", b"2"))
    assert post(kept, headers=headers).status == 200
    assert kept.deliveries == [
        Delivery(
            received_us=to_us(NOON),
            peer="192.0.2.7",
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers),
            body=b"a=b",
        )
    ]


@pytest.mark.parametrize(
    "content_type",
    [
        b"application/x-www-form-urlencoded",
        b"Application/X-WWW-Form-URLencoded; charset=windows-1252",
        b"application/x-www-form-urlencoded ;charset=\xff",
        b"",
        None,
    ],
)
def test_a_form_is_a_form_however_it_is_written(content_type: bytes | None) -> None:
    kept = Kept()
    headers = () if content_type is None else ((b"content-type", content_type),)
    assert post(kept, headers=headers).status == 200
    assert len(kept.deliveries) == 1


@pytest.mark.parametrize("content_type", [b"application/json", b"multipart/form-data; boundary=x", b"\xff"])
def test_what_is_no_form_is_refused_unread(content_type: bytes) -> None:
    kept = Kept()
    answer = post(kept, headers=((b"content-type", content_type),))
    assert (answer.status, answer.unread, kept.deliveries) == (415, 1, [])
    assert set(answer.problem) == {"title", "description"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/ipn", "/ipn/"])
def test_nothing_but_post_will_do(method: str, path: str) -> None:
    kept = Kept()
    answer = post(kept, method=method, path=path)
    assert (answer.status, answer.headers[b"allow"], kept.deliveries) == (405, b"POST", [])


@pytest.mark.parametrize("query", [b"a=b", b"\xff\xfe=%zz", b"&&&"])
def test_a_slash_and_a_query_do_no_harm(query: bytes) -> None:
    kept = Kept()
    assert post(kept, path="/ipn/", query=query).status == 200
    assert kept.deliveries[0].body == b"a=b"


@pytest.mark.parametrize(
    "path", ["/", "/ipn/x", "/IPN", "/readyz", "/metrics", "/api/transactions/1", "/desk/"]
)
def test_nothing_else_is_here(path: str) -> None:
    answer = post(Kept(), path=path)
    assert answer.status == 404
    assert all(answer.problem.values())


def test_it_says_that_it_lives() -> None:
    assert post(Kept(), method="GET", path="/livez", messages=[]).status == 200
    assert post(Kept(), method="POST", path="/livez").status == 405


def test_an_empty_body_is_refused() -> None:
    kept = Kept()
    assert (post(kept, messages=pieces(b"")).status, kept.deliveries) == (400, [])


def test_the_longest_body_is_kept_and_a_longer_one_refused_unread() -> None:
    kept = Kept()
    announced = (FORM, (b"content-length", b"%d" % BODY_BYTES_MAX))
    assert post(kept, headers=announced, messages=pieces(b"x" * BODY_BYTES_MAX)).status == 200
    for length in (b"%d" % (BODY_BYTES_MAX + 1), b"9" * 400):
        answer = post(kept, headers=(FORM, (b"content-length", length)), messages=pieces(b"x"))
        assert (answer.status, answer.unread, answer.headers[b"connection"]) == (413, 1, b"close")
    assert len(kept.deliveries) == 1


def test_a_longer_body_that_was_not_announced_is_read_no_further() -> None:
    kept = Kept()
    answer = post(kept, messages=pieces(b"x" * 600, b"x" * 600, b"x" * 600, b"x" * 600))
    assert (answer.status, answer.unread, answer.headers[b"connection"]) == (413, 2, b"close")
    assert kept.deliveries == []


@pytest.mark.parametrize("length", [None, b"9"])
def test_nothing_is_kept_of_a_body_that_was_cut_off(length: bytes | None) -> None:
    kept = Kept()
    headers = (FORM,) if length is None else (FORM, (b"content-length", length))
    for messages in ([CUT], [*pieces(b"a=b", b"")[:1], CUT], [*pieces(b"a=b", b"&c=", b"")[:2], CUT]):
        post(kept, headers=headers, messages=messages)
    assert kept.deliveries == []


@pytest.mark.parametrize("length", [b"4", b"2", b"-1", b"x", b"3, 3"])
def test_a_body_of_another_length_than_announced_is_refused(length: bytes) -> None:
    kept = Kept()
    assert post(kept, headers=(FORM, (b"content-length", length))).status == 400
    assert kept.deliveries == []


def test_a_body_that_dribbles_in_is_not_waited_for() -> None:
    kept = Kept()
    answer = post(kept, messages=pieces(b"a", b"")[:1])
    assert (answer.status, answer.headers[b"connection"], kept.deliveries) == (408, b"close", [])


@pytest.mark.parametrize("reason", ["full", "late", "store", "closed"])
def test_what_was_not_kept_is_wanted_again(reason: Any) -> None:
    answer = post(Kept(unkept=Unkept(reason=reason)))
    assert answer.status == 503
    assert int(answer.headers[b"retry-after"]) > 0
    assert reason in answer.problem["description"]


@pytest.fixture
def engine(any_engine: str, tmp_path: Path) -> Iterator[StoreEngine]:
    with open_parts(tmp_path) as parts:
        yield parts.inbox


def test_a_store_that_is_locked_for_too_long_is_told_in_time_and_used_again(
    engine: StoreEngine, tmp_path: Path
) -> None:
    async def scene() -> None:
        keeper = Keeper(Inbox(engine), limits=Limits(wait_seconds=1.0))
        app = create_listener(keeper, body_bytes_max=BODY_BYTES_MAX, clock=lambda: NOON)
        with Hold(tmp_path, "inbox"):
            began = asyncio.get_running_loop().time()
            answers = await asyncio.gather(*(send(app, messages=pieces(b"early")) for _ in range(20)))
            assert asyncio.get_running_loop().time() - began < 1.5
        assert {(one.status, one.headers[b"retry-after"]) for one in answers} == {(503, b"30")}
        assert (await send(app, messages=pieces(b"after"))).status == 200
        await keeper.close()

    asyncio.run(scene())
    assert [one.body for one in Inbox(engine).after(0, 100)] == [b"after"]


def test_a_full_disk_is_told_and_got_over(on_sqlite: str, engine: StoreEngine) -> None:
    pages_max = [20]
    event.listen(engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count = {pages_max[0]}"))
    engine.dispose()

    async def scene() -> list[int]:
        keeper = Keeper(Inbox(engine))
        app = create_listener(keeper, body_bytes_max=BODY_BYTES_MAX, clock=lambda: NOON)
        statuses = [(await send(app, messages=pieces(b"x" * 1000))).status for _ in range(100)]
        pages_max[0] = 10_000
        statuses += [(await send(app, messages=pieces(b"x" * 1000))).status for _ in range(10)]
        await keeper.close()
        return statuses

    statuses = asyncio.run(scene())
    assert set(statuses) == {200, 503}
    assert statuses[99] == 503
    # The connection that met the full disk was given up with it, so room is noticed by the next message.
    assert statuses[100:] == [200] * 10
    assert len(Inbox(engine).after(0, 1000)) == statuses.count(200)
