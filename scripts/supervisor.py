"""The supervisor: starts children, starts again what died, and ends all of them on one signal."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

log = structlog.get_logger()


@dataclass(frozen=True)
class Child:
    """One process to keep: its name in the log, its command, its whole environment.

    It starts when those that do not wait are ready, or after so many seconds; null: not before.
    """

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str] = field(repr=False)
    waits_seconds: float | None = 0.0


@dataclass(frozen=True)
class Pace:
    """How patient the supervisor is."""

    pause_seconds: float = 0.5
    pause_seconds_max: float = 30.0
    steady_seconds: float = 60.0
    grace_seconds: float = 30.0


@dataclass(frozen=True)
class _Stop:
    """Asked once: end in good order. Asked twice: end now."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    hurried: asyncio.Event = field(default_factory=asyncio.Event)

    def ask(self, number: signal.Signals) -> None:
        (self.hurried if self.asked.is_set() else self.asked).set()
        log.info("stopping at once" if self.hurried.is_set() else "stopping", signal=number.name)


async def supervise(
    children: tuple[Child, ...],
    ready: Callable[[], Coroutine[Any, Any, None]],
    pace: Pace | None = None,
) -> None:
    """Keep the children until SIGTERM, SIGINT or SIGHUP; `ready` returns when those that do not wait are."""
    stop, opened, pace = _Stop(), asyncio.Event(), pace or Pace()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.ask, number)
    async with asyncio.TaskGroup() as group:
        for child in children:
            group.create_task(_keep(child, opened, stop, pace))
        if await _ended_before(stop.asked, ready()):
            opened.set()
    log.info("stopped")


async def _keep(child: Child, opened: asyncio.Event, stop: _Stop, pace: Pace) -> None:
    """One child's life, and its next ones."""
    loop = asyncio.get_running_loop()
    await _ended_before(stop.asked, opened.wait(), child.waits_seconds)
    pause_seconds = pace.pause_seconds
    while not stop.asked.is_set():
        started = loop.time()
        exit_code = await _live(child, stop, pace)
        if stop.asked.is_set():
            return
        if loop.time() - started >= pace.steady_seconds:
            pause_seconds = pace.pause_seconds
        log.warning(
            "child died, will be started again", child=child.name, exit=exit_code, pause_seconds=pause_seconds
        )
        await _ended_before(stop.asked, asyncio.sleep(pause_seconds))
        pause_seconds = min(2 * pause_seconds, pace.pause_seconds_max)


async def _live(child: Child, stop: _Stop, pace: Pace) -> int | str:
    """From start to end; the exit code, or why it could not be started."""
    try:
        process = await asyncio.create_subprocess_exec(
            *_tied(child.command), env=child.environ, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        return str(error)
    log.info("child started", child=child.name, pid=process.pid)
    if not await _ended_before(stop.asked, process.wait()):
        await _end(child, process, stop, pace)
    exit_code = await process.wait()
    # Workers of a gunicorn that was killed would keep its port.
    _kill_group(process.pid)
    return exit_code


async def _end(child: Child, process: asyncio.subprocess.Process, stop: _Stop, pace: Pace) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    if not await _ended_before(stop.hurried, process.wait(), pace.grace_seconds):
        log.warning("child killed, it did not end in time", child=child.name, pid=process.pid)
        _kill_group(process.pid)


def _tied(command: tuple[str, ...]) -> tuple[str, ...]:
    """The command, made to end with this process even when this one is killed."""
    return (sys.executable, "-m", "scripts.lifeline", str(os.getpid()), *command)


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


async def _ended_before(
    event: asyncio.Event, wanted: Coroutine[Any, Any, Any], seconds: float | None = None
) -> bool:
    """Whether what is wanted ended before the event came and the time was over; it is given up when not."""
    work, alarm = asyncio.ensure_future(wanted), asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({work, alarm}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
        return work.done()
    finally:
        await _drop(work)
        await _drop(alarm)


async def _drop(task: Awaitable[Any] | asyncio.Future[Any]) -> None:
    future = asyncio.ensure_future(task)
    future.cancel()
    await asyncio.wait({future})
