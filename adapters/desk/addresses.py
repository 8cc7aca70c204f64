"""Addresses of the desk: made from parts, and taken from a request only where they stay on the desk."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import falcon

HOME: Final = "/desk/"
SIGN_IN: Final = "/desk/sign-in"
# Of this desk, in plain characters: no other host, no scheme, nothing that a browser would put right.
_OWN: Final = re.compile(r"/desk(/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?")
# A browser goes up a folder for these before it asks, and would leave the desk.
_UP: Final = re.compile(r"/(?:\.|%2[eE]){1,2}(?=[/?]|$)")
_CHARACTERS_MAX: Final = 2_000


def address(*segments: object, **query: object) -> str:
    """`address("transactions", txn_id, tab="raw")`; a parameter that is None or empty is left out."""
    path = "/".join(("/desk", *(quote(str(segment), safe="", errors="replace") for segment in segments)))
    return with_query(path if segments else HOME, query)


def with_query(path: str, query: Mapping[str, Any]) -> str:
    """A path with the parameters that say something."""
    said = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(said, errors='replace')}" if said else path


def own(text: str | None) -> str | None:
    """An address that was sent along, if it is one of this desk."""
    if text is None or len(text) > _CHARACTERS_MAX or not _OWN.fullmatch(text):
        return None
    path = text.partition("?")[0]
    return None if "//" in path or _UP.search(path) else text


def here(req: falcon.Request) -> str:
    """The address of this page, to come back to; of an act that went wrong, where its form was."""
    if req.method == "GET":
        return own(req.relative_uri) or HOME
    form: dict[str, str] = req.context.get("form") or {}
    return own(form.get("back")) or HOME


def sign_in_from(req: falcon.Request) -> str:
    """The sign-in page, which leads back to what was asked for."""
    asked = here(req) if req.method == "GET" else HOME
    address = with_query(SIGN_IN, {"next": None if asked.rstrip("/") == "/desk" else asked})
    # Encoded twice it may be longer than any line that the office reads.
    return address if len(address) <= _CHARACTERS_MAX else SIGN_IN
