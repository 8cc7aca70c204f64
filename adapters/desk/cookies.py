"""The desk's two cookies: the session's, and one that carries news from an act to the page after it."""

from datetime import UTC, datetime
from typing import Final

import falcon

from adapters.desk.sessions import SESSION_SECONDS, News, Session, Sessions

_SESSION: Final = "counterfoil_session"
_NEWS: Final = "counterfoil_news"
_PATH: Final = "/desk"
_NEWS_SECONDS: Final = 60
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Browsers drop a cookie of 4 KiB without a word, and the office takes no longer line of cookies than that.
NEWS_BYTES_MAX: Final = 1_500


def read_session(req: falcon.Request, sessions: Sessions) -> Session | None:
    """Who signed in; None where nobody did."""
    # A cookie of this name may have been set beside ours, by another program of the same host.
    found = (sessions.read(text) for text in req.get_cookie_values(_SESSION) or ())
    return next((session for session in found if session is not None), None)


def write_session(req: falcon.Request, resp: falcon.Response, sessions: Sessions, session: Session) -> None:
    """Keep a session in the browser, out of the reach of scripts and of other sites' forms."""
    _set(req, resp, _SESSION, sessions.write(session), SESSION_SECONDS)


def forget_session(req: falcon.Request, resp: falcon.Response) -> None:
    """Have the browser forget both cookies."""
    for name in (_SESSION, _NEWS):
        _set(req, resp, name, "")


def tell(req: falcon.Request, resp: falcon.Response, sessions: Sessions, news: News) -> None:
    """Carry what came of an act to the next page."""
    text = news.text.encode("utf-8", "replace")[:NEWS_BYTES_MAX].decode("utf-8", "ignore")
    told = News(news.kind, text)
    _set(req, resp, _NEWS, sessions.write_news(req.context.session, told), _NEWS_SECONDS)


def take_news(req: falcon.Request, resp: falcon.Response, sessions: Sessions) -> News | None:
    """What the last act came to, once."""
    session: Session | None = req.context.get("session")
    given = req.get_cookie_values(_NEWS) or ()
    if session is None or not any(given):
        return None
    _set(req, resp, _NEWS, "")
    found = (sessions.read_news(session, text) for text in given)
    return next((news for news in found if news is not None), None)


def _set(
    req: falcon.Request, resp: falcon.Response, name: str, value: str, seconds: int | None = None
) -> None:
    resp.set_cookie(
        name,
        value,
        max_age=seconds,
        # The framework takes an age of 0 for none: what is to be forgotten ended long ago.
        expires=_LONG_AGO if seconds is None else None,
        path=_PATH,
        # Behind a proxy with TLS the scheme is what it forwards; on plain loopback a browser would drop it.
        secure=req.scheme == "https",
        http_only=True,
        same_site="Lax",
    )
