"""One run of `counterfoil simulate`: the play, what is waited for after it, the check, and its report."""

import asyncio
import signal
import sys
import time
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.simulator.checking import Checked, check
from adapters.simulator.delivery import posting_to
from adapters.simulator.letters import letters
from adapters.simulator.memory import Memory
from adapters.simulator.office import office_at
from adapters.simulator.paypal import PATH, create_paypal
from adapters.simulator.player import Delivery, Player, UnreachableError
from adapters.simulator.serving import HOST, serving
from scripts.simulate_options import Play
from scripts.simulate_report import Report, progress_line

DONE, FOUND, USAGE, COULD_NOT = 0, 1, 2, 3


async def run(play: Play) -> tuple[int, Report | None]:
    """The exit code, and the report if there was a play."""
    memory = Memory()
    stop = _stop_on_signals()
    begun = datetime.now(UTC)
    try:
        async with (
            serving(create_paypal(memory, play.troubles), play.port) as port,
            posting_to(play.listener, keep_alive=play.keep_alive) as post,
        ):
            post_back = f"http://{HOST}:{port}{PATH}"
            _say(f"PayPal answers post-backs at {post_back}; seed {play.seed}")
            player = Player(
                post=post,
                memory=memory,
                schedule=play.schedule,
                # A line for each of a load would be a load of its own.
                tell=_tell if play.rate is None else _keep_quiet,
                at_once_max=play.at_once_max,
            )
            clock = time.monotonic()
            await _unless(stop, player.play(play.plan))
            seconds = time.monotonic() - clock
            checked = await _afterwards(play, player, memory, stop, post_back, begun)
    except UnreachableError:
        _fail(f"nothing answers at {play.listener}")
        return COULD_NOT, None
    except OSError as error:
        _fail(f"--port {play.port}: {error.strerror or error}")
        return COULD_NOT, None
    report = Report(
        play=play, post_back=post_back, memory=memory, player=player, seconds=seconds, checked=checked
    )
    found = _refused(player.deliveries, stopped=stop.is_set()) or bool(checked and checked.found)
    return (FOUND if found else DONE), report


async def _afterwards(  # noqa: PLR0913, PLR0917 — all that the play has left behind
    play: Play, player: Player, memory: Memory, stop: asyncio.Event, post_back: str, begun: datetime
) -> Checked | None:
    """Stay while post-backs may come, and look, where that is asked for; None where it is not."""
    if play.stay:
        _say("all was sent; answering post-backs until Ctrl-C")
        await stop.wait()
    if play.asking is None:
        if not play.stay:
            await _wait_for_post_backs(play, memory, stop, post_back)
        return None
    async with office_at(play.asking.office, play.asking.token) as office:
        posted = letters(play.plan, player.deliveries)
        return await check(office, posted, begun, linger_seconds=play.linger_seconds)


async def _wait_for_post_backs(play: Play, memory: Memory, stop: asyncio.Event, post_back: str) -> None:
    try:
        async with asyncio.timeout(play.linger_seconds):
            await _unless(stop, memory.wait_until_all_asked())
    except TimeoutError:
        _say(f"{memory.unasked} not asked back within {play.linger_seconds:g} s; is VERIFY_URL {post_back}?")


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do the work, or leave it when told to stop."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def _refused(deliveries: Sequence[Delivery], *, stopped: bool) -> bool:
    """Whether PayPal gave something up; what was on its way when a person stopped it does not count."""
    return any(
        one.planned.of_paypal and not one.acknowledged and not (stopped and one.status is None)
        for one in deliveries
    )


def _tell(delivery: Delivery) -> None:
    _say(progress_line(delivery))


def _keep_quiet(_: Delivery) -> None:
    """Say nothing."""


def _fail(line: str) -> None:
    _say(f"counterfoil: {line}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
