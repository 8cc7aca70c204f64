"""The command `backup`: all that the house keeps, copied into a new folder while it is at work."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.backups.backing import Backup, back_up
from adapters.times import rfc3339, to_us
from scripts.bar import Bar
from scripts.settings import read_settings
from scripts.show import plain, say
from scripts.wiring.stores import now

_INTERRUPTED = 130  # as a shell says it of what Ctrl-C ended


def backup(
    folder: Annotated[Path, typer.Argument(help="Where to write; it must not be there yet.")],
    *,
    pg_dump: Annotated[
        Path | None,
        typer.Option(
            "--pg-dump", help="Which pg_dump to use for PostgreSQL; the one on PATH when not given."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Copy inbox and book as they are at one moment into a new folder, and check the copy.

    The service may run; every message that was acknowledged before is in it.
    """
    settings = read_settings(os.environ)
    bar, begun = Bar("pages"), now()
    try:
        made = back_up(settings.store, settings.database, folder, pg_dump=pg_dump, shown=bar.show)
    except KeyboardInterrupt:
        bar.end()
        print("counterfoil: cancelled: nothing was written", file=sys.stderr)
        raise typer.Exit(_INTERRUPTED) from None
    finally:
        bar.end()
    say(json.dumps(_document(made, begun), indent=2) if as_json else "\n".join(_lines(made, begun)))


def _lines(made: Backup, begun: datetime) -> Iterator[str]:
    held = made.holding
    yield f"written to {plain(made.folder)}:"
    yield from (f"  {plain(name)}, {size} bytes" for name, size in made.files)
    yield f"{held.deliveries} deliveries (the last number given is {held.last_given}), {held.events} events"
    yield f"layout {held.layout}; all that was acknowledged before {rfc3339(to_us(begun))}"


def _document(made: Backup, begun: datetime) -> dict[str, Any]:
    return {
        "folder": str(made.folder),
        "begun_at": rfc3339(to_us(begun)),
        "files": [{"name": name, "bytes": size} for name, size in made.files],
        "bytes": sum(size for _, size in made.files),
        **asdict(made.holding),
    }
