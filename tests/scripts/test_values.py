"""Text to value: what is taken, and what is turned away in words."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import values
from scripts.values import Address


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("127.0.0.1:8000", Address("127.0.0.1", 8000)),
        ("localhost:1", Address("localhost", 1)),
        ("0.0.0.0:65535", Address("0.0.0.0", 65535)),
        ("[::1]:8000", Address("::1", 8000)),
    ],
)
def test_an_address_is_read_and_written_back(text: str, value: Address) -> None:
    assert values.address(text) == value
    assert str(value) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":8000",
        "8000",
        "localhost",
        "h:0",
        "h:65536",
        "h:-1",
        "h:٣",
        "::1:8000",
        "[h]:80",
        "a b:80",
        "h:1:2",
    ],
)
def test_what_is_no_address_is_turned_away(text: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        values.address(text)


def test_a_door_open_everywhere_is_reached_on_loopback() -> None:
    assert str(Address("0.0.0.0", 80).reachable) == "127.0.0.1:80"
    assert str(Address("::", 80).reachable) == "[::1]:80"
    assert str(Address("10.0.0.1", 80).reachable) == "10.0.0.1:80"


@pytest.mark.parametrize("text", ["sqlite:///var/x.db", "sqlite:////srv/a folder/x.db"])
def test_sqlite_files_are_taken(text: str) -> None:
    assert values.database(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x.db",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///var/",
        "sqlite:///x?a=b",
    ],
)
def test_what_is_no_file_is_turned_away(text: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///folder/file\.db"):
        values.database(text)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://user@host/db",
        "postgres://user:password@[::1]:5433/db?sslmode=verify-full",
        "postgresql://one:5432,two:5433/db?target_session_attrs=any",
        "postgresql:///db?host=/run/postgresql",
    ],
)
def test_a_server_is_named_as_libpq_names_it(text: str) -> None:
    assert values.database(text) == text
    assert not values.is_sqlite(text)


@pytest.mark.parametrize(
    "text",
    ["postgresql:", "postgresql://", "postgresql://host", "postgresql://host/", "postgresql://host/db?x=1",
     "postgresql://[::1/db", "postgresql+psycopg://host/db", "postgresql://host/d\nb"],
)  # fmt: skip
def test_a_server_that_is_named_otherwise_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="postgresql://user@host/name"):
        values.database(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://ipnpb.paypal.com/cgi-bin/webscr",
        "http://127.0.0.1:9/x",
        "http://127.9.9.9/x",
        "http://localhost:9/x",
        "http://[::1]:9/x",
    ],
)
def test_post_backs_go_by_https_or_stay_on_this_machine(text: str) -> None:
    assert values.verify_url(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ipnpb.paypal.com",
        "http://ipnpb.paypal.com/",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/",
        "http://127.0.0.1@example.com/",
        "https://user:word@ipnpb.paypal.com/",
        "ftp://localhost/",
        "https:///x",
        "https://host:99999/",
        "https://[::1/",
        "https://host/a b",
        "https://host/#part",
        "http://0.0.0.0/",
    ],
)
def test_no_post_back_leaves_this_machine_in_the_clear(text: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        values.verify_url(text)


def test_receivers_stand_between_commas() -> None:
    assert values.receivers(" a@example.com , S8XGHLYDW9T3S,,") == ("a@example.com", "S8XGHLYDW9T3S")
    assert values.receivers("") == ()
    with pytest.raises(ValueError, match="between commas"):
        values.receivers("a@example.com b@example.com")


@pytest.mark.parametrize(
    "text", ["", "1023", "2049", "-1024", "+1024", "1_024", "1024.0", "0x400", "٢٠٤٨", "9" * 5000]
)
def test_a_number_out_of_its_limits_is_turned_away(text: str) -> None:
    with pytest.raises(ValueError, match="from 1024 to 2048"):
        values.whole_number(1024, 2048)(text)


def test_limits_are_included() -> None:
    assert [values.whole_number(1024, 2048)(text) for text in ("1024", "2048")] == [1024, 2048]


@pytest.mark.parametrize("text", ["", "a b", "a\nb", "é"])
def test_a_token_fits_in_a_header(text: str) -> None:
    with pytest.raises(ValueError, match="visible ASCII"):
        values.token(text)


def test_places_for_checkpoints_stand_between_commas() -> None:
    places = values.checkpoints_to(" file:///a/b , https://example.com/c,,syslog://h:1 ")
    assert places == ("file:///a/b", "https://example.com/c", "syslog://h:1")
    assert values.checkpoints_to(" ") == ()


@pytest.mark.parametrize("text", ["/a/b", "http://example.com/", "file:///a,file:///a", "file:///a b"])
def test_what_is_no_place_for_checkpoints_is_turned_away(text: str) -> None:
    with pytest.raises(ValueError, match=r"file:///folder/file, syslog://host:port|each place once"):
        values.checkpoints_to(text)


READERS = [
    values.address,
    values.database,
    values.one_of("a", "b"),
    values.verify_url,
    values.receivers,
    values.token,
    values.whole_number(1, 9),
    values.readable_file,
    values.checkpoints_to,
]


@pytest.mark.parametrize("read", READERS)
@given(text=st.text(max_size=60))
def test_any_text_at_all_is_a_value_or_a_reason(read: Callable[[str], Any], text: str) -> None:
    try:
        read(text)
    except ValueError as error:
        assert str(error).isprintable()  # noqa: PT017 - most texts are no values, none may raise anything else
