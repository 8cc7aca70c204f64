"""The command `rebuild`: views told anew from the book while the old ones serve, compared, and switched."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from adapters.rebuilding.comparing import Comparison, Difference
from adapters.rebuilding.rebuild import Rebuild, Rebuilt
from adapters.rebuilding.shadow import Shadow
from adapters.views.registry import PROJECTIONS, Projection
from scripts.bar import Bar
from scripts.logs import configure
from scripts.settings import read_settings
from scripts.show import plain, say
from scripts.wiring.halves import ask_half, collecting_seldom, taking_turns
from scripts.wiring.stores import now, open_stores

_INTERRUPTED = 130  # as a shell says it of what Ctrl-C ended


def rebuild(
    projections: Annotated[
        list[str] | None,
        typer.Argument(help="What to tell anew; all projections when none is named."),
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only compare; exit 1 when something differs.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Tell views anew from the book while the old rows serve; compare both, and switch to the new ones."""
    wanted = _named(projections or [])
    settings = read_settings(os.environ)
    configure(settings.log_format, "rebuild")
    bar = Bar("events")
    with open_stores(settings, make=False) as stores, collecting_seldom(), taking_turns(stores) as turns:
        shadow = Shadow(stores.events, stores.views, now, wanted, turns=turns.turn)
        doing = Rebuild(shadow, stores.events.last_position, bar.show, ask_help=lambda: ask_half(turns))
        try:
            done = doing.run(dry_run=dry_run)
        except KeyboardInterrupt:
            bar.end()
            print(f"counterfoil: cancelled: {_what_stands(doing)}", file=sys.stderr)
            raise typer.Exit(_INTERRUPTED) from None
    bar.end()
    say(json.dumps(_document(done), indent=2) if as_json else "\n".join(_lines(done)))
    if dry_run and done.differences:
        raise typer.Exit(1)


def _named(names: Sequence[str]) -> list[Projection]:
    unknown = [name for name in names if name not in PROJECTIONS]
    if unknown:
        there = ", ".join(PROJECTIONS)
        print(f"counterfoil: no projection {plain(unknown[0])}; there are {there}", file=sys.stderr)
        raise typer.Exit(2)
    return [projection for name, projection in PROJECTIONS.items() if not names or name in names]


def _what_stands(doing: Rebuild) -> str:
    return (
        "the new rows are read already, only the old ones are not cleared away; the next rebuild does that"
        if doing.switched
        else "the rows that are read are as they were; another rebuild begins anew"
    )


def _lines(done: Rebuilt) -> Iterator[str]:
    yield f"{done.events} events in {done.seconds:.1f} s, {_rate(done)} events/s"
    for comparison in done.comparisons:
        yield _summary(comparison)
        yield from (f"  {_difference(difference)}" for difference in comparison.first)
        if comparison.differences > len(comparison.first):
            yield f"  and {comparison.differences - len(comparison.first)} more"
    yield "switched to the new rows" if done.switched else "nothing was switched (--dry-run)"


def _summary(compared: Comparison) -> str:
    aside = f", {compared.set_aside} streams set aside" if compared.set_aside else ""
    differ = f"{compared.differences} differ" if compared.differences else "none differs"
    return f"{compared.projection}: {compared.rows} rows, {differ} at position {compared.position}{aside}"


def _difference(difference: Difference) -> str:
    key = " ".join(plain(part) for part in difference.key)
    columns = f": {', '.join(difference.columns)}" if difference.columns else ""
    return f"{difference.table} {key} {difference.what}{columns}"


def _rate(done: Rebuilt) -> int:
    return round(done.events / done.seconds) if done.seconds else 0


def _document(done: Rebuilt) -> dict[str, Any]:
    return {
        "events": done.events,
        "seconds": round(done.seconds, 3),
        "events_per_second": _rate(done),
        "switched": done.switched,
        "projections": [
            {**asdict(comparison), "first": [asdict(difference) for difference in comparison.first]}
            for comparison in done.comparisons
        ],
    }
