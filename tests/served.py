"""A `counterfoil serve` that is running: what tests of the whole house ask of it."""

import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 30.0
OPERATOR_TOKEN = "operator-of-the-tests"

Serve = Callable[..., "House"]
Run = Callable[..., subprocess.CompletedProcess[str]]


class House:
    """A `counterfoil serve` that is running, and where it said it is."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.log = log
        self.said = ""

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        while "operator token" not in self.said:
            line = self.process.stdout.readline()
            assert line, f"it ended: {self.log.read_text()}"
            self.said += line
        (self.listener,) = re.findall(r"http://[^/]+/ipn", self.said)
        (self.office,) = re.findall(r"(http://[^/]+)/\n", self.said)
        (shown,) = re.findall(r"operator token +(\S+) ", self.said)
        # Of one that it was given it says only where from.
        self.token = OPERATOR_TOKEN if shown == "from" else shown

    def pids(self, child: str) -> list[int]:
        started = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [
            one["pid"] for one in started if one.get("event") == "child started" and one["child"] == child
        ]

    def post(self, body: bytes) -> int:
        with urllib.request.urlopen(self.listener, body, timeout=10) as answer:
            return int(answer.status)

    def ask(self, path: str) -> Any:
        request = urllib.request.Request(
            f"{self.office}{path}", headers={"Authorization": f"Bearer {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def act(self, path: str, **sent: Any) -> tuple[int, Any]:
        """Post JSON to the API as the operator; status and body, whatever the status is."""
        request = urllib.request.Request(
            f"{self.office}{path}",
            json.dumps(sent).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status), json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)


def wait_until(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
