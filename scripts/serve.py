"""The command `serve`: check everything, then keep listener, office and worker running."""

import asyncio
import os
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from scripts import demo as play
from scripts.checks import CannotStartError, alone_in, check_ports, check_writable, free_port
from scripts.cli import version_text
from scripts.logs import configure
from scripts.notary_key import signer
from scripts.settings import PREFIX, Address, Settings, SettingsError, read_settings
from scripts.supervisor import Child, supervise
from scripts.tokens import tokens
from scripts.values import why
from scripts.wiring.stores import check_house

POLL_SECONDS = 0.05
ANSWER_SECONDS_MAX = 2.0
WORKER_WAITS_SECONDS = 5.0
ROOT = Path(__file__).resolve().parent.parent


def serve(
    bind: Annotated[str | None, typer.Option(help="The listener's address, over BIND.")] = None,
    office: Annotated[str | None, typer.Option(help="The office's address, over OFFICE.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="How many workers; on SQLite one.")] = 1,
    *,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Listen and answer, work nothing off.")
    ] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Play a shop's day against a local PayPal.")] = False,
) -> None:
    """Run listener, office and worker, and start again what dies; one Ctrl-C ends all."""
    options = {name: text for name, text in (("BIND", bind), ("OFFICE", office)) if text is not None}
    paypal_port = free_port() if demo else 0
    if demo:
        options |= play.settings_of_demo(play.FOLDER, paypal_port)
    settings = read_settings(os.environ, options)
    if workers > 1 and not settings.store.takes_many_workers:
        raise SettingsError(f"--workers is {workers}; expected 1: SQLite takes one writer at a time")
    configure(settings.log_format, "serve")
    with alone_in(settings.home):
        check_writable(settings.home)
        check_ports(settings)
        if demo:
            play.sweep(settings.home)
        check_house(settings)
        try:
            operator_token = tokens(settings).operator
        except OSError as error:
            raise CannotStartError(
                f"cannot keep the tokens in {str(settings.home)!r}: {why(error)}"
            ) from None
        if not no_worker:
            signer(settings)
        house = children(settings, 0 if no_worker else workers)
        said = greeting(settings, operator_token)
        if demo:
            paypal = play.paypal_command(settings, paypal_port)
            house += (Child("paypal", paypal, environment(settings), waits_seconds=None),)
            said += play.hints(settings, operator_token)
        asyncio.run(supervise(house, partial(ready, settings, said)))


async def ready(settings: Settings, said: str) -> None:
    """Say where everything is as soon as both doors answer."""
    await asyncio.gather(answers(settings.bind.reachable), answers(settings.office.reachable))
    print(said, flush=True)


def children(settings: Settings, workers: int) -> tuple[Child, ...]:
    """Listener, office and so many workers; only the office is told the tokens, only workers sign."""
    python = (sys.executable, "-m")
    # PayPal waits for the doors; nobody waits for the worker in its first second.
    signing = environment(settings, secrets=("NOTARY_KEY",))
    work = Child("worker", (*python, "scripts", "work"), signing, WORKER_WAITS_SECONDS)
    return (
        Child("listener", (*python, "gunicorn", "-c", "python:scripts.gunicorn_conf"), environment(settings)),
        Child(
            "office",
            (*python, "gunicorn", "-c", "python:scripts.office_conf"),
            environment(settings, secrets=("OPERATOR_TOKEN", "VIEWER_TOKEN")),
        ),
        *(work for _ in range(workers)),
    )


def environment(settings: Settings, *, secrets: Collection[str] = ()) -> Mapping[str, str]:
    """A child's environment: the settings as they hold now, and our rooms, not the current folder's."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**inherited, **settings.environment(secrets=secrets), "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}


async def answers(address: Address) -> None:
    """Return as soon as `/livez` there says 200."""
    while True:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                if await _is_live(address):
                    return
        await asyncio.sleep(POLL_SECONDS)


async def _is_live(address: Address) -> bool:
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        writer.write(f"GET /livez HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
        return b" 200 " in await reader.readline()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def greeting(settings: Settings, operator_token: str) -> str:
    """Where everything is, and what a newcomer should know."""
    origin = settings.origins["OPERATOR_TOKEN"]
    shown = f"{operator_token}  ({origin})" if settings.operator_token is None else f"from {origin}"
    lines = [
        f"Counterfoil {version_text()} is serving.",
        f"  PayPal posts to  http://{settings.bind}/ipn",
        f"  office           http://{settings.office}/",
        f"  operator token   {shown}",
    ]
    if settings.origins["VERIFY_URL"] != "by PAYPAL":
        lines.append(f"  post-backs go to {settings.verify_url} (VERIFY_URL), not to PayPal's own address")
    if not settings.receivers:
        lines.append(
            "  Warning: RECEIVERS is empty, so every payment is recorded and held. "
            f"Set {PREFIX}RECEIVERS to your PayPal e-mail addresses and merchant ids."
        )
    return "\n".join(lines)
