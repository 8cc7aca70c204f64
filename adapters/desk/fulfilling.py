"""Acts on goods: claim, release, fulfill, approve; each one form, whoever signed in."""

from typing import Final

import falcon

from adapters.desk.acting import ActPage
from adapters.desk.forms import said
from adapters.desk.remarks import note_said, version_seen, why_said
from domain.acting import Acting, ActRefusedError

# Long enough to pick and pack what one has taken on; whoever claims again has it longer.
CLAIM_SECONDS: Final = 60 * 60


class Claim(ActPage):
    """`POST /desk/fulfillment/{txn_id}/claim`."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        done = f"{txn_id} is yours to send for an hour, {req.context.session.name}."
        self.decide(req, resp, txn_id, lambda acting, stream: acting.claim(stream, CLAIM_SECONDS), done)


class Release(ActPage):
    """`POST /desk/fulfillment/{txn_id}/release`: the own claim, or that of whoever is named as `holder`."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        form: dict[str, str] = req.context.form
        why, holder = note_said(form, "why"), said(form, "holder")

        def release(acting: Acting, stream: str) -> None:
            if holder is not None:
                _still_holds(acting, stream, holder)
            acting.release(stream, why, anybodys=holder is not None)

        self.decide(req, resp, txn_id, release, f"{txn_id} is free again: anybody may claim it.")


class Fulfill(ActPage):
    """`POST /desk/fulfillment/{txn_id}/fulfill`."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        form: dict[str, str] = req.context.form
        note, gone = note_said(form), said(form, "left_already") is not None
        done = f"{txn_id} is fulfilled: its goods have left."
        self.decide(
            req,
            resp,
            txn_id,
            lambda acting, stream: acting.fulfill(stream, note, left_already=gone),
            done,
        )


class Approve(ActPage):
    """`POST /desk/fulfillment/{txn_id}/approve`: only as it stood on the page that was looked at."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, txn_id: str) -> None:
        form: dict[str, str] = req.context.form
        why, version = why_said(form), version_seen(form)
        done = f"{txn_id} is approved: its goods may leave."
        self.decide(req, resp, txn_id, lambda acting, stream: acting.approve(stream, why, version), done)


def _still_holds(acting: Acting, stream: str, holder: str) -> None:
    """Somebody else may have claimed it since the page was shown; that claim was not meant."""
    claim = acting.draft.transaction(stream).goods.claim_at(acting.at)
    if claim is not None and claim.by != holder:
        raise ActRefusedError(f"{claim.by} has claimed the goods of {stream} since: look at it again")
