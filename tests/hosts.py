"""Hosts: processes of Counterfoil in folders of their own, killed or frozen with all that they started."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any, TypeAlias

from scripts.checks import free_port
from tests.served import PATIENCE_SECONDS, House

# No request may wait longer than ten seconds; the answer may take a busy machine a moment.
ANSWER_SECONDS = 14.0
ROOT = Path(__file__).resolve().parents[1]


# A process, and its log.
Started: TypeAlias = "tuple[subprocess.Popen[str], Path]"


@dataclass(frozen=True)
class Answer:
    """What a door said; status 0: nothing within `ANSWER_SECONDS`."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def answer_of(url: str, body: bytes | None = None, token: str | None = None) -> Answer:
    """Ask, and hear whatever is said; a door where nobody is says -1."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, body, headers), timeout=ANSWER_SECONDS
        ) as said:
            return Answer(said.status, said.read().decode(), _lower(said.headers))
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.read().decode(), _lower(refused.headers))
    except TimeoutError:
        return Answer(0, "", {})
    except (urllib.error.URLError, OSError) as error:
        is_late = isinstance(getattr(error, "reason", None), TimeoutError)
        return Answer(0 if is_late else -1, "", {})


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class Host(House):
    """A `serve` in a folder of its own."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        super().__init__(process, log)
        self.pids_then: list[int] = []

    def posted(self, body: bytes) -> Answer:
        return answer_of(self.listener, body)

    def asked(self, path: str) -> Answer:
        return answer_of(f"{self.office}{path}", token=self.token)

    def signal_all(self, number: signal.Signals) -> None:
        """To `serve` first, so that it starts nothing again, and to all that it started."""
        self.pids_then = self.pids_then or [self.process.pid, *descendants([self.process.pid])]
        for pid in self.pids_then:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """Like a machine without power."""
        self.signal_all(signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)


def descendants(pids: Iterable[int]) -> list[int]:
    """Their children, and theirs."""
    parents: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(place.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(place.parent.name))
    found: list[int] = []
    left = list(pids)
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found


@contextmanager
def hosting(environ: Mapping[str, str], folder: Path) -> Iterator["Hosts"]:
    """A maker of hosts; they end with the block."""
    with ExitStack() as stack:
        yield Hosts(environ, folder, stack)


class Hosts:
    """Starts hosts and single commands; each host has its own folder, ports and settings."""

    def __init__(self, environ: Mapping[str, str], folder: Path, stack: ExitStack) -> None:
        self._environ, self._folder, self._stack = environ, folder, stack
        self._count = 0

    def serve(self, settings: Mapping[str, str], *words: str, path: Path | None = None) -> Host:
        """A `serve` that is ready. `path`: of modules that are to be found first."""
        doors = ("--bind", f"127.0.0.1:{free_port()}", "--office", f"127.0.0.1:{free_port()}")
        process, log = self._start(("-m", "scripts", "serve", *doors, *words), path, settings)
        host = Host(process, log)
        host.wait_until_ready()
        return host

    def work(self, settings: Mapping[str, str], *, path: Path | None = None) -> Started:
        """A worker alone, and its log."""
        return self._start(("-m", "scripts", "work"), path, settings)

    def gunicorn(self, settings: Mapping[str, str], door: str, *words: str) -> Started:
        """A `listener` or an `office` alone, under a gunicorn of its own."""
        conf = {"listener": "gunicorn_conf", "office": "office_conf"}[door]
        return self._start(("-m", "gunicorn", "-c", f"python:scripts.{conf}", *words), None, settings)

    def run(self, settings: Mapping[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
        """A command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "scripts", *words],
            cwd=self._folder, env=self._environment(None, settings),
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def _start(self, words: tuple[str, ...], path: Path | None, settings: Mapping[str, str]) -> Started:
        self._count += 1
        folder = self._folder / f"host{self._count}"
        folder.mkdir()
        log = folder / "log"
        with log.open("w") as stderr:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=folder, env=self._environment(path, settings),
                stdout=subprocess.PIPE, stderr=stderr, text=True,
            )  # fmt: skip
        self._stack.callback(_end, process)
        return process, log

    def _environment(self, path: Path | None, settings: Mapping[str, str]) -> dict[str, str]:
        given = {f"COUNTERFOIL_{name}": text for name, text in {"LOG_FORMAT": "json", **settings}.items()}
        first = {} if path is None else {"PYTHONPATH": f"{path}{os.pathsep}{self._environ['PYTHONPATH']}"}
        return {**self._environ, **given, **first}


def _end(process: "subprocess.Popen[str]") -> None:
    started = descendants([process.pid]) if process.poll() is None else []
    for pid in started:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    process.send_signal(signal.SIGCONT)
    process.terminate()
    try:
        process.communicate(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    finally:
        for pid in started:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def changed(folder: Path, command: str, code: str) -> Path:
    """A folder to be found first by Python: whose command has that word does this at its start."""
    folder.mkdir()
    lines = "\n".join(f"    {line}" for line in code.splitlines())
    (folder / "sitecustomize.py").write_text(f"import sys\nif {command!r} in sys.orig_argv:\n{lines}\n")
    return folder


def wait_for_file(path: Path, seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} never came"
        time.sleep(0.01)


def bare_environment() -> dict[str, str]:
    """An environment without any setting, in which `python -m scripts` is this checkout."""
    bare = {name: text for name, text in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    return {**bare, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "TERM": "dumb"}
