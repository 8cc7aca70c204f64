"""One transaction: what it is, why its goods may leave or not, and how it came there; now or as of a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import falcon

from adapters.api.asking import read_params
from adapters.api.errors import unknown
from adapters.desk.acting import ActPage
from adapters.desk.addresses import address
from adapters.desk.desk import Desk
from adapters.desk.fulfillment import WHY
from adapters.desk.machine import WIDTH, machine
from adapters.desk.moments import as_of_moment
from adapters.desk.raw import raw_text
from adapters.desk.remarks import version_seen, why_said
from adapters.desk.timeline import MESSAGE, timeline
from adapters.queries.notifications import NotificationFilters
from adapters.story import Story
from adapters.times import parse_rfc3339
from domain.spelling import moment
from domain.standing import captures, describing, followers

TABS: Final = ("fields", "raw", "post-backs")
# Ids whose messages are looked for, and how many of those that became no event are shown.
_IDS_MAX: Final = 50
_MESSAGES_MAX: Final = 60
_OTHERS_SHOWN: Final = 10
_DIGITS_MAX: Final = 9


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX and int(text)):
        raise ValueError("It must be a whole number from 1 on.")
    return int(text)


def _tab(text: str) -> str:
    if text not in TABS:
        raise ValueError(f"It must be one of: {', '.join(TABS)}.")
    return text


def _everything(text: str) -> bool:
    if text != "events":
        raise ValueError("It must be: events.")
    return True


_QUERY: Final = {
    "as_of": as_of_moment,
    "step": _number,
    "n": _number,
    "tab": _tab,
    "all": _everything,
}


class TransactionPage:
    """`GET /desk/transactions/{txn_id}`; the id of a refund, for instance, leads to what it follows."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        asked = read_params({name: given for name, given in req.params.items() if given}, _QUERY)
        as_of: datetime | None = asked.get("as_of")
        story = self._story(txn_id, as_of, whole="all" in asked)
        if "step" in asked:
            raise falcon.HTTPSeeOther(_at_step(story, asked["step"]))
        messages = self._messages(story, as_of)
        shown = self._message(story, messages, asked.get("n"))
        rows = timeline(story, messages, as_of)
        self._desk.show(
            req,
            resp,
            "transaction.html",
            **_told(story, asked_for=txn_id),
            as_of=moment(as_of),
            step=sum(1 for at in story.moments if as_of is None or at <= as_of),
            now=self._desk.parts.clock(),
            rows=rows,
            stood={row.n: row for row in rows if row.what == MESSAGE},
            machine=machine(story),
            width=WIDTH,
            messages=messages,
            many=_MESSAGES_MAX,
            shown=shown,
            raw=raw_text(shown["raw"]) if shown else "",
            asked=[each for each in shown["post_backs"] if _is_known(each, as_of)] if shown else [],
            approving=WHY,
            tab=asked.get("tab", TABS[0]),
            tabs=TABS,
            query=_kept(asked),
        )

    def _story(self, txn_id: str, as_of: datetime | None, *, whole: bool) -> Story:
        parts = self._desk.parts
        # What no view has shown yet may stand in the book already.
        stream = parts.queries.lead(txn_id) or txn_id
        story = parts.book.story(stream, parts.clock(), as_of=as_of, whole=whole)
        if story is not None:
            return story
        if as_of is None and parts.queries.notifications(NotificationFilters(txn_id=txn_id), 1, None).items:
            # Of what could not be read or was refused there is no transaction; its messages are there.
            raise falcon.HTTPSeeOther(address("notifications", txn_id=txn_id))
        raise unknown("transaction" if as_of is None else "transaction as of that time")

    def _messages(self, story: Story, as_of: datetime | None) -> list[dict[str, Any]]:
        told = {happening.entry.n for happening in story.happenings} - {None}
        ids = [story.transaction.txn_id, *(one.txn_id for one in followers(story.transaction)[:_IDS_MAX])]
        numbers = sorted(n for n in told if n is not None)
        found = self._desk.parts.queries.messages_behind(ids, numbers, _MESSAGES_MAX)
        # Of events that are left out the messages are, too.
        hidden = story.numbers - told
        return [
            message
            for message in found
            if message["n"] not in hidden
            and (as_of is None or parse_rfc3339(message["received_at"]) <= as_of)
        ]

    def _message(
        self, story: Story, messages: list[dict[str, Any]], n: int | None
    ) -> Mapping[str, Any] | None:
        """The message that is asked for, or else the one that stands for the transaction, or the newest."""
        known = [message["n"] for message in messages]
        if n is not None and n not in known:
            raise unknown("notification behind this transaction")
        top = describing(story.transaction)
        wanted = n or (top.n if top is not None and top.n in known else None) or (known or [None])[-1]
        return None if wanted is None else self._desk.parts.queries.notification_shown(wanted)


class CloseCase(ActPage):
    """`POST /desk/transactions/{txn_id}/cases/{case_id}/close`: only as it stood on the page."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, txn_id: str, case_id: str) -> None:
        form: dict[str, str] = req.context.form
        why, version = why_said(form), version_seen(form)
        done = f"Case {case_id} is closed."
        self.decide(
            req, resp, txn_id, lambda acting, stream: acting.close_case(stream, case_id, why, version), done
        )


def _told(story: Story, asked_for: str) -> dict[str, Any]:
    """What the page says of the transaction itself."""
    top, txn_id = describing(story.transaction), story.transaction.txn_id
    report = top.report if top else None
    document = story.document
    promised = report.auth_id if report else None
    paid = [] if story.invoice is None else [one.txn_id for one in story.invoice.payments]
    others = list(dict.fromkeys(other for other in paid if other != txn_id))
    return {
        "it": document,
        "story": story,
        "because": story.explained["because"],
        "next": story.explained["next"],
        "goods": _goods(story),
        "asked_for": None if asked_for == txn_id else asked_for,
        "authorization": promised if promised not in (txn_id, document["parent_txn_id"]) else None,
        "captures": captures(story.transaction),
        "others_paid": others[:_OTHERS_SHOWN],
        "others_more": len(others) - _OTHERS_SHOWN,
        "moments": [moment(at) for at in story.moments],
    }


def _goods(story: Story) -> dict[str, Any]:
    """A row as the queue has it, so far as forms and words need it."""
    document = story.document
    done = document.get("goods", {})
    return {
        **story.goods,
        "txn_id": document["txn_id"],
        "version": document["version"],
        "state": document["fulfillment"],
        "by": done.get("claimed_by") or done.get("sent_by"),
        "until": done.get("claimed_until"),
        "sent_at": done.get("sent_at"),
    }


def _is_known(asked: Mapping[str, Any], as_of: datetime | None) -> bool:
    return as_of is None or parse_rfc3339(asked["time"]) <= as_of


def _at_step(story: Story, step: int) -> str:
    """The address of the transaction after so many of the moments at which something was recorded."""
    if step >= len(story.moments):
        return address("transactions", story.transaction.txn_id)
    return address("transactions", story.transaction.txn_id, as_of=moment(story.moments[step - 1]))


def _kept(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What links of the page say again, so that one does not undo another."""
    return {
        "as_of": moment(asked.get("as_of")),
        "all": "events" if "all" in asked else None,
    }
