"""`counterfoil simulate`: a PayPal on loopback that posts lifecycles and answers post-backs."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from adapters.simulator.faults import Faults
from adapters.simulator.schedule import schedule
from adapters.simulator.troubles import KINDS, SLOW_SECONDS
from scripts.moments import read_time
from scripts.simulate_options import Play, What, checked_listener, new_seed, read_asking, read_troubles
from scripts.simulate_report import lifecycles_text
from scripts.simulate_run import run

DEFAULT_LISTENER = "http://127.0.0.1:8000/ipn"
DEFAULT_PORT = 8002
_SHARE = {"min": 0.0, "max": 1.0, "metavar": "SHARE"}
_SECONDS = {"min": 0.0, "metavar": "SECONDS"}


def simulate(  # noqa: PLR0913 — each is an option of the command
    lifecycles: Annotated[
        list[str] | None, typer.Argument(help="What to play, in turn; see --list. [default: completed]")
    ] = None,
    *,
    listener: Annotated[
        str, typer.Option(metavar="URL", help="Where to post; loopback only.")
    ] = DEFAULT_LISTENER,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where to answer post-backs; 0 takes a free one.")
    ] = DEFAULT_PORT,
    seed: Annotated[
        int | None, typer.Option(help="Play the same people, ids, order and faults again.")
    ] = None,
    now: Annotated[
        str | None, typer.Option(metavar="TIME", help="Date messages by this time, not by the clock.")
    ] = None,
    day: Annotated[bool, typer.Option("--day", help="Play a shop's day in a minute, then stay.")] = False,
    shuffle: Annotated[bool, typer.Option("--shuffle", help="Send in random order.")] = False,
    duplicate: Annotated[bool, typer.Option("--duplicate", help="Send everything twice.")] = False,
    pause: Annotated[float, typer.Option(**_SECONDS, help="Between two messages.")] = 0.0,
    mix: Annotated[
        str | None,
        typer.Option(metavar="NAME=WEIGHT,…", help="What to play, mixed; `all` is every lifecycle."),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.001, metavar="PER-SECOND", help="So many messages a second.")
    ] = None,
    count: Annotated[int | None, typer.Option(min=1, help="So many lifecycles. [default: each once]")] = None,
    seconds: Annotated[
        float | None, typer.Option(min=0.001, metavar="SECONDS", help="As many as take so long.")
    ] = None,
    speed: Annotated[
        float | None, typer.Option(min=0.001, help="So much faster runs the clock of resends: 16 in 4 days.")
    ] = None,
    patience: Annotated[
        float | None,
        typer.Option(
            **_SECONDS, help="How long to resend one message. [default: 10; to the 16th try with --speed]"
        ),
    ] = None,
    duplicates: Annotated[float, typer.Option(**_SHARE, help="Sent twice.")] = 0.0,
    history: Annotated[float, typer.Option(**_SHARE, help="Sent again by hand, marked as such.")] = 0.0,
    reorder: Annotated[float, typer.Option(**_SHARE, help="Sent after what should follow.")] = 0.0,
    delays: Annotated[float, typer.Option(**_SHARE, help="Sent late.")] = 0.0,
    lost: Annotated[float, typer.Option(**_SHARE, help="Lost on the way, and resent.")] = 0.0,
    unheard: Annotated[float, typer.Option(**_SHARE, help="Acknowledged in vain, and resent.")] = 0.0,
    forged: Annotated[float, typer.Option(**_SHARE, help="Of these somebody posts a forgery.")] = 0.0,
    replayed: Annotated[float, typer.Option(**_SHARE, help="Posted again, later, by somebody.")] = 0.0,
    post_backs: Annotated[
        str, typer.Option(metavar="KIND=SHARE,…", help=f"Post-backs that fail: {', '.join(KINDS)}.")
    ] = "",
    slow: Annotated[float, typer.Option(**_SECONDS, help="How slow a slow post-back is.")] = SLOW_SECONDS,
    away: Annotated[
        list[str] | None, typer.Option(metavar="AT+SECONDS", help="Answer no post-backs for a while.")
    ] = None,
    keep_alive: Annotated[bool, typer.Option("--keep-alive", help="Post over kept connections.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Go on answering post-backs until Ctrl-C.")] = False,
    linger: Annotated[
        float, typer.Option(**_SECONDS, help="How long to wait for post-backs at the end.")
    ] = 30.0,
    check: Annotated[bool, typer.Option("--check", help="Ask the office whether all is there.")] = False,
    office: Annotated[
        str | None, typer.Option(metavar="URL", help="The office that --check asks. [default: OFFICE]")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Its token. [default: by the settings]")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="Print the lifecycles and end.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Play PayPal on loopback: post notifications, resend until 200, answer post-backs.

    The listener's VERIFY_URL must be http://127.0.0.1:PORT/cgi-bin/webscr.
    """
    if list_:
        print(lifecycles_text(as_json=json_))
        return
    chosen = new_seed() if seed is None else seed
    moment = read_time("--now", now) or datetime.now(UTC)
    what = What(
        names=lifecycles or [],
        mix=mix,
        rate=rate,
        count=count,
        seconds=seconds,
        day=day,
        pause=pause,
        shuffle=shuffle,
    )
    faults = Faults(
        seed=chosen,
        duplicates=1.0 if duplicate else duplicates,
        history=history,
        reorder=reorder,
        delays=delays,
        lost=lost,
        unheard=unheard,
        forged=forged,
        replayed=replayed,
    )
    play = Play(
        plan=what.planned(chosen, moment, faults),
        listener=checked_listener(listener),
        port=port,
        seed=chosen,
        now=moment,
        rate=what.per_second if what.is_load else None,
        schedule=schedule(speed, patience),
        troubles=read_troubles(post_backs, slow, away or [], chosen),
        keep_alive=keep_alive,
        stay=day or keep,
        linger_seconds=linger,
        asking=read_asking(office, token_file, os.environ) if check else None,
    )
    code, report = uvloop.run(run(play))
    if report is not None:
        print(report.as_json() if json_ else report.as_text())
    raise typer.Exit(code)
