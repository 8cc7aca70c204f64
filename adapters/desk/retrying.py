"""Asking again: about one notification, or about all that a search finds, once somebody has seen how many."""

import hashlib
from collections.abc import Mapping
from typing import Final

import falcon
import structlog

from adapters.desk.addresses import with_query
from adapters.desk.desk import Desk
from adapters.desk.notifications import PATH
from adapters.desk.reasons import reason_in_words
from adapters.desk.searching import asked_in, filled
from adapters.desk.sessions import News
from adapters.queries.searching import Found

# Of one act; what is beyond these is left for the next.
RETRIES_MAX: Final = 500
_SHOWN: Final = 10

log = structlog.get_logger()


class Retry:
    """`POST /desk/notifications/{n}/retry`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_post(self, req: falcon.Request, resp: falcon.Response, n: int) -> None:
        if self._desk.parts.retry(n):
            log.info("retry_asked", by=req.context.session.name, n=n)
            news = News("done", f"Notification {n} is verified and processed again.")
        else:
            news = News("refused", self._why_not(n))
        self._desk.leave(req, resp, news)

    def _why_not(self, n: int) -> str:
        found = self._desk.parts.queries.notification(n)
        if found is None:
            return f"There is no notification {n}."
        how = "purged" if found["purged_at"] else "forgotten with its payer"
        return f"The bytes of notification {n} were {how}: nothing is left to verify or process again."


class RetryAll:
    """`GET /desk/notifications/retry`: what a search finds; `POST` what was `seen`: ask about all of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        self._show(req, resp, *self._found(filled(req.params)))

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        form = req.context.form
        sent, found = self._found(form)
        if found.items and form.get("seen") == _digest(found):
            self._retry(req, resp, sent, found)
        else:
            self._show(req, resp, sent, found, before=form.get("count") if "seen" in form else None)

    def _found(self, form: Mapping[str, str]) -> tuple[dict[str, str], Found]:
        sent, asked = asked_in(form)
        if not sent:
            raise falcon.HTTPBadRequest(
                title="All of them?", description="Say first which notifications are meant, by a search."
            )
        parts = self._desk.parts
        return sent, parts.queries.search(asked.search(parts.clock()), RETRIES_MAX, None)

    def _show(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        sent: dict[str, str],
        found: Found,
        before: str | None = None,
    ) -> None:
        """The page that says how many there are; `before`: how many there were when it was last said."""
        self._desk.show(
            req,
            resp,
            "retry.html",
            found=found,
            shown=found.items[:_SHOWN],
            digest=_digest(found),
            before=before,
            most=RETRIES_MAX,
            sent=sent,
            back=with_query(PATH, sent),
            now=self._desk.parts.clock(),
            reason_in_words=reason_in_words,
        )

    def _retry(self, req: falcon.Request, resp: falcon.Response, sent: dict[str, str], found: Found) -> None:
        numbers = [item["n"] for item in found.items]
        asked = self._desk.parts.retry_all(numbers)
        # Not what was searched for: it may be a payer's address.
        log.info("retries_asked", by=req.context.session.name, count=asked)
        said = f"{asked} {'is' if asked == 1 else 'are'} verified and processed again."
        if asked < len(numbers):
            said += f" {len(numbers) - asked} cannot be: their bytes are gone."
        if found.next is not None:
            said += " There may be more of them: look again."
        self._desk.leave(req, resp, News("done", said), with_query(PATH, sent))


def _digest(found: Found) -> str:
    """What was seen, so that nothing else is done."""
    numbers = ",".join(str(item["n"]) for item in found.items)
    return hashlib.sha256(numbers.encode()).hexdigest()[:32]
