"""Captures: money under an id of its own, told to the authorization and the order that it was taken from."""

from dataclasses import dataclass
from datetime import datetime

from domain.draft import DEPTH_MAX, Draft
from domain.facts import Capture, Report
from domain.standing import rung
from domain.state import Transaction
from domain.transaction import hear_capture
from domain.vocabulary import Kind, PaymentStatus, Status


def tell_the_source(draft: Draft, report: Report, n: int | None, at: datetime) -> None:
    """Tell what a payment was captured from; of an authorization, tell its order what is known."""
    if report.kind is Kind.PAYOUT:
        return
    if report.kind is not Kind.PAYMENT:
        _Telling(draft, at).pass_on_all(draft.transaction(report.txn_id), n)
    elif source := report.auth_id or report.parent_txn_id:
        spent = report.auth_status == "completed" or report.captures_left == 0
        taken = Capture(txn_id=report.txn_id, status=report.status, gross=report.gross, spent=spent)
        _Telling(draft, at).tell(source, taken, n)


@dataclass(frozen=True, slots=True)
class _Telling:
    draft: Draft
    at: datetime

    def tell(self, source: str, capture: Capture, n: int | None, depth: int = 0) -> None:
        if source == capture.txn_id or depth > DEPTH_MAX:
            return
        for entry in hear_capture(self.draft.transaction(source), capture, n, self.at):
            self.draft.append(source, entry)
            self.pass_on(self.draft.transaction(source), capture, n, depth + 1)

    def pass_on(self, authorization: Transaction, capture: Capture, n: int | None, depth: int = 0) -> None:
        """An order hears of what was captured from the authorizations under it."""
        for parent in sorted({heard.report.parent_txn_id or "" for heard in authorization.reports} - {""}):
            self.tell(parent, capture, n, depth)

    def pass_on_all(self, authorization: Transaction, n: int | None) -> None:
        """What is known of an authorization, told again: its order may be known only now."""
        if rung(authorization, Kind.AUTHORIZATION) is Status.CAPTURED:
            used_up = Capture(txn_id=authorization.txn_id, status=PaymentStatus.COMPLETED)
            self.pass_on(authorization, used_up, n)
        for heard in authorization.captures:
            self.pass_on(authorization, heard.capture, heard.n)
