"""The command `forget`: a payer's keys are destroyed, and nothing shows any more what they sealed."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from adapters.claims import Claims
from adapters.personal.finding import Finder, Found
from adapters.personal.forgetting import Forgetting
from adapters.personal.retelling import Retelling
from domain.erasure import ERASED
from scripts.bar import Bar
from scripts.logs import configure
from scripts.moments import UsageError
from scripts.settings import Settings, read_settings
from scripts.show import say
from scripts.wiring.stores import Stores, now, open_stores

_SHOWN_MAX = 120


def forget(
    payer: Annotated[str, typer.Argument(help="A payer id, or an e-mail address.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be forgotten.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Destroy the keys that a payer's data are sealed with; sums, states and proofs stay as they are.

    It cannot be undone. What was stored before PERSONAL_DATA was `sealed` cannot be forgotten: exit 1.
    """
    settings = read_settings(os.environ)
    configure(settings.log_format, "forget")
    wanted = payer.strip()
    if not wanted or not wanted.isprintable():
        raise UsageError("PAYER is no payer id and no e-mail address")
    with open_stores(settings, make=False) as stores:
        found = _found(settings, stores, wanted)
        if found.keys and not (yes or dry_run):
            _ask(wanted, found)
            found = _found(settings, stores, wanted)  # while somebody thought it over, more may have come
        left = [] if dry_run else _forget(stores, found)
    if as_json:
        say(json.dumps(_document(wanted, found, left, dry_run=dry_run), indent=2))
    else:
        say("\n".join(_lines(wanted, found, left, dry_run=dry_run)))
    if found.plain_events or found.plain_messages or left or not found.anything:
        raise typer.Exit(1)


def _found(settings: Settings, stores: Stores, payer: str) -> Found:
    if settings.personal_data == "sealed":
        # What is not taken in yet is not sealed yet.
        Claims(stores.claims, stores.deliveries).take_in()
    bar = Bar("events")
    try:
        return Finder(stores.events, stores.inbox, stores.keys, stores.book, bar.show).find(payer)
    finally:
        bar.end()


def _forget(stores: Stores, found: Found) -> list[str]:
    """Do it, and end what others were kept from ending; a line for each thing that could not be done."""
    retelling = Retelling(stores.events, stores.views, now)
    forgetting = Forgetting(stores.events, stores.book, stores.inbox, retelling, now)
    if found.keys:
        forgetting.destroy(sorted(found.keys))
    forgetting.clean()
    return stores.database.wipe()


def _ask(payer: str, found: Found) -> None:
    if not sys.stdin.isatty():
        raise UsageError("nobody is here to be asked: say --yes to destroy the keys of this payer for good")
    print("\n".join(_held(found)), file=sys.stderr)
    print(f"This cannot be undone. Type {payer} again to destroy the keys: ", end="", file=sys.stderr)
    sys.stderr.flush()
    if sys.stdin.readline().strip() != payer:
        raise UsageError("that is not what was asked for: nothing was forgotten")


def _held(found: Found) -> Iterator[str]:
    yield f"known as: {_listed(sorted(found.ids | found.emails))}"
    told_in = f"{len(found.streams)} transactions and subscriptions"
    yield f"sealed: {len(found.messages)} messages; told of in {told_in}"


def _lines(payer: str, found: Found, left: Sequence[str], *, dry_run: bool) -> Iterator[str]:
    if not found.anything:
        yield f"nothing is known of {_short(payer)}"
    elif found.keys:
        yield from _held(found)
        yield _done(len(found.keys), dry_run=dry_run)
    elif found.destroyed:
        yield f"forgotten already: {len(found.destroyed)} keys were destroyed before"
    if found.plain_events or found.plain_messages:
        yield (
            f"NOT forgotten: {found.plain_messages} messages and {found.plain_events} events were stored"
            " before personal data were sealed; they are in the chain as they are, and stay readable"
        )
    yield from left


def _done(keys: int, *, dry_run: bool) -> str:
    if dry_run:
        return f"nothing was forgotten (--dry-run): {keys} keys would be destroyed"
    return f"forgotten: {keys} keys destroyed; what they sealed reads as {ERASED} everywhere"


def _document(payer: str, found: Found, left: Sequence[str], *, dry_run: bool) -> dict[str, Any]:
    told = {name: sorted(it) if isinstance(it, set) else it for name, it in asdict(found).items()}
    return {"payer": payer, "forgotten": bool(found.keys) and not dry_run, **told, "left": list(left)}


def _listed(names: Sequence[str]) -> str:
    return _short(", ".join(names))


def _short(text: str) -> str:
    plain = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return plain if len(plain) <= _SHOWN_MAX else f"{plain[:_SHOWN_MAX]}…"
