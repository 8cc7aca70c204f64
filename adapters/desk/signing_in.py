"""Signing in with a token, saying one's name, and signing out."""

import falcon
import structlog

from adapters.api.access import role_of
from adapters.api.people import name_of
from adapters.desk import addresses
from adapters.desk.attempts import Attempts, peer_of
from adapters.desk.cookies import forget_session, write_session
from adapters.desk.desk import Desk
from adapters.desk.sessions import News

_WRONG = "This token opens nothing here."

log = structlog.get_logger()


class SignIn:
    """`GET` and `POST /desk/sign-in`: one field, `token`; `?next=` is where it leads to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._attempts = Attempts()

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        if req.context.session is not None:
            raise falcon.HTTPSeeOther(self._next(req))
        self._desk.show_alone(resp, "sign_in.html", wrong=None)

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        peer, now = peer_of(req), self._desk.parts.clock()
        wait_seconds = self._attempts.begin(peer, now)
        if wait_seconds:
            resp.status = falcon.HTTP_TOO_MANY_REQUESTS
            resp.set_header("Retry-After", str(wait_seconds))
            said = f"Too many wrong tokens were tried. Try again in {wait_seconds} seconds."
            log.warning("sign_in_refused", peer=peer, wait_seconds=wait_seconds)
            self._desk.show_alone(resp, "sign_in.html", wrong=said)
            return
        role = role_of(self._desk.parts.tokens, req.context.form.get("token", "").strip().encode())
        if role is None:
            log.warning("sign_in_refused", peer=peer)
            resp.status = falcon.HTTP_UNAUTHORIZED
            self._desk.show_alone(resp, "sign_in.html", wrong=_WRONG)
            return
        self._attempts.succeeded(peer)
        log.info("signed_in", peer=peer, may=role.value)
        write_session(req, resp, self._desk.sessions, self._desk.sessions.begin(role))
        resp.status = falcon.HTTP_SEE_OTHER
        resp.location = self._next(req)

    def _next(self, req: falcon.Request) -> str:
        return addresses.own(req.get_param("next")) or addresses.HOME


class Name:
    """`POST /desk/name`: the name that acts are recorded under."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        name = name_of(req.context.form.get("name", ""), "name")
        session = self._desk.sessions.renamed(req.context.session, name)
        write_session(req, resp, self._desk.sessions, session)
        self._desk.leave(req, resp, News("done", f"From now on you act as {name}."))


class SignOut:
    """`POST /desk/sign-out`."""

    def __init__(self, _desk: Desk) -> None:
        """Nothing of the desk is needed: sessions are kept in browsers alone."""

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        forget_session(req, resp)
        resp.status = falcon.HTTP_SEE_OTHER
        resp.location = addresses.SIGN_IN
