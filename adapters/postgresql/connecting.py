"""Connections to PostgreSQL: as the address says, and with limits of ours so that nothing waits for ever."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from adapters.postgresql.connection import OwnConnection

# A server that vanished without a word is noticed within a lease; of several, the one that writes is found.
_PARAMETERS: Final[Mapping[str, Any]] = {
    "application_name": "counterfoil",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "target_session_attrs": "read-write",
}
# The server lets go of what a client that vanished held.
_SESSION: Final[Mapping[str, Any]] = {
    "timezone": "UTC",
    # A statement by itself sees what stands once it has all that it waited for, whatever the default.
    "default_transaction_isolation": "read\\ committed",
    "DateStyle": "ISO",
    # What is asked again and again is prepared by the driver; a plan made of an empty table would be kept.
    "plan_cache_mode": "force_custom_plan",
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
}


def checked_address(address: str) -> dict[str, Any]:
    """The parts of a libpq address; ValueError says in words what is wrong with it."""
    try:
        return conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        raise ValueError(str(error).strip().splitlines()[0]) from None


def shown_address(address: str) -> str:
    """The address without its password or other secrets: user, hosts and name."""
    parts = checked_address(address)
    user = f"{parts['user']}@" if "user" in parts else ""
    hosts = str(parts.get("host", parts.get("hostaddr", ""))).split(",")
    ports = str(parts.get("port", "")).split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    where = ",".join(f"{host}:{port}" if port else host for host, port in zip(hosts, ports, strict=False))
    return f"postgresql://{user}{where}/{parts.get('dbname', '')}"


def connecting(
    address: str, session: Mapping[str, Any], *, answer_seconds: float | None = None
) -> Callable[[], OwnConnection]:
    """A function that connects; `session` is set for each connection, over what the address says.

    An answer that has not come after `answer_seconds`, if given, is waited for no longer.
    """
    given = checked_address(address)
    ours = {**_SESSION, **session}
    options = " ".join(filter(None, (given.pop("options", ""), *(f"-c {k}={v}" for k, v in ours.items()))))
    # What the environment or the address says of the encoding would go before the options.
    parameters = {**_PARAMETERS, **given, "client_encoding": "UTF8", "options": options}

    def connect() -> OwnConnection:
        # Transactions begin when we say so, as on SQLite.
        connection = OwnConnection.connect(**parameters, autocommit=True)
        connection.answer_seconds = answer_seconds
        return connection

    return connect
