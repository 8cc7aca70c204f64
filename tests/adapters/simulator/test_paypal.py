import asyncio

import pytest

from adapters.simulator.memory import Memory
from adapters.simulator.paypal import PATH, create_paypal
from adapters.simulator.serving import Reply, Request, serving
from adapters.simulator.troubles import KINDS, NO_TROUBLE, TROUBLES_MAX, Away, Troubles
from adapters.verifier import Verifier
from domain.vocabulary import Verdict
from tests.adapters.test_verifier import NOW

BODY = b"mc_gross=19.95&first_name=J%F6rg&custom=&x=+%20"
ASKED = b"cmd=_notify-validate&" + BODY


def ask(
    memory: Memory,
    asked: bytes,
    troubles: Troubles = NO_TROUBLE,
    *,
    method: str = "POST",
    path: str = PATH,
    user_agent: str = "test",
) -> Reply | None:
    async def walk() -> Reply | None:
        request = Request(method=method, path=path, headers={"user-agent": user_agent}, body=asked)
        return await create_paypal(memory, troubles)(request)

    return asyncio.run(walk())


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        (ASKED, b"VERIFIED"),
        (b"cmd=_notify-validate&" + BODY.replace(b"%F6", b"%f6"), b"INVALID"),
        (b"cmd=_notify-validate&" + BODY.replace(b"custom=&", b""), b"INVALID"),
        (b"cmd=_notify-validate&" + BODY.replace(b"+", b"%20"), b"INVALID"),
        (ASKED + b"\n", b"INVALID"),
        (b"cmd=_notify-validate&", b"INVALID"),
        (BODY, b"INVALID"),
        (b"", b"INVALID"),
    ],
)
def test_only_what_it_sent_is_verified_byte_for_byte(asked: bytes, word: bytes) -> None:
    memory = Memory()
    memory.remember(BODY)
    heard = ask(memory, asked)
    assert heard is not None
    assert (heard.status, heard.body) == (200, word)
    assert memory.unasked == (0 if word == b"VERIFIED" else 1)


def test_whoever_does_not_say_who_asks_is_turned_away() -> None:
    heard = ask(Memory(), ASKED, user_agent="")
    assert heard is not None
    assert heard.status == 403


def test_there_is_one_address_and_it_is_posted_to() -> None:
    elsewhere, read = ask(Memory(), ASKED, path="/"), ask(Memory(), ASKED, method="GET")
    assert elsewhere is not None
    assert read is not None
    assert (elsewhere.status, read.status) == (404, 405)


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [("500", 500, b"<!DOCTYPE"), ("html", 200, b"<!DOCTYPE"), ("empty", 200, b""), ("redirect", 302, b"")],
)
def test_it_fails_in_many_ways_and_says_the_word_in_none(kind: str, status: int, text: bytes) -> None:
    memory = Memory()
    memory.remember(BODY)
    heard = ask(memory, ASKED, Troubles(shares={kind: 1.0}))
    assert heard is not None
    assert heard.status == status
    assert heard.body.startswith(text)
    assert b"VERIFIED" not in heard.body
    assert memory.answers == {kind: 1}
    assert memory.unasked == 1


def test_the_real_verifier_takes_no_trouble_for_a_verdict() -> None:
    async def walk(kind: str) -> list[Verdict]:
        memory = Memory()
        memory.remember(BODY)
        troubles = Troubles(shares={kind: 1.0}, slow_seconds=0.05)
        async with serving(create_paypal(memory, troubles), 0) as port:
            asks = Verifier(f"http://127.0.0.1:{port}{PATH}", clock=lambda: NOW)
            heard = [(await asks.ask(BODY)).verdict for _ in range(TROUBLES_MAX + 1)]
            heard.append((await asks.ask(b"forged=1")).verdict)
            await asks.aclose()
        assert memory.answers.total() >= len(heard)
        return heard

    for kind in KINDS:
        bad = Verdict.VERIFIED if kind == "slow" else Verdict.UNKNOWN
        *first, last, forged = asyncio.run(walk(kind))
        assert set(first) == {bad}, kind
        assert last is Verdict.VERIFIED
        assert forged is (Verdict.INVALID if kind == "slow" else Verdict.UNKNOWN)


def test_it_is_away_when_it_is_time_and_back_afterwards() -> None:
    moments = iter([0.0, 1.0, 2.5])
    memory = Memory()
    answering = create_paypal(memory, Troubles(away=(Away(0.5, 1.0),)), lambda: next(moments))
    request = Request(method="POST", path=PATH, headers={"user-agent": "test"}, body=ASKED)

    async def walk() -> list[Reply | None]:
        return [await answering(request) for _ in range(2)]

    away, back = asyncio.run(walk())
    assert away is None
    assert back is not None
    assert memory.answers == {"away": 1, "INVALID": 1}
