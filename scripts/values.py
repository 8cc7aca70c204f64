"""Values of settings: text to value; what is none says in words what was expected."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

PORT_MAX = 65_535
SQLITE = "sqlite:///"
# Where a door that is open everywhere answers on this machine.
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - named, not listened on


@dataclass(frozen=True)
class Address:
    """Where a door listens; an IPv6 host is kept without its brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        """Written as a URL wants it: `127.0.0.1:8000`, `[::1]:8000`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def reachable(self) -> "Address":
        """The same door as one on this machine calls it: a wildcard is no place to connect to."""
        return Address(WILDCARDS.get(self.host, self.host), self.port)


def address(text: str) -> Address:
    """Read `host:port`; an IPv6 host stands in brackets."""
    expected = ValueError(f"host:port with a port from 1 to {PORT_MAX}, such as 127.0.0.1:8000 or [::1]:8000")
    host, colon, port = text.rpartition(":")
    if not (colon and port.isascii() and port.isdigit() and 1 <= int(port) <= PORT_MAX):
        raise expected
    if host.startswith("[") and host.endswith("]") and _is_ip(host[1:-1], version=6):
        return Address(host[1:-1], int(port))
    if re.fullmatch(r"[A-Za-z0-9._-]+", host):
        return Address(host, int(port))
    raise expected


def database(text: str) -> str:
    """An SQLite file, or a PostgreSQL database by libpq's address."""
    if text.startswith(("postgresql:", "postgres:")):
        return _postgresql(text)
    path = text.removeprefix(SQLITE)
    if path == text or path.endswith("/") or not path.isprintable() or re.search(r"^$|[?#]|^:memory:$", path):
        raise ValueError(
            "sqlite:///folder/file.db (relative), sqlite:////folder/file.db (absolute)"
            " or postgresql://user@host/name"
        )
    return text


def is_sqlite(text: str) -> bool:
    """Whether a DATABASE is an SQLite file."""
    return text.startswith(SQLITE)


def _postgresql(text: str) -> str:
    # Its driver is loaded only where it is wanted.
    from adapters.postgresql.connecting import checked_address  # noqa: PLC0415

    # What libpq says of it may quote the password.
    expected = ValueError(
        "postgresql://user@host/name, with a password (what is special in it as %2F and so on), a port or"
        " options of libpq where wanted"
    )
    try:
        parts = checked_address(text)
    except ValueError:
        raise expected from None
    ports = str(parts.get("port", "")).split(",")
    if (
        "@" in str(parts.get("host", ""))
        or not parts.get("dbname")
        or not text.isprintable()
        or not all(p.isdigit() or not p for p in ports)
    ):
        raise expected
    return text


def one_of(*words: str) -> Callable[[str], str]:
    """Read exactly one of these words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(" or ".join(words))
        return text

    return read


def verify_url(text: str) -> str:
    """An https address; plain http only where the message does not leave this machine."""
    expected = ValueError("an https:// address without a user name; plain http only towards loopback")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise expected from None
    if not host or "@" in parts.netloc or parts.fragment or not re.fullmatch(r"[\x21-\x7e]+", text):
        raise expected
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise expected
    return text


def receivers(text: str) -> tuple[str, ...]:
    """E-mail addresses and merchant ids between commas; blanks around them do not count."""
    names = tuple(name for name in (part.strip() for part in text.split(",")) if name)
    if any(len(name.split()) > 1 or not name.isprintable() for name in names):
        raise ValueError("e-mail addresses and merchant ids, between commas")
    return names


def readable_file(text: str) -> Path:
    """The path of a file that can be opened now."""
    path = Path(text)
    try:
        path.open("rb").close()
    except (OSError, ValueError) as error:
        raise ValueError(f"a file that can be read ({why(error)})") from None
    return path


def token(text: str) -> str:
    """Anything that fits in a header as it stands."""
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise ValueError("visible ASCII characters without a blank")
    return text


def notary_key(text: str) -> str:
    """A signing key in the form in which the first start writes it."""
    # Its libraries are loaded only where a key is set by hand.
    from adapters.notary.notes import Signer  # noqa: PLC0415

    try:
        return Signer.from_text(text).private
    except ValueError as error:
        raise ValueError(f"the content of a notary.key file ({error})") from None


def checkpoints_to(text: str) -> tuple[str, ...]:
    """Places that checkpoints are sent to, between commas; blanks around them do not count."""
    addresses = tuple(part.strip() for part in text.split(",") if part.strip())
    if addresses:
        from adapters.notary.targets import targets_of  # noqa: PLC0415 - as above

        targets_of(addresses)
    return addresses


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Read a whole number between two limits, both included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,15}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def is_loopback(host: str) -> bool:
    """Whether what is sent to this host stays on this machine, by the host's name alone."""
    return host.lower() == "localhost" or (_is_ip(host) and ip_address(host).is_loopback)


def why(error: Exception) -> str:
    """The reason of a failed call on a file, without its path."""
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)


def _is_ip(text: str, version: int | None = None) -> bool:
    try:
        return version in (None, ip_address(text).version)
    except ValueError:
        return False
