"""The command `checkpoint`: the newest one, the key that checks it, and that it extends an older one."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from adapters.notary.notes import NOTE_CHARACTERS_MAX, NoteError, last_note
from adapters.notary.proofs import Proofs
from adapters.notary.seals import Seals
from scripts.moments import UsageError
from scripts.settings import read_settings
from scripts.values import why
from scripts.wiring.stores import open_stores

_BYTES_MAX = 1024 * NOTE_CHARACTERS_MAX


def checkpoint(
    *,
    key: Annotated[
        bool, typer.Option("--key", help="Print the keys by which checkpoints are checked instead.")
    ] = False,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since", metavar="FILE", help="Show in JSON that it extends the last one in this file."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Print the newest checkpoint; exit 1 when none was made yet."""
    if key and since is not None:
        raise UsageError("--key and --since ask for two things; expected one of them")
    older = None if since is None else older_checkpoint(since)
    with open_stores(read_settings(os.environ), make=False) as stores:
        seals = Seals(stores.book)
        kept, vkeys = seals.last_checkpoint(), seals.vkeys()
        if kept is None:
            print("counterfoil: no checkpoint was made yet: a worker makes one every minute", file=sys.stderr)
            raise typer.Exit(1)
        if older is not None:
            shown = read_since(Proofs(stores.events, stores.inbox, stores.book), older, str(since))
            print(json.dumps(shown, indent=2))
            return
    if as_json:
        print(json.dumps({"size": kept.size, "note": kept.note, "verifier_keys": vkeys}, indent=2))
    else:
        sys.stdout.buffer.write(("".join(f"{one}\n" for one in vkeys) if key else kept.note).encode())


def read_since(proofs: Proofs, older: str, name: str) -> dict[str, object]:
    """What shows that the newest checkpoint extends an older one; UsageError when that is not ours."""
    try:
        return proofs.extended(older)
    except NoteError as error:
        raise UsageError(f"{name}: {error}; expected a checkpoint of this book") from None


def older_checkpoint(path: Path) -> str:
    """The last note in a file; UsageError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return last_note(file.read(_BYTES_MAX).decode())
    except (OSError, ValueError) as error:
        raise UsageError(f"{str(path)!r} cannot be read as a checkpoint: {why(error)}") from None
