"""The command `proof`: one file by which anybody checks what is recorded of a transaction, without us."""

import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.notary.notes import NoteError
from adapters.notary.proofs import Proofs
from scripts.checkpoint import older_checkpoint
from scripts.moments import UsageError
from scripts.settings import read_settings
from scripts.show import plain
from scripts.unheard import unheard
from scripts.values import why
from scripts.wiring.queries import queries_of
from scripts.wiring.stores import open_stores


def proof(
    txn: Annotated[
        str, typer.Argument(help="The id of a transaction, of what follows one, or of a subscription.")
    ],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write here, and not to stdout.")
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since", metavar="FILE", help="Show too that the last checkpoint in this file is extended."
        ),
    ] = None,
    with_keys: Annotated[
        bool,
        typer.Option("--with-keys", help="Hand on the keys of its sealed messages, so that they are read."),
    ] = False,
) -> None:
    """Write a proof of what is recorded of a transaction, to be checked by verify.py alone.

    Exit 1 when nothing is recorded of it, or when not all of it can be proved, or not yet.
    """
    older = None if since is None else older_checkpoint(since)
    with open_stores(read_settings(os.environ), make=False) as stores:
        keys = stores.events.keys if with_keys else None
        proofs = Proofs(stores.events, stores.inbox, stores.book, keys.body_key if keys else None)
        try:
            made = proofs.of(txn, older)
        except NoteError as error:
            raise UsageError(f"{str(since)!r}: {error}; expected a checkpoint of this book") from None
        why_not = unheard(queries_of(stores), txn) if made is None else None
    if made is None:
        print(f"counterfoil: {why_not}", file=sys.stderr)
        raise typer.Exit(1)
    _write(json.dumps(made, indent=2), out)
    for why_not in _missing(made):
        print(f"counterfoil: {why_not}", file=sys.stderr)
        raise typer.Exit(1)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        print(text)
        return
    if out.is_symlink() or (out.exists() and not out.is_file()):
        # What would be put in its place is a plain file, and a device or a link would be gone.
        print(f"counterfoil: {plain(out)} is no plain file: name another", file=sys.stderr)
        raise typer.Exit(3)
    # Whoever reads it finds the whole of it, or what was there before.
    draft = out.with_name(f"{out.name}.{secrets.token_hex(8)}")
    try:
        with draft.open("x", encoding="ascii") as file:
            file.write(f"{text}\n")
        draft.replace(out)
    except (OSError, ValueError) as error:
        with suppress(OSError, ValueError):
            draft.unlink()
        print(f"counterfoil: {plain(out)} cannot be written: {why(error)}", file=sys.stderr)
        raise typer.Exit(3) from None


def _missing(made: dict[str, Any]) -> Iterator[str]:
    """What the file does not prove of what it should, the gravest first."""
    if gone := [one["n"] for one in made["messages"] if one.get("gone")]:
        yield f"the inbox lacks message {gone[0]}, and events were made of it: restore the inbox"
    if made["checkpoint"] is None:
        yield "no checkpoint was made yet, so the file proves nothing; a worker makes one every minute"
    elif not made["covered"]:
        events = [f"{one['stream']} {one['version']}" for one in made["events"] if one["proof"] is None]
        what = f"event {plain(events[-1])}" if events else "what an event was made of"
        yield f"the newest checkpoint does not cover {what}: the rest is proved; make it again in a minute"
