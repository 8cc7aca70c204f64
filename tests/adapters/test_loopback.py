import pytest

from adapters.loopback import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "0.0.0.0",
        "10.0.0.1",
        "::",
        "example.com",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "127.1",
    ],
)
def test_everything_else_is_not(host: str) -> None:
    assert not is_loopback(host)
