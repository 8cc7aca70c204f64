"""The command `purge`: bodies that nobody needs any more go by rule, while the service runs."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from adapters.purging.makers import Makers
from adapters.purging.purge import Freed, Purge, Purged
from adapters.purging.rules import DAYS_MAX, DAYS_MIN, Rule, rules
from scripts.bar import Bar
from scripts.logs import configure
from scripts.settings import read_settings
from scripts.show import say
from scripts.wiring.stores import now, open_stores

_INTERRUPTED = 130  # as a shell says it of what Ctrl-C ended
_WHOSE = {"disowned": "disowned by PayPal", "duplicate": "duplicates of what was recorded"}


def purge(
    *,
    disowned_days: Annotated[
        int,
        typer.Option(
            "--disowned-days", min=DAYS_MIN, max=DAYS_MAX, help="How long what PayPal disowned is kept."
        ),
    ] = 30,
    settled_days: Annotated[
        int,
        typer.Option("--settled-days", min=DAYS_MIN, max=DAYS_MAX, help="How long duplicates are kept."),
    ] = 365,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many would go, and how many bytes.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Let go the old bodies of what PayPal disowned and of duplicates; what became of each stays known.

    No body goes that an event was made from, or that anybody is still to work on. The service may run.
    """
    settings = read_settings(os.environ)
    configure(settings.log_format, "purge")
    wanted = rules(disowned_days, settled_days)
    bar = Bar("events")
    with open_stores(settings, make=False) as stores:
        doing = Purge(Makers(stores.events, bar.show), stores.book, stores.inbox, now)
        try:
            done = doing.look(wanted) if dry_run else doing.run(wanted)
        except KeyboardInterrupt:
            bar.end()
            print("counterfoil: cancelled: what went is gone, the next purge goes on", file=sys.stderr)
            raise typer.Exit(_INTERRUPTED) from None
        finally:
            bar.end()
    if as_json:
        say(json.dumps(_document(wanted, done, dry_run=dry_run), indent=2))
    else:
        say("\n".join(_lines(wanted, done, dry_run=dry_run)))


def _lines(wanted: Sequence[Rule], done: Purged, *, dry_run: bool) -> Iterator[str]:
    for rule in wanted:
        yield f"{_WHOSE[rule.name]}, older than {rule.days} days: {_said(done.by_rule[rule.name])}"
    if done.left.bodies:
        yield f"left by a purge that did not end: {_said(done.left)}"
    yield f"{'would go' if dry_run else 'purged'}: {_said(done.all)}"
    if dry_run:
        yield "nothing was purged (--dry-run)"


def _said(freed: Freed) -> str:
    return f"{freed.bodies} bodies, {freed.bytes} bytes"


def _document(wanted: Sequence[Rule], done: Purged, *, dry_run: bool) -> dict[str, Any]:
    return {
        "purged": not dry_run,
        **asdict(done.all),
        "rules": [
            {
                "rule": rule.name,
                "outcome": rule.outcome.value,
                "days": rule.days,
                **asdict(done.by_rule[rule.name]),
            }
            for rule in wanted
        ],
        "left": asdict(done.left),
    }
