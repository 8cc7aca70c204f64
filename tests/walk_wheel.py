"""Walk one payment through an installed Counterfoil: `python walk_wheel.py` in an environment that has it.

Run in an empty folder, away from the sources: what the wheel lacks is missing here. It starts
`counterfoil serve` and a local PayPal on free ports, waits until a payment is completed, and asks for it
by the API and by `counterfoil state`.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

COUNTERFOIL = str(Path(sys.executable).with_name("counterfoil"))
TOKEN = "walk"
PATIENCE_SECONDS = 90.0


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        doors = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [door.getsockname()[1] for door in doors]


@contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([COUNTERFOIL, *words])
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def ask(url: str) -> Any:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or b"null")


def wait_for_listener(address: tuple[str, int]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"walk_wheel: nobody listens at {address}")


def wait_for_completed(url: str) -> dict[str, Any]:
    """The first payment that is completed, as soon as there is one."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            completed = [dict(item) for item in ask(url)["items"] if item["status"] == "completed"]
        except OSError:
            completed = []
        if completed:
            return completed[0]
        time.sleep(0.2)
    sys.exit(f"walk_wheel: waited {PATIENCE_SECONDS:.0f} s in vain for a completed payment")


def main() -> None:
    listener, office, paypal = free_ports(3)
    api = f"http://127.0.0.1:{office}/api"
    os.environ |= {
        "COUNTERFOIL_BIND": f"127.0.0.1:{listener}",
        "COUNTERFOIL_OFFICE": f"127.0.0.1:{office}",
        "COUNTERFOIL_VERIFY_URL": f"http://127.0.0.1:{paypal}/cgi-bin/webscr",
        "COUNTERFOIL_RECEIVERS": "seller@example.com",
        "COUNTERFOIL_OPERATOR_TOKEN": TOKEN,
    }
    post_to = f"http://127.0.0.1:{listener}/ipn"
    with running("serve") as house:
        wait_for_listener(("127.0.0.1", listener))
        with running("simulate", "completed", "--keep", "--listener", post_to, "--port", str(paypal)):
            row = wait_for_completed(f"{api}/transactions")
            by_api = ask(f"{api}/transactions/{row['txn_id']}")
            by_command = subprocess.run(
                [COUNTERFOIL, "state", row["txn_id"], "--json"], check=True, capture_output=True, timeout=60
            )
    assert by_api["status"] == "completed", by_api
    assert json.loads(by_command.stdout) == by_api, (by_command.stdout, by_api)
    assert house.returncode == 0, house.returncode
    print(f"walk_wheel: {by_api['txn_id']} is {by_api['status']}: {by_api['gross']} {by_api['currency']}")


if __name__ == "__main__":
    main()
