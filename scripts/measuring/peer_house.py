"""The peer as it runs: django-paypal in an environment of its own, over a new store, beside the stub."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.databases import SQLITE
from scripts.checks import CannotStartError, free_port
from scripts.measuring.bench_context import Bench
from scripts.measuring.bodies import RECEIVER
from scripts.measuring.databases import new_database
from scripts.measuring.houses import paypal
from scripts.measuring.peer_project import (
    CONFIG,
    PATH,
    PROJECT,
    REQUIREMENTS,
    Configuration,
    environment,
    write_project,
)
from scripts.measuring.processes import own_environ, running, wait_for
from scripts.measuring.progress import asking

_INSTALL_SECONDS: Final = 600.0
_MIGRATE_SECONDS: Final = 120.0
_SAID_MAX: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One that answers."""

    url: str
    database: str

    def verified(self) -> int:
        """How many messages it has kept and found genuine."""
        with asking(self.database) as connection:
            row = connection.execute("SELECT count(*) FROM paypal_ipn WHERE NOT flag").fetchone()
        return int(row[0])

    def complaint(self) -> str | None:
        """What it says against one that it flagged; null when it flagged none."""
        with asking(self.database) as connection:
            row = connection.execute("SELECT min(flag_info) FROM paypal_ipn WHERE flag").fetchone()
        return None if row[0] is None else str(row[0])


def installed(folder: Path) -> str:
    """Install it into an environment of its own in this folder, once; its Python. CannotStartError."""
    python, done = str(folder / "bin" / "python"), folder / "installed"
    if done.exists():
        return python
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _done((sys.executable, "-m", "venv", str(folder)), "an environment of its own cannot be made")
    _done((*pip, *REQUIREMENTS), f"{REQUIREMENTS[0]} cannot be installed; is a package index in reach?")
    done.touch()
    return python


def _done(words: Sequence[str], otherwise: str) -> None:
    try:
        done = subprocess.run(
            words, check=False, capture_output=True, text=True, timeout=_INSTALL_SECONDS, env=_plain()
        )
    except subprocess.TimeoutExpired:
        raise CannotStartError(f"{otherwise} It took more than {_INSTALL_SECONDS:.0f} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it says nothing"]
        errors = [line for line in said if line.startswith("ERROR")] or said[-1:]
        raise CannotStartError(f"{otherwise} {' / '.join(errors)[-_SAID_MAX:]}")


def versions(python: str) -> str:
    """What was installed, in a line."""
    words = (python, "-m", "pip", "freeze", "--disable-pip-version-check")
    found = subprocess.run(words, check=True, capture_output=True, text=True, env=_plain()).stdout.split()
    names = {requirement.partition("=")[0].partition("[")[0] for requirement in REQUIREMENTS}
    return ", ".join(line for line in found if line.partition("==")[0].lower() in names)


@contextmanager
def peer(
    bench: Bench, engine: str, python: str, configured: Configuration, paypal_seconds: float
) -> Iterator[Peer]:
    """The peer over a new store, run so; CannotStartError when it does not answer."""
    with ExitStack() as stack:
        folder = bench.folder / f"peer-{engine}-{configured.name}-{paypal_seconds}"
        write_project(folder, engine)
        database = stack.enter_context(new_database(bench, engine, folder))
        paypal_url = stack.enter_context(paypal(folder, paypal_seconds))
        given = own_environ(**environment(database.removeprefix(SQLITE), paypal_url, RECEIVER))
        # Its own rooms first; ours for what ties it to the bench, before it begins.
        environ = given | {"PYTHONPATH": os.pathsep.join((str(folder), given["PYTHONPATH"]))}
        _migrate(python, folder, environ)
        door, log = f"127.0.0.1:{free_port()}", folder / "log"
        words = ("gunicorn", "-c", CONFIG, "--bind", door, *configured.options, f"{PROJECT}.wsgi:application")
        served = running(*words, environ=environ, folder=folder, log=log, python=python)
        wait_for(door, stack.enter_context(served), log)
        yield Peer(url=f"http://{door}{PATH}", database=database)


def _migrate(python: str, folder: Path, environ: Mapping[str, str]) -> None:
    words = (python, "-m", "django", "migrate", "--verbosity", "0")
    done = subprocess.run(
        words, check=False, capture_output=True, text=True, env=environ, cwd=folder, timeout=_MIGRATE_SECONDS
    )
    if done.returncode:
        raise CannotStartError(f"the peer's tables cannot be made: {done.stderr[-_SAID_MAX:]}")


def _plain() -> dict[str, str]:
    """Without paths of ours: it is another program."""
    return {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
