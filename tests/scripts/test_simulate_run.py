import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from random import Random
from typing import Any

import pytest

from adapters.simulator.delivery import posting_to
from adapters.simulator.faults import Faults
from adapters.simulator.mailing import Mark
from adapters.simulator.paypal import PREFIX
from adapters.simulator.plans import in_turn
from adapters.simulator.schedule import schedule
from adapters.simulator.serving import Reply, Request, serving
from adapters.simulator.troubles import NO_TROUBLE
from scripts.checks import free_port
from scripts.simulate_options import Asking, Play
from scripts.simulate_report import Report
from scripts.simulate_run import COULD_NOT, DONE, FOUND, run

NOW = datetime(2026, 11, 20, tzinfo=UTC)
Hear = Callable[[Request], Awaitable[Reply]]


def played(hear: Hear, **said: Any) -> tuple[int, Report | None]:
    async def walk() -> tuple[int, Report | None]:
        async with serving(hear, 0) as port:
            return await run(a_play(f"http://127.0.0.1:{port}/ipn", **said))

    return asyncio.run(walk())


def a_play(listener: str, **said: Any) -> Play:
    plan = in_turn(["full_refund", "completed"], rng=Random(1), now=NOW)
    usual: dict[str, Any] = {
        "plan": plan,
        "listener": listener,
        "port": 0,
        "seed": 1,
        "now": NOW,
        "rate": None,
        "schedule": schedule(patience_seconds=0.2),
        "troubles": NO_TROUBLE,
        "keep_alive": False,
        "stay": False,
        "linger_seconds": 0.0,
        "asking": None,
    }
    return Play(**(usual | said))


def refusing(body: bytes, status: HTTPStatus = HTTPStatus.SERVICE_UNAVAILABLE) -> Hear:
    async def hear(request: Request) -> Reply:
        return Reply(status=status if body in request.body else HTTPStatus.OK)

    return hear


ACKNOWLEDGING = refusing(b"no such body")


def test_what_is_acknowledged_and_asked_back_is_done() -> None:
    port = free_port()

    async def hear(request: Request) -> Reply:
        async with posting_to(f"http://127.0.0.1:{port}/cgi-bin/webscr") as post:
            assert (await post(PREFIX + request.body)).status == 200
        return Reply()

    code, report = played(hear, port=port, linger_seconds=10.0)
    assert report is not None
    assert (code, report.acknowledged, report.memory.asked_back) == (DONE, 3, 3)
    assert report.post_back == f"http://127.0.0.1:{port}/cgi-bin/webscr"


def test_what_is_not_asked_back_is_said_and_no_problem_of_paypals(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = played(ACKNOWLEDGING)
    assert (code, report is not None) == (DONE, True)
    assert "3 not asked back within 0 s; is VERIFY_URL http://127.0.0.1:" in capsys.readouterr().err


def test_what_paypal_gives_up_is_found_and_what_a_forger_does_is_not() -> None:
    code, _ = played(refusing(b"payment_status=Refunded"))
    assert code == FOUND
    sale, *_, fake = in_turn(["completed"], rng=Random(1), now=NOW, faults=Faults(seed=3, forged=1.0))
    assert fake.mark is Mark.FORGED
    code, report = played(refusing(fake.message.body), plan=[sale, fake])
    assert report is not None
    assert (code, report.acknowledged) == (DONE, 1)


@pytest.mark.parametrize("rate", [None, 100.0])
def test_only_a_load_is_played_in_silence(rate: float | None, capsys: pytest.CaptureFixture[str]) -> None:
    played(ACKNOWLEDGING, rate=rate)
    assert ("full_refund" in capsys.readouterr().err) is (rate is None)


def test_where_nobody_listens_it_could_not(capsys: pytest.CaptureFixture[str]) -> None:
    url = f"http://127.0.0.1:{free_port()}/ipn"
    assert asyncio.run(run(a_play(url))) == (COULD_NOT, None)
    assert f"counterfoil: nothing answers at {url}\n" in capsys.readouterr().err


def test_where_its_port_is_taken_it_could_not(capsys: pytest.CaptureFixture[str]) -> None:
    async def walk() -> tuple[int, Report | None]:
        async with serving(ACKNOWLEDGING, 0) as port:
            return await run(a_play(f"http://127.0.0.1:{port}/ipn", port=port))

    assert asyncio.run(walk()) == (COULD_NOT, None)
    assert "Address already in use" in capsys.readouterr().err


def test_a_person_who_stops_it_finds_nothing() -> None:
    async def hear(_: Request) -> Reply:
        os.kill(os.getpid(), signal.SIGTERM)
        return Reply()

    code, report = played(hear, stay=True)
    assert report is not None
    assert code == DONE
    assert report.acknowledged >= 1


def test_what_the_check_finds_is_found() -> None:
    async def answer(request: Request) -> Reply:
        wrong = request.path.startswith("/api/")
        return Reply(status=HTTPStatus.UNAUTHORIZED if wrong else HTTPStatus.OK)

    async def walk() -> tuple[int, Report | None]:
        async with serving(answer, 0) as port:
            asking = Asking(office=f"http://127.0.0.1:{port}", token="secret")
            return await run(a_play(f"http://127.0.0.1:{port}/ipn", asking=asking))

    code, report = asyncio.run(walk())
    assert report is not None
    assert report.checked is not None
    assert (code, report.checked.found) == (
        FOUND,
        ["the office answers 401 to /api/status: is the token right?"],
    )
