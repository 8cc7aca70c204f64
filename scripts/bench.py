"""`counterfoil bench`: measure on this machine what Counterfoil can do, beside what the machine could."""

import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from adapters.postgresql.connecting import shown_address
from scripts.checks import CannotStartError
from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.databases import ENGINES, POSTGRESQL, SQLITE, check_server
from scripts.measuring.figures import Figure
from scripts.measuring.machine import machine
from scripts.measuring.parts import Measure, measures, prepare
from scripts.measuring.postgresql import server
from scripts.measuring.processes import ended_in_order
from scripts.measuring.report import Report
from scripts.measuring.sync_shim import built


class Part(StrEnum):
    """What can be measured; the table of the parts says by what."""

    ACK = "ack"
    FLOW = "flow"
    REBUILD = "rebuild"
    ASK = "ask"
    AUDIT = "audit"
    ALL = "all"


class Engine(StrEnum):
    """Where stores can be."""

    SQLITE = SQLITE
    POSTGRESQL = POSTGRESQL


class Peer(StrEnum):
    """Whom we can be measured against."""

    DJANGO_PAYPAL = "django-paypal"


def bench(  # noqa: PLR0913 - each is an option of the command
    parts: Annotated[list[Part] | None, typer.Argument(help="What to measure. [default: all]")] = None,
    *,
    engine: Annotated[
        list[Engine] | None, typer.Option(help="On which engine. [default: both, where PostgreSQL is here]")
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A PostgreSQL of your own; databases are made and dropped in it."),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Medians are of so many.")] = 3,
    seconds: Annotated[float, typer.Option(min=0.1, help="Of each measurement that is of a time.")] = 5.0,
    sync_ms: Annotated[
        float | None, typer.Option(min=0.0, metavar="MS", help="Let each sync of the stores take longer.")
    ] = None,
    against: Annotated[
        Peer | None, typer.Option(help="Measure this peer from PyPI, too, and us beside it.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A hundredth of all sizes: tries the bench, measures nothing.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Measure acknowledging, flow, rebuilding, asking and auditing, each beside its ceiling in the same run.

    Starts servers and a PayPal of its own on loopback. Exit 1 when something acknowledged was lost or ended
    wrong; a figure below what is wanted is no failure.
    """
    notes: list[str] = []
    with ended_in_order(), _opened(engine or [], database, sync_ms, notes) as opened:
        asked = replace(opened, rounds=rounds, seconds=seconds, small=quick)
        prepare(asked, against)
        figures, failed = _measured(asked, measures([*(parts or [])], against))
        report = Report(
            command=_command(sys.argv[1:], database),
            machine=machine(asked),
            figures=figures,
            notes=notes,
            failed=failed,
        )
    print(report.as_json() if json_ else report.as_markdown())
    if failed:
        raise typer.Exit(1)


def _command(words: list[str], database: str | None) -> str:
    """What was asked, as it may be read by others: without the password of a database."""
    if database is not None:
        words = [word.replace(database, shown_address(database)) for word in words]
    return shlex.join(["counterfoil", *words])


@contextmanager
def _opened(
    engines: list[Engine], database: str | None, sync_ms: float | None, notes: list[str]
) -> Iterator[Bench]:
    """A folder of this run, and a PostgreSQL where one is wanted; CannotStartError."""

    def say(text: str) -> None:
        if text.startswith("not measured"):
            notes.append(text)
        print(text, file=sys.stderr, flush=True)

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="counterfoil-bench-")))
        if sync_ms is not None:
            if database is not None:
                raise CannotStartError(
                    "--sync-ms slows a server that the bench starts, not that of --database"
                )
            built(folder)
        if database is not None:
            check_server(database)
        address = database
        if address is None and (not engines or POSTGRESQL in engines):
            try:
                address = stack.enter_context(server(folder, sync_ms=sync_ms))
            except CannotStartError as error:
                if engines:
                    raise
                say(f"not measured, PostgreSQL: {error}")
        yield Bench(
            folder=folder,
            engines=tuple(
                name
                for name in ENGINES
                if (name in engines or not engines) and (name == SQLITE or address is not None)
            ),
            rounds=1,
            seconds=1.0,
            small=False,
            sync_ms=sync_ms,
            say=say,
            postgresql=address,
            own_server=database is None,
            # Before the server, and after all that was measured.
            until_end=stack.enter_context(ExitStack()),
        )


def _measured(asked: Bench, wanted: Iterator[Measure]) -> tuple[list[Figure], list[str]]:
    """All figures, and what was wrong: one part that fails does not keep the others from being measured."""
    figures: list[Figure] = []
    failed: list[str] = []
    for measure in wanted:
        try:
            for figure in measure(asked):
                figures.append(figure)
                asked.say(f"  {figure.words}: {figure.value:,.2f} {figure.unit}")
        except CheckFailedError as error:
            failed.append(str(error))
            asked.say(f"wrong: {error}")
    return figures, failed
