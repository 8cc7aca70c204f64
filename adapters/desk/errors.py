"""Errors on the desk: a page with what was wrong and where to go, for whoever signed in."""

from collections.abc import Callable
from typing import Final, TypeAlias

import falcon

from adapters.desk import addresses
from adapters.desk.desk import Desk

Write: TypeAlias = Callable[[falcon.Request, falcon.Response, falcon.HTTPError], None]

# What programs are told, as people are.
_TITLES: Final = {
    "Malformed body": "Not taken so",
    "Malformed form": "Not taken so",
    "Invalid parameter": "This cannot be asked",
    "Missing parameter": "This cannot be asked",
}
_TITLED: Final = {404: "Nothing here", 405: "Nothing to see here", 400: "Not understood"}
_SAID: Final = {
    404: "There is nothing at this address.",
    405: "This address takes forms and shows nothing.",
    400: "The request cannot be understood.",
}


def error_page(desk: Desk, otherwise: Write) -> Write:
    """Write errors of the desk as pages, and all others as `otherwise` does."""

    def write(req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError) -> None:
        said = _said(error)
        if req.context.get("session") is not None:
            title, back = _title(error), _back(req, error)
            desk.show(req, resp, "error.html", title=title, said=said, back=back)
        elif req.path == addresses.SIGN_IN:
            desk.show_alone(resp, "sign_in.html", wrong=said)
        else:
            otherwise(req, resp, error)

    return write


def _said(error: falcon.HTTPError) -> str:
    said: str | None = error.description or _SAID.get(error.status_code)
    return (said or "It does not work so.").replace("`", "")


def _title(error: falcon.HTTPError) -> str:
    # Where nothing was said, the framework says the status itself.
    if error.title.startswith(f"{error.status_code} "):
        return _TITLED.get(error.status_code, error.title)
    return _TITLES.get(error.title, error.title)


def _back(req: falcon.Request, error: falcon.HTTPError) -> str | None:
    """Where to try again: the page that a form was on, or a list without what is wrong with its filters."""
    if req.method == "POST":
        return addresses.here(req)
    return addresses.own(req.path) if isinstance(error, falcon.HTTPBadRequest) else None
