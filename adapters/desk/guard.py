"""Who may enter the desk: whoever signed in reads, the operator acts, and only from a page of the desk."""

from typing import Any, Final

import falcon

from adapters.api.access import READING
from adapters.desk.addresses import SIGN_IN, sign_in_from
from adapters.desk.cookies import read_session
from adapters.desk.forms import read_form
from adapters.desk.sessions import Session, Sessions

# What a viewer may send, too: it changes nothing but the own session.
OWN_AFFAIRS: Final = frozenset({"/desk/name", "/desk/sign-out"})


class DeskGuard:
    """Ask at everything under `/desk` but the sign-in page; acts carry the session's own token."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def process_request(self, req: falcon.Request, _resp: falcon.Response) -> None:
        """Ask at the door already, so that a stranger does not even learn which addresses there are."""
        # The router takes any number of slashes for one; nobody gets past the door by that.
        if f"/{req.path.lstrip('/')}/".startswith("/desk/"):
            self._ask(req)

    def process_resource(
        self, req: falcon.Request, _resp: falcon.Response, _resource: object, _params: dict[str, Any]
    ) -> None:
        """Ask again wherever the router has led: its word is what counts."""
        if f"{req.uri_template or ''}/".startswith("/desk/"):
            self._ask(req)
            if req.method not in READING:
                self._let_act(req)

    def _ask(self, req: falcon.Request) -> None:
        session = read_session(req, self._sessions)
        req.context.session = session
        if session is None and req.path != SIGN_IN:
            raise falcon.HTTPSeeOther(sign_in_from(req))

    def _let_act(self, req: falcon.Request) -> None:
        """Read the form of an act into the context; raises 403 when it is not this session's to send."""
        from_elsewhere(req)
        form = read_form(req)
        req.context.form = form
        session: Session | None = req.context.session
        if req.uri_template == SIGN_IN:
            return
        assert session is not None, "nobody gets here without one"
        if not self._sessions.is_own(session, form.pop("csrf", "")):
            raise falcon.HTTPForbidden(
                title="Not from this page",
                description="The form is of another session. Go back, reload the page, and do it again.",
            )
        if not session.acts and req.uri_template not in OWN_AFFAIRS:
            raise falcon.HTTPForbidden(
                title="Viewers read", description="Sign in with the operator's token to act."
            )


def from_elsewhere(req: falcon.Request) -> None:
    """Refuse what a browser says was sent from another site; programs that say nothing are let through."""
    site, origin = req.get_header("Sec-Fetch-Site"), req.get_header("Origin")
    # Our pages name no referrer, so that a browser which tells no site (by plain HTTP) sends `null` for them.
    known = {None, "null", *(f"{scheme}://{req.netloc}" for scheme in ("http", "https"))}
    if site not in (None, "same-origin", "none") or (site is None and origin not in known):
        raise falcon.HTTPForbidden(
            title="From another site", description="A form of this desk is sent from its own pages only."
        )
