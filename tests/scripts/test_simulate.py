"""The real command, in a process of its own, against a tiny listener in this one."""

import json
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from adapters.simulator.lifecycles import LIFECYCLES
from scripts.checks import free_port
from tests.served import Run, Serve


class Listener(ThreadingHTTPServer):
    """Acknowledges what comes, after so many refusals of each body; posts back at once where it is told."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.words: list[bytes] = []
        self.refusals = 0
        self.post_back: str | None = None
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/ipn"

    def hear(self, body: bytes) -> int:
        self.heard.append(body)
        if self.heard.count(body) <= self.refusals:
            return 503
        if self.post_back:
            self.words.append(post(self.post_back, b"cmd=_notify-validate&" + body))
        return 200


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        status = self.server.hear(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def post(url: str, body: bytes) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=10) as answer:
        said: bytes = answer.read()
    return said


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_lifecycles_are_sent_acknowledged_and_asked_back(counterfoil: Run, listener: Listener) -> None:
    port = free_port()
    listener.post_back = f"http://127.0.0.1:{port}/cgi-bin/webscr"
    words = ("full_refund", "completed", "--listener", listener.url, "--port", str(port), "--json")
    done = counterfoil("simulate", *words)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["sent"], said["acknowledged"], said["asked_back"]) == (3, 3, 3)
    assert said["post_back"] == listener.post_back
    assert listener.words == [b"VERIFIED"] * 3
    assert listener.post_back in done.stderr


def test_a_seed_plays_the_same_people_again_twice_when_asked(counterfoil: Run, listener: Listener) -> None:
    again = (
        "--seed",
        "7",
        "--listener",
        listener.url,
        "--port",
        "0",
        "--linger",
        "0",
        "--duplicate",
        "--shuffle",
    )
    first, second = (counterfoil("simulate", "reversal_won", *again, "--json") for _ in range(2))
    ids = [[row["txn_id"] for row in json.loads(done.stdout)["deliveries"]] for done in (first, second)]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 8
    assert len(set(listener.heard[:8])) == 4


def test_a_seed_and_a_time_play_the_same_bytes_with_the_same_faults_again(
    counterfoil: Run, listener: Listener
) -> None:
    again = (
        *("--mix", "all", "--count", "12", "--rate", "300", "--seed", "7", "--now", "2026-11-20T21:22:05Z"),
        *("--duplicates", ".3", "--lost", ".3", "--unheard", ".3"),
        *("--forged", ".3", "--replayed", ".3", "--history", ".3"),
        *("--listener", listener.url, "--port", "0", "--linger", "0", "--json"),
    )
    first = json.loads(counterfoil("simulate", *again).stdout)
    heard = sorted(listener.heard)
    listener.heard.clear()
    second = json.loads(counterfoil("simulate", *again).stdout)
    assert heard == sorted(listener.heard)
    assert len(heard) == first["posts"] == second["posts"]
    timeless = [
        {name: row[name] for name in ("txn_id", "mark", "posts", "lost", "unheard")}
        for row in first["deliveries"]
    ]
    assert timeless == [{name: row[name] for name in timeless[0]} for row in second["deliveries"]]
    assert min(first[fault] for fault in ("duplicate", "history", "forged", "lost")) > 0


def test_a_mix_at_a_rate_is_played_to_a_house_and_checked(
    any_engine: str, serve: Serve, counterfoil: Run, tmp_path: Path
) -> None:
    port = free_port()
    paypal = f"http://127.0.0.1:{port}/cgi-bin/webscr"
    house = serve(RECEIVERS="seller@example.com", VERIFY_URL=paypal)
    house.wait_until_ready()
    (tmp_path / "token").write_text(house.token)
    done = counterfoil(
        "simulate",
        *("--mix", "all", "--count", "40", "--rate", "60", "--seed", "3", "--json"),
        *("--duplicates", ".1", "--reorder", ".2", "--delays", ".1", "--lost", ".1", "--unheard", ".1"),
        *("--forged", ".1", "--replayed", ".1", "--history", ".1"),
        *("--post-backs", "500=.02,closed=.02,cut=.02", "--away", "1+.5"),
        *("--listener", house.listener, "--port", str(port), "--linger", "50"),
        *("--check", "--office", house.office, "--token-file", str(tmp_path / "token")),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said["check"]["found"] == []
    assert (said["check"]["lives"], said["check"]["incomplete"]) == (40, 0)
    assert said["check"]["deliveries"] == said["posts"] == sum(said["answers"].values())
    assert sum(said["lifecycles"].values()) == 40
    verdicts = {(row["mark"] == "forged", row["verdict"]) for row in said["deliveries"]}
    assert verdicts == {(False, "VERIFIED"), (True, "INVALID")}
    assert 0.0 < said["acknowledgement_seconds"]["median"] <= said["acknowledgement_seconds"]["max"]


def test_what_is_refused_is_resent(counterfoil: Run, listener: Listener) -> None:
    listener.refusals = 2
    done = counterfoil("simulate", "--listener", listener.url, "--port", "0", "--linger", "0")
    assert done.returncode == 0
    assert len(listener.heard) == 3
    assert "acknowledged after 3" in done.stdout
    assert done.stdout.endswith("1 sent, 1 acknowledged, 0 asked back\n")
    assert "1 not asked back within 0 s" in done.stderr


def test_what_is_never_acknowledged_is_a_problem(counterfoil: Run, listener: Listener) -> None:
    listener.refusals = 1000
    done = counterfoil(
        "simulate", "--listener", listener.url, "--port", "0", "--linger", "0", "--patience", "0.5"
    )
    assert done.returncode == 1
    assert "not acknowledged (503)" in done.stdout


def test_where_nobody_listens_it_ends_with_one_line_and_3(counterfoil: Run) -> None:
    url = f"http://127.0.0.1:{free_port()}/ipn"
    done = counterfoil("simulate", "--listener", url, "--port", "0", "--patience", "0.3")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines()[-1] == f"counterfoil: nothing answers at {url}"
    assert "Traceback" not in done.stderr


def test_a_port_in_use_ends_it_with_one_line_and_3(counterfoil: Run, listener: Listener) -> None:
    done = counterfoil("simulate", "--listener", listener.url, "--port", str(listener.server_address[1]))
    assert (done.returncode, done.stdout) == (3, "")
    assert re.fullmatch(r"counterfoil: --port \d+: Address already in use\n", done.stderr)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("--listener", "http://example.com/ipn"),
            r"--listener: 'http://example.com/ipn' is not on loopback.*",
        ),
        (("--listener", "https://127.0.0.1/ipn"), r"--listener: .* is not on loopback.*"),
        (("no_such",), r"'no_such' is no lifecycle; .*--list.*"),
        (("completed", "--day"), r"--day plays all lifecycles: .*"),
        (("--mix", "completed=0"), r"--mix: '0' is no weight; .*"),
        (("--post-backs", "slowly=.1"), r"--post-backs: 'slowly' is no trouble; .*"),
        (("--now", "noon"), r"--now is 'noon'; expected a time such as .*"),
        (("--check",), r"--check wants a token, .*"),
    ],
)
def test_wrong_usage_ends_it_with_one_line_and_2(counterfoil: Run, words: tuple[str, ...], line: str) -> None:
    done = counterfoil("simulate", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(f"counterfoil: {line}\n", done.stderr)


def test_the_list_names_every_lifecycle(counterfoil: Run) -> None:
    done = counterfoil("simulate", "--list")
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(LIFECYCLES)


@pytest.mark.parametrize("option", ["--keep", "--day"])
def test_it_stays_and_answers_until_it_is_stopped(
    option: str, listener: Listener, environ: dict[str, str], tmp_path: Path
) -> None:
    port = free_port()
    words = ["simulate", option, "--listener", listener.url, "--port", str(port), "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "scripts", *words],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr
        assert "post-backs at" in running.stderr.readline()
        assert "200" in running.stderr.readline()
        address = f"http://127.0.0.1:{port}/cgi-bin/webscr"
        assert post(address, b"cmd=_notify-validate&" + listener.heard[0]) == b"VERIFIED"
        assert post(address, b"cmd=_notify-validate&forged=1") == b"INVALID"
        running.send_signal(signal.SIGTERM if option == "--day" else signal.SIGINT)
        stdout, stderr = running.communicate(timeout=20)
    assert running.returncode == 0, stderr
    assert "Traceback" not in stderr
    assert json.loads(stdout)["acknowledged"] >= 1
