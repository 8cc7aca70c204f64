"""Headers that every answer carries, so that nothing in it is run, framed, guessed at or kept."""

from typing import Final

import falcon

SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


class SecurityHeaders:
    """Add what a resource has not set itself (pages have a policy of their own)."""

    def process_response(
        self, _req: falcon.Request, resp: falcon.Response, _resource: object, *_succeeded: bool
    ) -> None:
        """Runs for errors as well."""
        for name, value in SECURITY.items():
            if resp.get_header(name) is None:
                resp.set_header(name, value)
