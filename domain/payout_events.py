"""What can happen to a Mass Pay record, a payout of ours: facts in the past tense."""

from domain.events import ReportHeard


class PayoutPended(ReportHeard):
    """A payout was accepted and is on its way."""


class PayoutUnclaimed(ReportHeard):
    """A payout left us and waits for its receiver."""


class PayoutCompleted(ReportHeard):
    """A payout arrived."""


class PayoutFailed(ReportHeard):
    """A payout could not be made."""


class PayoutDenied(ReportHeard):
    """A payout was denied, with its batch or alone."""


class PayoutReturned(ReportHeard):
    """A payout that nobody claimed came back."""


class PayoutReversed(ReportHeard):
    """A payout was taken back."""
