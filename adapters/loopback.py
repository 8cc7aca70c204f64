"""Loopback: the only place where plain http may lead."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a host, by name or by number, can be nothing but this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False
