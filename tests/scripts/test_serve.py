"""`counterfoil serve`: one clear line when it cannot, and the whole house when it can."""

import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from adapters.inbox import Inbox
from scripts.checks import free_port
from scripts.serve import children, environment, greeting
from scripts.settings import Settings, read_settings
from tests.engines import served_in
from tests.served import PATIENCE_SECONDS, Run, Serve, wait_until


def is_one_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> bool:
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert done.stderr.count("\n") == 1
    assert all(word in done.stderr for word in words), done.stderr
    return True


def test_a_wrong_setting_is_one_line(counterfoil: Run) -> None:
    assert is_one_line(counterfoil("serve", BODY_MAX="big"), 2, "BODY_MAX", "'big'", "1024")


def test_a_wrong_option_is_one_line(counterfoil: Run) -> None:
    assert is_one_line(counterfoil("serve", "--bind", "here"), 2, "BIND", "'here'", "option --bind")


def test_a_missing_price_list_is_one_line(counterfoil: Run) -> None:
    assert is_one_line(
        counterfoil("serve", CATALOGUE="none.toml"), 2, "CATALOGUE", "'none.toml'", "no such file"
    )


def test_a_second_worker_is_refused_on_sqlite(counterfoil: Run) -> None:
    assert is_one_line(counterfoil("serve", "--workers", "2"), 2, "--workers", "SQLite")


@pytest.mark.parametrize("name", ["BIND", "OFFICE"])
def test_a_port_in_use_is_one_line(counterfoil: Run, name: str) -> None:
    free = {"BIND": f"127.0.0.1:{free_port()}", "OFFICE": f"127.0.0.1:{free_port()}"}
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"127.0.0.1:{door.getsockname()[1]}"
        done = counterfoil("serve", **{**free, name: address})
    assert is_one_line(done, 3, f"{name} {address}", "in use")


def test_a_folder_that_cannot_be_written_is_one_line(counterfoil: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert is_one_line(counterfoil("serve", DATABASE="sqlite:///file/x.db"), 3, "DATABASE", "'file'")


def test_a_folder_that_nobody_may_write_is_one_line(counterfoil: Run) -> None:
    # Not even root writes there, so that this holds whoever runs the tests.
    assert is_one_line(
        counterfoil("serve", DATABASE="sqlite:////proc/self/fdinfo/x.db"), 3, "DATABASE", "fdinfo"
    )


def test_a_token_that_cannot_be_read_is_one_line(counterfoil: Run, tmp_path: Path) -> None:
    (tmp_path / "var" / "operator.token").mkdir(parents=True)
    free = {"BIND": f"127.0.0.1:{free_port()}", "OFFICE": f"127.0.0.1:{free_port()}"}
    assert is_one_line(counterfoil("serve", **free), 3, "tokens", "'var'")


@pytest.mark.parametrize("name", ["counterfoil.db", "counterfoil.inbox.db"])
def test_a_corrupt_database_is_one_line(counterfoil: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / name).write_bytes(b"this is no database " * 500)
    done = counterfoil("serve", BIND=f"127.0.0.1:{free_port()}", OFFICE=f"127.0.0.1:{free_port()}")
    assert is_one_line(done, 3, name)


def settings(**given: str) -> Settings:
    return read_settings({f"COUNTERFOIL_{name}": text for name, text in given.items()})


def test_only_the_office_is_told_the_tokens() -> None:
    made = children(settings(OPERATOR_TOKEN="s3cret"), workers=1)
    assert [child.name for child in made] == ["listener", "office", "worker"]
    assert [child.name for child in made if "s3cret" in child.environ.values()] == ["office"]


def test_no_worker_is_no_worker() -> None:
    assert [child.name for child in children(settings(), workers=0)] == ["listener", "office"]


def test_children_hear_of_no_setting_but_those_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_CONFIG", "changed-since.toml")
    assert "COUNTERFOIL_CONFIG" not in environment(settings())


def test_the_greeting_shows_a_token_only_where_it_was_made() -> None:
    assert "t0ken" in greeting(settings(), "t0ken")
    shown = greeting(settings(OPERATOR_TOKEN="s3cret"), "s3cret")
    assert "s3cret" not in shown
    assert "from environment COUNTERFOIL_OPERATOR_TOKEN" in shown


def test_the_greeting_warns_without_receivers_and_of_another_paypal() -> None:
    assert "Warning: RECEIVERS is empty" in greeting(settings(), "t0ken")
    assert "VERIFY_URL" not in greeting(settings(), "t0ken")
    other = settings(RECEIVERS="a@example.com", VERIFY_URL="http://127.0.0.1:9/")
    assert "Warning" not in greeting(other, "t0ken")
    assert "http://127.0.0.1:9/ (VERIFY_URL)" in greeting(other, "t0ken")


def test_it_serves_and_ends_on_one_signal(serve: Serve) -> None:
    house = serve()
    house.wait_until_ready()
    assert house.post(b"txn_id=1&payment_status=Completed") == 200
    house.process.send_signal(signal.SIGINT)
    house.process.communicate(timeout=PATIENCE_SECONDS)
    assert house.process.returncode == 0
    assert "Traceback" not in house.log.read_text()


@pytest.mark.parametrize("child", ["listener", "office", "worker"])
def test_a_killed_child_comes_back_and_nothing_acknowledged_is_missing(serve: Serve, child: str) -> None:
    house = serve()
    house.wait_until_ready()
    assert house.post(b"txn_id=1") == 200
    # Ready are the doors; the worker is started beside them, and may be told of a moment later.
    wait_until(lambda: house.pids(child) != [])
    os.kill(house.pids(child)[0], signal.SIGKILL)
    wait_until(lambda: len(house.pids(child)) == 2)

    def works_again() -> bool:
        try:
            return house.post(b"txn_id=2") == 200 and house.ask("/api/status")["backlog"] is not None
        except urllib.error.URLError:
            return False

    wait_until(works_again)
    inbox = served_in(house.log.parent).inbox()
    bodies = [one.body for one in Inbox(inbox).after(0, 100)]
    inbox.dispose()
    assert bodies[0] == b"txn_id=1"
    assert set(bodies) == {b"txn_id=1", b"txn_id=2"}


def test_after_a_killed_supervisor_it_starts_again_at_once(serve: Serve) -> None:
    house = serve()
    house.wait_until_ready()
    doors = ("--bind", house.listener[7:-4], "--office", house.office[7:])
    house.process.kill()
    house.process.communicate(timeout=PATIENCE_SECONDS)
    again = serve(*doors)
    again.wait_until_ready()
    assert again.listener == house.listener
    assert again.token == house.token


def test_the_demo_plays_a_day_for_everybody_to_see(serve: Serve) -> None:
    house = serve("--demo")
    house.wait_until_ready()

    def something_completed() -> bool:
        rows = house.ask("/api/transactions?limit=100")["items"]
        return any(row["status"] == "completed" for row in rows)

    wait_until(something_completed)
    assert (house.log.parent / "var" / "demo" / "counterfoil.db").exists()
    assert not (house.log.parent / "var" / "counterfoil.db").exists()
