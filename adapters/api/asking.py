"""Query parameters, read by a table of readers; what does not fit is answered 400, by its name."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

import falcon

from adapters.times import read_moment

LIMIT_MAX: Final = 500
LIMIT_DEFAULT: Final = 50
TEXT_CHARACTERS_MAX: Final = 256

# Gives the value, or raises ValueError with a sentence.
Reader: TypeAlias = Callable[[str], Any]

_FLAGS: Final = {"true": True, "false": False}
_LIMIT: Final = re.compile(r"[0-9]{1,4}")


def read_query(req: falcon.Request, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Read the parameters that were given; HTTPInvalidParam (400) names the first that is wrong."""
    return read_params(req.params, readers)


def read_params(params: Mapping[str, str | list[str]], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The same of parameters, wherever they were sent."""
    asked: dict[str, Any] = {}
    for name, given in params.items():
        if name not in readers:
            raise falcon.HTTPInvalidParam("It is not known here.", name)
        if isinstance(given, list):
            raise falcon.HTTPInvalidParam("It is given more than once.", name)
        try:
            asked[name] = readers[name](given)
        except ValueError as error:
            raise falcon.HTTPInvalidParam(str(error), name) from error
    return asked


def limit(text: str) -> int:
    """Read how many items a page has at most."""
    if not _LIMIT.fullmatch(text) or not 1 <= int(text) <= LIMIT_MAX:
        raise ValueError(f"It must be a whole number from 1 to {LIMIT_MAX}.")
    return int(text)


def between(asked: Mapping[str, Any], now: datetime) -> tuple[datetime, datetime]:
    """The two times of a comparison, the later one now if it was not given; raises 400 when they are none."""
    if "since" not in asked:
        raise falcon.HTTPMissingParam("since")
    since, until = asked["since"], asked.get("until", now)
    if since > until:
        raise falcon.HTTPInvalidParam("It must not be later than until, which is now if not given.", "since")
    return since, until


def plain_text(text: str) -> str:
    """Read a text that is looked for as it is."""
    if not text or len(text) > TEXT_CHARACTERS_MAX or "\x00" in text:
        raise ValueError(f"It must be a text of 1 to {TEXT_CHARACTERS_MAX} characters.")
    return text


def cursor(text: str) -> str:
    """Read a cursor; whether it is one of this list is known to the query that gave it out."""
    if not text:
        raise ValueError("It must be the text in `next` of the page before.")
    return text


def moment(text: str) -> datetime:
    """Read an RFC 3339 time with its zone."""
    try:
        return read_moment(text)
    except ValueError:
        raise ValueError(
            "It must be an RFC 3339 time such as 2026-11-20T21:22:05Z (a + is sent as %2B)."
        ) from None


def flag(text: str) -> bool:
    """Read yes or no, as JSON writes them."""
    if text not in _FLAGS:
        raise ValueError("It must be one of: true, false.")
    return _FLAGS[text]


def one_of(*words: StrEnum | str) -> Reader:
    """Make a reader of one of these words."""
    known = tuple(str(word) for word in words)

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"It must be one of: {', '.join(known)}.")
        return text

    return read


PAGING: Final[Mapping[str, Reader]] = {"limit": limit, "cursor": cursor}
NOTHING: Final[Mapping[str, Reader]] = {}
