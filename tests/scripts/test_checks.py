"""The checks before a start, each with one line."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from scripts.checks import CannotStartError, alone_in, check_ports, check_writable, free_port, refusal
from scripts.settings import Address, read_settings


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        yield door.getsockname()[1]


def test_the_home_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "var"
    with alone_in(home):
        check_writable(home)
    assert home.stat().st_mode & 0o777 == 0o700


def test_two_do_not_serve_the_same_books(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(CannotStartError, match="another counterfoil"), alone_in(tmp_path):
        pytest.fail("both went in")
    with alone_in(tmp_path):
        check_writable(tmp_path)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    expected = r"cannot write in the folder of DATABASE, .*/file/var': not a dir"
    with pytest.raises(CannotStartError, match=expected), alone_in(tmp_path / "file" / "var"):
        pytest.fail("went in")


def test_a_folder_that_cannot_be_written_is_one_line() -> None:
    # Not even root writes there, so that this holds whoever runs the tests.
    with pytest.raises(
        CannotStartError, match="cannot write in the folder of DATABASE, '/proc/self/fdinfo': "
    ):
        check_writable(Path("/proc/self/fdinfo"))


def test_a_port_in_use_names_its_setting(taken: int) -> None:
    settings = read_settings({}, {"BIND": f"127.0.0.1:{free_port()}", "OFFICE": f"127.0.0.1:{taken}"})
    with pytest.raises(
        CannotStartError, match=f"cannot listen on OFFICE 127.0.0.1:{taken}: address already in use"
    ):
        check_ports(settings, patience_seconds=0.0)


def test_a_port_that_is_about_to_be_left_is_waited_for() -> None:
    door = socket.create_server(("127.0.0.1", 0))
    settings = read_settings(
        {}, {"BIND": f"127.0.0.1:{door.getsockname()[1]}", "OFFICE": f"127.0.0.1:{free_port()}"}
    )
    leaving = Timer(0.2, door.close)
    leaving.start()
    check_ports(settings, patience_seconds=20.0)
    leaving.join()


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (Address("no-such-host.invalid", 80), "not known|name resolution"),
        (Address("192.0.2.1", 8000), "assign"),
    ],
)
def test_an_address_that_is_not_ours_has_a_reason(address: Address, reason: str) -> None:
    found = refusal(address)
    assert found is not None
    assert any(word in found for word in reason.split("|"))


def test_a_free_port_is_free() -> None:
    assert refusal(Address("127.0.0.1", free_port())) is None
