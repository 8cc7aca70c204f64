"""Houses of the bench: a real `counterfoil serve` over a store of its own, and a stub of PayPal beside it."""

import json
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.checks import CannotStartError, free_port
from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.bodies import RECEIVER
from scripts.measuring.databases import SQLITE, new_database
from scripts.measuring.processes import START_SECONDS, last_words, own_environ, running
from scripts.measuring.sync_shim import preloading
from scripts.settings import PREFIX

TOKEN: Final = "operator-of-the-bench"  # noqa: S105 - of a store that is thrown away
_VIEWER_TOKEN: Final = "viewer-of-the-bench"  # noqa: S105
_READY: Final = "operator token"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One that answers: where its doors are, where it keeps everything, and which processes it is."""

    ipn_url: str
    office_url: str
    database: str  # its address, as the setting DATABASE has it
    token: str  # of the operator
    folder: Path
    environ: Mapping[str, str]  # of its commands: `rebuild`, `audit`, another `work`
    paypal_url: str

    @property
    def log(self) -> Path:
        """What its processes had to say."""
        return self.folder / "log"

    @property
    def pids(self) -> dict[str, int]:
        """The main process of each child that was started: listener, office, worker."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return {one["child"]: one["pid"] for one in lines if one.get("event") == "child started"}

    @contextmanager
    def worker(self, **settings: str) -> Iterator[int]:
        """A worker beside it, where it was opened without one, with other settings if need be."""
        words = ("scripts", "work")
        environ = {**self.environ, **{f"{PREFIX}{name}": text for name, text in settings.items()}}
        with running(*words, environ=environ, folder=self.folder, log=self.log) as process:
            yield process.pid


@contextmanager
def house(  # noqa: PLR0913 - each is a way in which houses differ
    bench: Bench,
    engine: str,
    *,
    worker: bool = True,
    database: str | None = None,
    paypal_seconds: float = 0.0,
    preload: Mapping[str, str] | None = None,
    **settings: str,
) -> Iterator[House]:
    """A house that answers, over a new store or the one that is named; CannotStartError when it does not.

    `preload`: variables that its processes are started with, in the place of those that the bench asks for.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=bench.folder)))
        database = database or stack.enter_context(new_database(bench, engine, folder))
        paypal_url = stack.enter_context(paypal(folder, paypal_seconds))
        doors = {name: f"127.0.0.1:{free_port()}" for name in ("BIND", "OFFICE")}
        given = {
            "DATABASE": database,
            "VERIFY_URL": paypal_url,
            "RECEIVERS": RECEIVER,
            "UNPRICED": "ship",
            "LOG_FORMAT": "json",
            "OPERATOR_TOKEN": TOKEN,
            "VIEWER_TOKEN": _VIEWER_TOKEN,
            **doors,
            **settings,
        }
        slowed = preload if preload is not None else preloading(bench) if engine == SQLITE else {}
        environ = own_environ(**{f"{PREFIX}{name}": text for name, text in given.items()}, **slowed)
        opened = House(
            ipn_url=f"http://{doors['BIND']}/ipn",
            office_url=f"http://{doors['OFFICE']}",
            database=database,
            token=TOKEN,
            folder=folder,
            environ=environ,
            paypal_url=paypal_url,
        )
        words = ("scripts", "serve", *(() if worker else ("--no-worker",)))
        serving = running(*words, environ=environ, folder=folder, log=opened.log)
        _wait_until_ready(stack.enter_context(serving), opened.log)
        try:
            yield opened
        except CheckFailedError:
            bench.say(f"what the house said last: {last_words(opened.log)}")
            raise


@contextmanager
def paypal(folder: Path, seconds: float = 0.0) -> Iterator[str]:
    """A PayPal that vouches for everything after so many seconds; where post-backs go."""
    log = folder / "paypal.log"
    words = ("scripts.measuring.paypal_stub", str(seconds))
    with running(*words, environ=own_environ(), folder=folder, log=log) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise CannotStartError(f"the stub of PayPal does not start: {last_words(log)}")
        yield f"http://127.0.0.1:{port}/cgi-bin/webscr"


def _wait_until_ready(process: subprocess.Popen[str], log: Path) -> None:
    assert process.stdout is not None
    # The supervisor starts again what does not come up, for ever.
    late = threading.Timer(START_SECONDS, process.terminate)
    late.start()
    try:
        if any(_READY in line for line in process.stdout):
            return
    finally:
        late.cancel()
    raise CannotStartError(f"the house does not start: {last_words(log)}")
