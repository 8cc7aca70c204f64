"""Who may: bearer tokens, compared in constant time; the viewer reads, the operator acts."""

import hmac
from enum import StrEnum
from typing import Any, Final

import falcon

from adapters.api.parts import Tokens

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
REALM: Final = 'Bearer realm="counterfoil"'


class Role(StrEnum):
    """What a token makes of its bearer."""

    VIEWER = "viewer"
    OPERATOR = "operator"


class Access:
    """Ask for a token at everything under `/api`; the desk asks in its own way, the probes not at all."""

    def __init__(self, tokens: Tokens) -> None:
        assert tokens.operator, "an empty operator token opens the office to everybody"
        assert tokens.viewer, "an empty viewer token opens the office to everybody"
        self._tokens = tokens

    def process_request(self, req: falcon.Request, _resp: falcon.Response) -> None:
        """Ask at the door already, so that a stranger does not even learn which addresses there are."""
        if f"{req.path}/".startswith("/api/"):
            self._let_in(req)

    def process_resource(
        self, req: falcon.Request, _resp: falcon.Response, _resource: object, _params: dict[str, Any]
    ) -> None:
        """Ask wherever the router has led: it takes `//api` for `/api`, and its word is what counts."""
        if (req.uri_template or "").startswith("/api/"):
            self._let_in(req)

    def _let_in(self, req: falcon.Request) -> None:
        """Put the role into the request's context, or raise 401 or 403."""
        role = self._role(req.get_header("Authorization") or "")
        if role is Role.VIEWER and req.method not in READING:
            raise falcon.HTTPForbidden(
                title="Forbidden", description="A viewer reads; the operator's token acts."
            )
        req.context.role = role

    def _role(self, authorization: str) -> Role:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise falcon.HTTPUnauthorized(
                title="No token",
                description="Send the header: Authorization: Bearer, a space and a token.",
                challenges=[REALM],
            )
        # WSGI carries bytes as Latin-1, and a token may be anything.
        role = role_of(self._tokens, token.strip().encode("latin-1", "replace"))
        if role is None:
            raise falcon.HTTPUnauthorized(
                title="Wrong token",
                description="This token opens nothing here.",
                challenges=[f'{REALM}, error="invalid_token"'],
            )
        return role


def role_of(tokens: Tokens, given: bytes) -> Role | None:
    """What a token makes of its bearer; None when it is none of ours."""
    known = ((Role.OPERATOR, tokens.operator), (Role.VIEWER, tokens.viewer))
    # Both are compared whatever the first says, so that time tells nothing.
    matching = [role for role, token in known if hmac.compare_digest(given, token.encode())]
    return matching[0] if matching else None
