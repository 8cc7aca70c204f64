"""The desk itself: what its pages are made with, and how one is shown or left after an act."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any, Final

import falcon
from jinja2 import Environment

from adapters.api.parts import Parts
from adapters.desk import addresses
from adapters.desk.cookies import take_news, tell
from adapters.desk.rendering import environment
from adapters.desk.sessions import News, Sessions
from adapters.desk.static_files import FILES
from adapters.desk.words import HELPERS

# No inline script, no inline style, no other origin. The sign-in page has its style within it, known by its
# digest: nothing that it would have to load answers to a stranger.
_POLICY: Final = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src {image}; connect-src {script};"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
POLICY: Final = _POLICY.format(script="'self'", style="'self'", image="'self'")


class Desk:
    """Parts, sessions and templates; one for all pages."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.sessions = Sessions(parts.tokens, parts.clock)
        self._templates = _templates()  # now, at the start, and not while the first to come waits for it

    def show(self, req: falcon.Request, resp: falcon.Response, template: str, **told: Any) -> None:  # noqa: ANN401 - whatever a template prints
        """Answer with a page; what all templates know beside `told` is said here."""
        session = req.context.get("session")
        resp.content_type = falcon.MEDIA_HTML
        resp.set_header("Content-Security-Policy", POLICY)
        resp.text = self._templates.get_template(template).render(
            session=session,
            csrf=self.sessions.csrf(session) if session else "",
            news=take_news(req, resp, self.sessions),
            here=addresses.here(req),
            section=_section(req),
            version=self.parts.version,
            **told,
        )

    def show_alone(self, resp: falcon.Response, template: str, **told: Any) -> None:  # noqa: ANN401 - as above
        """Answer with a page that loads nothing and is for anybody: the sign-in."""
        resp.content_type = falcon.MEDIA_HTML
        resp.set_header("Content-Security-Policy", self._policy_alone)
        resp.text = self._templates.get_template(template).render(style=_style(), icon=_icon(), **told)

    def leave(self, req: falcon.Request, resp: falcon.Response, news: News, to: str | None = None) -> None:
        """Go to a page after an act and tell there what came of it; `to`, or where the form came from."""
        tell(req, resp, self.sessions, news)
        resp.status = falcon.HTTP_SEE_OTHER
        resp.location = to or addresses.own(req.context.form.get("back")) or addresses.HOME

    @cached_property
    def _policy_alone(self) -> str:
        digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
        return _POLICY.format(script="'none'", style=f"'sha256-{digest}'", image="data:")


@cache
def _templates() -> Environment:
    """All templates, compiled once in a process: they never change, and it takes half a second."""
    made = environment(HELPERS)
    for name in made.list_templates():
        made.get_template(name)
    return made


def _style() -> str:
    return FILES["desk.css"][0].decode()


def _icon() -> str:
    """The desk's icon as an address of its own, or browsers would ask for one that strangers may not see."""
    return f"data:image/svg+xml;base64,{base64.b64encode(FILES['icon.svg'][0]).decode()}"


def _section(req: falcon.Request) -> str:
    """The part of the desk that a page is in, for its place in the navigation."""
    return "/".join(req.path.split("/", 3)[:3]).partition(".")[0]


Resource = Callable[[Desk], object]
Told = Mapping[str, Any]
