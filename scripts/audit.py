"""The command `audit`: the whole history replayed against stored bytes, chain and views."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.auditing.checks import CHECKS
from adapters.auditing.findings import Finding, Findings
from adapters.auditing.running import Audited
from adapters.auditing.running import audit as run
from adapters.auditing.scene import Order, Since
from adapters.notary.note_keys import Verifier
from adapters.notary.notes import NoteError, Signer, verify
from adapters.notary.seals import Seals
from scripts.bar import Bar
from scripts.checkpoint import older_checkpoint
from scripts.logs import configure
from scripts.moments import UsageError
from scripts.settings import Settings, read_settings
from scripts.show import plain, say
from scripts.wiring.stores import open_stores, shop_of

_INTERRUPTED = 130  # as a shell says it of what Ctrl-C ended


def audit(
    *,
    since: Annotated[
        Path | None,
        typer.Option("--since", help="A checkpoint that left this machine: what is before it is believed."),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="The verifier key that signed; no other one counts then.")
    ] = None,
    only: Annotated[
        str | None, typer.Option("--only", help=f"Make some checks: {', '.join(CHECKS)}.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Replay the whole history, while the service runs; say what does not agree and where, and exit 1."""
    wanted = _named(only)
    settings = read_settings(os.environ)
    configure(settings.log_format, "audit")
    bar = Bar("steps")
    try:
        done = run(_order(settings, since, key), wanted, bar.show)
    except KeyboardInterrupt:
        bar.end()
        print("counterfoil: cancelled: nothing was changed", file=sys.stderr)
        raise typer.Exit(_INTERRUPTED) from None
    finally:
        bar.end()
    say(json.dumps(_document(done), indent=2) if as_json else "\n".join(_lines(done)))
    if done.total:
        raise typer.Exit(1)


def _named(only: str | None) -> frozenset[str]:
    names = frozenset(CHECKS if only is None else (name.strip() for name in only.split(",")))
    if unknown := sorted(names - CHECKS.keys()):
        raise UsageError(f"--only: no check {plain(unknown[0])!r}; there are {', '.join(CHECKS)}")
    return names


def _order(settings: Settings, since: Path | None, key: str | None) -> Order:
    vkeys = (_vkey(key),) if key else _own(settings)
    with open_stores(settings, make=False) as stores:
        trusted = vkeys if key else (*vkeys, *Seals(stores.views).vkeys())
    return Order(
        address=settings.database,
        shop=shop_of(settings),
        vkeys=vkeys,
        pinned=key is not None,
        since=_since(since, trusted) if since else None,
    )


def _vkey(key: str) -> str:
    try:
        return Verifier.of(key.strip()).text
    except ValueError as error:
        raise UsageError(f"--key: {error}; expected what `name+id+base64` is of the key that signs") from None


def _own(settings: Settings) -> tuple[str, ...]:
    """The key of this house, if it has one by now: an audit makes none."""
    path = settings.home / "notary.key"
    try:
        return (Signer.from_text(settings.notary_key or path.read_text(encoding="ascii").strip()).vkey,)
    except (OSError, ValueError):
        return ()


def _since(path: Path, vkeys: Sequence[str]) -> Since:
    try:
        checkpoint = verify(older_checkpoint(path), vkeys)
    except NoteError as error:
        raise UsageError(f"--since: {plain(path)}: {plain(error)}") from None
    return Since(checkpoint.size, checkpoint.root)


def _lines(done: Audited) -> Iterator[str]:
    for one in done.findings:
        yield f"{one.check}: {_counted(one)}"
        yield from (f"  {_line(finding)}" for finding in one.first)
        if one.total > len(one.first):
            yield f"  and {one.total - len(one.first)} more"
        yield from (f"  note: {plain(note)}" for note in one.notes)
    yield f"{done.ends.position} positions in {done.seconds:.1f} s, {_rate(done)}/s"
    yield f"{done.total} found" if done.total else "all of it agrees"


def _counted(one: Findings) -> str:
    counts = ", ".join(f"{count} {what}" for what, count in one.counts.items())
    found = f"{one.total} found" if one.total else CHECKS[one.check]
    return f"{found} ({counts})" if counts else found


def _line(finding: Finding) -> str:
    key = " ".join(f"{name} {plain(value)}" for name, value in finding.key.items())
    return f"{' '.join(filter(None, (finding.table, key)))}: {plain(finding.what)}"


def _rate(done: Audited) -> int:
    return round(done.ends.position / done.seconds) if done.seconds else 0


def _document(done: Audited) -> dict[str, Any]:
    return {
        "agrees": not done.total,
        "found": done.total,
        "position": done.ends.position,
        "entries": done.ends.seq,
        "deliveries": done.ends.taken_in,
        "seconds": round(done.seconds, 3),
        "positions_per_second": _rate(done),
        "checks": [
            {
                "check": one.check,
                "found": one.total,
                "counts": dict(one.counts),
                "notes": one.notes,
                "findings": [asdict(finding) for finding in one.first],
            }
            for one in done.findings
        ],
    }
