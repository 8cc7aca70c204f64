"""`counterfoil simulate`: a PayPal on loopback that posts lifecycles and answers post-backs."""

import asyncio
import secrets
import signal
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Annotated, Any

import typer

from adapters.simulator.delivery import checked_listener, posting_to
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.memory import Memory
from adapters.simulator.paypal import PATH, create_paypal
from adapters.simulator.plans import Planned, in_turn, shop_day
from adapters.simulator.player import Delivery, Player, UnreachableError
from adapters.simulator.serving import HOST, serving
from scripts.simulate_report import Report, lifecycles_text, progress_line

DONE, FOUND, USAGE, COULD_NOT = 0, 1, 2, 3
DEFAULT_LISTENER = "http://127.0.0.1:8000/ipn"
DEFAULT_PORT = 8002


@dataclass(frozen=True, slots=True, kw_only=True)
class _Play:
    """What to play, and how long to stay."""

    plan: Sequence[Planned]
    listener: str
    port: int
    seed: int
    stay: bool
    linger_seconds: float
    patience_seconds: float


def simulate(  # noqa: PLR0913 — each is an option of the command
    lifecycles: Annotated[
        list[str] | None, typer.Argument(help="What to play, in turn; see --list. [default: completed]")
    ] = None,
    *,
    listener: Annotated[
        str, typer.Option(metavar="URL", help="Where to post; loopback only.")
    ] = DEFAULT_LISTENER,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where to answer post-backs; 0 takes a free one.")
    ] = DEFAULT_PORT,
    seed: Annotated[int | None, typer.Option(help="Play the same people, ids and order again.")] = None,
    day: Annotated[bool, typer.Option("--day", help="Play a shop's day in a minute, then stay.")] = False,
    shuffle: Annotated[bool, typer.Option("--shuffle", help="Send in random order.")] = False,
    duplicate: Annotated[bool, typer.Option("--duplicate", help="Send everything twice.")] = False,
    pause: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="Between two messages.")] = 0.0,
    keep: Annotated[bool, typer.Option("--keep", help="Go on answering post-backs until Ctrl-C.")] = False,
    linger: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="How long to wait for post-backs at the end.")
    ] = 30.0,
    patience: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="How long to resend one message.")
    ] = 10.0,
    list_: Annotated[bool, typer.Option("--list", help="Print the lifecycles and end.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Play PayPal on loopback: post notifications, resend until 200, answer post-backs honestly.

    The listener's VERIFY_URL must be http://127.0.0.1:PORT/cgi-bin/webscr.
    """
    if list_:
        print(lifecycles_text(as_json=json_))
        return
    names = lifecycles or ["completed"]
    _check(names, listener, day=day, given=lifecycles is not None and bool(lifecycles))
    chosen = secrets.randbelow(10**9) if seed is None else seed
    rng, now = Random(chosen), datetime.now(UTC)  # noqa: S311 — repeatable, not secret
    plan = (
        shop_day(rng=rng, now=now)
        if day
        else in_turn(names, rng=rng, now=now, pause_seconds=pause, shuffle=shuffle, duplicate=duplicate)
    )
    play = _Play(
        plan=plan,
        listener=listener,
        port=port,
        seed=chosen,
        stay=day or keep,
        linger_seconds=linger,
        patience_seconds=patience,
    )
    code, report = asyncio.run(_run(play))
    if report is not None:
        print(report.as_json() if json_ else report.as_text())
    raise typer.Exit(code)


def _check(names: Sequence[str], listener: str, *, day: bool, given: bool) -> None:
    try:
        checked_listener(listener)
    except ValueError as error:
        _fail(f"--listener: {error}")
        raise typer.Exit(USAGE) from error
    if day and given:
        _fail("--day plays all lifecycles: name none beside it")
        raise typer.Exit(USAGE)
    for name in names:
        if name not in LIFECYCLES:
            _fail(f"{name!r} is no lifecycle; `counterfoil simulate --list` prints them")
            raise typer.Exit(USAGE)


async def _run(play: _Play) -> tuple[int, Report | None]:
    memory = Memory()
    stop = _stop_on_signals()
    # Dice of their own, so that pauses do not change what a seed plays.
    dice = Random(play.seed)  # noqa: S311 — repeatable, not secret
    try:
        async with (
            serving(create_paypal(memory, draw=dice.random), play.port) as port,
            posting_to(play.listener) as post,
        ):
            post_back = f"http://{HOST}:{port}{PATH}"
            _say(f"PayPal answers post-backs at {post_back}; seed {play.seed}")
            player = Player(
                post=post,
                memory=memory,
                draw=dice.random,
                patience_seconds=play.patience_seconds,
                tell=lambda delivery: _say(progress_line(delivery)),
            )
            await _unless(stop, player.play(play.plan))
            await _stay(play, memory, stop, post_back)
    except UnreachableError:
        _fail(f"nothing answers at {play.listener}")
        return COULD_NOT, None
    except OSError as error:
        _fail(f"--port {play.port}: {error.strerror or error}")
        return COULD_NOT, None
    report = Report(
        seed=play.seed,
        listener=play.listener,
        post_back=post_back,
        asked_back=memory.asked_back,
        deliveries=tuple(player.deliveries),
    )
    return (FOUND if _refused(player.deliveries, stopped=stop.is_set()) else DONE), report


async def _stay(play: _Play, memory: Memory, stop: asyncio.Event, post_back: str) -> None:
    if play.stay:
        _say("all was sent; answering post-backs until Ctrl-C")
        await stop.wait()
        return
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
    """Whether something was not acknowledged; what was on its way when a person stopped it does not count."""
    return any(not one.acknowledged and not (stopped and one.status is None) for one in deliveries)


def _fail(line: str) -> None:
    _say(f"counterfoil: {line}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
