"""The command `replay`: kept messages handed to the processor again, or the past tried by other rules."""

import logging
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import structlog
import typer

from adapters.replaying.choosing import NUMBER_MAX, Span, Wanted, spans_of
from domain.vocabulary import Outcome
from scripts import replay_again, replay_what_if
from scripts.logs import configure
from scripts.moments import UsageError
from scripts.settings import read_settings
from scripts.show import plain

_NUMBERS: Final = re.compile(r"([0-9]{1,19})(?:-([0-9]{1,19}))?", re.ASCII)
_WAIT_SECONDS_MAX: Final = 86_400


def replay(  # noqa: PLR0913 - each is an option of the command
    numbers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[N]...", help="Messages by their numbers: `12`, or `12-40` for a range."),
    ] = None,
    *,
    outcome: Annotated[
        list[str] | None,
        typer.Option("--outcome", metavar="OUTCOME", help="Only those of this outcome; may be repeated."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be asked for.")] = False,
    wait: Annotated[
        int | None,
        typer.Option(
            "--wait",
            metavar="SECONDS",
            min=0,
            max=_WAIT_SECONDS_MAX,
            help="How long to wait until all are settled; 60 unless told.",
        ),
    ] = None,
    what_if: Annotated[
        bool,
        typer.Option("--what-if", help="Change nothing: list what today's rules would decide otherwise."),
    ] = False,
    catalogue: Annotated[
        Path | None, typer.Option("--catalogue", metavar="FILE", help="Try this price list (--what-if).")
    ] = None,
    receivers: Annotated[
        str | None, typer.Option("--receivers", metavar="LIST", help="Try these receivers (--what-if).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Process kept messages again, or with --what-if list what would be decided otherwise.

    What PayPal verified stays verified. Exit 1 when something was not there, not settled in time, or differs.
    """
    wanted = Wanted(spans=_spans(numbers or ()), outcomes=frozenset(map(_outcome, outcome or ())))
    tried = {"CATALOGUE": None if catalogue is None else str(catalogue), "RECEIVERS": receivers}
    overrides = {name: text for name, text in tried.items() if text is not None}
    if what_if and (dry_run or wait is not None):
        raise UsageError("--what-if changes nothing and waits for nobody: leave out --dry-run and --wait")
    if overrides and not what_if:
        raise UsageError("--catalogue and --receivers are only tried: expected --what-if with them")
    if not what_if and wanted == Wanted():
        raise UsageError("expected numbers such as `12` or `12-40`, or --outcome; or --what-if")
    settings = read_settings(os.environ, overrides)
    configure(settings.log_format, "replay")
    # What became of each message is told by the command itself.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    if what_if:
        code = replay_what_if.run(settings, None if wanted == Wanted() else wanted, as_json=as_json)
    else:
        seconds = replay_again.WAIT_SECONDS if wait is None else wait
        code = replay_again.run(settings, wanted, dry_run=dry_run, wait_seconds=seconds, as_json=as_json)
    if code:
        raise typer.Exit(code)


def _spans(texts: Sequence[str]) -> tuple[Span, ...]:
    return tuple(spans_of(map(_span, texts)))


def _span(text: str) -> Span:
    found = _NUMBERS.fullmatch(text)
    if found is None:
        raise _no_number(text)
    first, last = int(found[1]), int(found[2] or found[1])
    if not 1 <= first <= last <= NUMBER_MAX:
        raise _no_number(text)
    return first, last


def _no_number(text: str) -> UsageError:
    return UsageError(f"{plain(text[:80])!r} is no message's number; expected one such as 12, or 12-40")


def _outcome(text: str) -> Outcome:
    try:
        return Outcome(text)
    except ValueError:
        there = ", ".join(Outcome)
        raise UsageError(f"--outcome is {plain(text[:80])!r}; expected one of {there}") from None
