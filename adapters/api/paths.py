"""Addresses as they were sent: split at the slashes that were written, decoded only afterwards."""

import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, unquote

import falcon
from falcon.routing import BaseConverter

_ORIGIN: Final = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,18}")
_NUMBER_MAX: Final = 2**63 - 1


class SentPath:
    """Route by the path as it was sent, so that an invoice may hold a slash; a last one is tolerated.

    Every field of a route therefore needs one of this file's converters.
    """

    def process_request(self, req: falcon.Request, _resp: falcon.Response) -> None:
        """Put the sent path, still percent-encoded, where Falcon's router looks."""
        sent = req.env.get("RAW_URI")
        path = (
            quote(req.path) if sent is None else _tunnelled(_ORIGIN.sub("", sent, count=1)).partition("?")[0]
        )
        req.path = path[:-1] if len(path) > 1 and path.endswith("/") else path or "/"


class TextConverter(BaseConverter):
    """One segment as text; what is not UTF-8 or holds a NUL matches no route."""

    def convert(self, value: str) -> str | None:
        """Decode, or answer None."""
        return _decoded(value)


class RestConverter(BaseConverter):
    """Everything up to the end of the path, slashes included, as text."""

    CONSUME_MULTIPLE_SEGMENTS = True

    def convert(self, value: Iterable[str]) -> str | None:
        """Decode, or answer None."""
        return _decoded("/".join(value)) or None


class NumberConverter(BaseConverter):
    """A delivery's number; anything else matches no route."""

    def convert(self, value: str) -> int | None:
        """Read, or answer None."""
        return int(value) if _NUMBER.fullmatch(value) and int(value) <= _NUMBER_MAX else None


CONVERTERS: Final[dict[str, Any]] = {"text": TextConverter, "rest": RestConverter, "number": NumberConverter}


def _tunnelled(text: str) -> str:
    # WSGI carries bytes as Latin-1; whoever sends letters without encoding them means UTF-8.
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _decoded(text: str) -> str | None:
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in decoded else decoded
