import asyncio
from random import Random

import pytest
from falcon.testing import Result, TestClient

from adapters.simulator.memory import Memory
from adapters.simulator.paypal import PATH, Trouble, create_paypal
from adapters.simulator.serving import serving
from adapters.verifier import Verifier
from domain.vocabulary import Verdict
from tests.adapters.test_verifier import NOW

BODY = b"mc_gross=19.95&first_name=J%F6rg&custom=&x=+%20"


def a_paypal(memory: Memory, **trouble: object) -> TestClient:
    return TestClient(create_paypal(memory, draw=Random(1).random, trouble=Trouble(**trouble)))  # type: ignore[arg-type]


def ask(client: TestClient, asked: bytes, headers: dict[str, str] | None = None) -> Result:
    return client.simulate_post(PATH, body=asked, headers=headers or {"User-Agent": "test"})


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        (b"cmd=_notify-validate&" + BODY, "VERIFIED"),
        (b"cmd=_notify-validate&" + BODY.replace(b"%F6", b"%f6"), "INVALID"),
        (b"cmd=_notify-validate&" + BODY.replace(b"custom=&", b""), "INVALID"),
        (b"cmd=_notify-validate&" + BODY.replace(b"+", b"%20"), "INVALID"),
        (b"cmd=_notify-validate&" + BODY + b"\n", "INVALID"),
        (b"cmd=_notify-validate&", "INVALID"),
        (BODY, "INVALID"),
        (b"", "INVALID"),
    ],
)
def test_only_what_it_sent_is_verified_byte_for_byte(asked: bytes, word: str) -> None:
    memory = Memory()
    memory.remember(BODY)
    heard = ask(a_paypal(memory), asked)
    assert (heard.status_code, heard.text) == (200, word)
    assert memory.unasked == (0 if word == "VERIFIED" else 1)


def test_whoever_does_not_say_who_asks_is_turned_away() -> None:
    assert ask(a_paypal(Memory()), BODY, {"User-Agent": ""}).status_code == 403


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [("500", 500, "<!DOCTYPE"), ("html", 200, "<!DOCTYPE"), ("empty", 200, ""), ("redirect", 302, "")],
)
def test_the_first_asks_fail_as_told_and_the_next_is_honest(kind: str, status: int, text: str) -> None:
    client = a_paypal(Memory(), kind=kind, first_asks=2)
    for _ in range(2):
        heard = ask(client, BODY)
        assert heard.status_code == status
        assert heard.text.startswith(text)
        assert "VERIFIED" not in heard.text
    assert ask(client, BODY).text == "INVALID"


def test_it_fails_as_often_as_told() -> None:
    client = a_paypal(Memory(), probability=0.5)
    failed = sum(ask(client, BODY).status_code == 500 for _ in range(200))
    assert 70 < failed < 130


def test_the_real_verifier_hears_it_and_it_may_be_slow() -> None:
    async def walk() -> tuple[list[Verdict], float]:
        memory = Memory()
        memory.remember(BODY)
        app = create_paypal(memory, draw=Random(1).random, trouble=Trouble(delay_seconds=0.2))
        async with serving(app, 0) as port:
            asks = Verifier(f"http://127.0.0.1:{port}{PATH}", clock=lambda: NOW)
            heard = [await asks.ask(body) for body in (BODY, b"forged=1")]
            await asks.aclose()
        return [one.verdict for one in heard], min(one.seconds for one in heard)

    verdicts, seconds = asyncio.run(walk())
    assert verdicts == [Verdict.VERIFIED, Verdict.INVALID]
    assert seconds >= 0.2
