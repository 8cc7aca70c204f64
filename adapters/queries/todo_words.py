"""What is to be done about a delivery that was not booked, and about news in messages; in sentences."""

from domain.drift import FIELD
from domain.known import CYCLES, DATES
from domain.transaction import REFUSED_MOVE
from domain.vetting import ENVIRONMENT, RECEIVER
from projections.todos.words import harmless

_REFUSED = {
    RECEIVER: (
        "it names no receiver of ours. If that account is ours, add it to RECEIVERS and retry the"
        " notification; if it is not, somebody has sent their messages here, and nothing is to be done"
    ),
    ENVIRONMENT: (
        "it comes from the sandbox where PAYPAL says live, or the other way round. If PAYPAL is wrong, set it"
        " and retry the notification"
    ),
    REFUSED_MOVE: (
        "it contradicts what PayPal had told before. Look at the transaction in PayPal; its goods are held"
    ),
}


def refused(n: int, reason: str | None) -> str:
    """A verified message that was not for us, or not possible."""
    word, _, detail = (reason or "").partition(":")
    said = _REFUSED.get(word, "look at the transaction in PayPal")
    return f"Notification {n} was refused{_because(detail)}: {said}."


def unreadable(n: int, reason: str | None) -> str:
    """A verified message of which no exact amount, currency or id could be made."""
    return (
        f"Notification {n} cannot be read{_because(reason)}, and nothing of it is booked: look at the"
        " transaction in PayPal. A later version may read it: retry it then."
    )


def unmodelled(n: int, reason: str | None) -> str:
    """A verified message of a kind that this version does not know."""
    return (
        f"This version does not know what notification {n} tells{_because(reason)}, and nothing of it is"
        f" booked. See its fields at /api/notifications/{n} and look in PayPal whether money moved; a later"
        " version may know it: retry it then."
    )


def drift(what: str, example: str, n: int, count: int) -> str:
    """Something that messages said and this version did not expect."""
    times = "once" if count == 1 else f"{count} times"
    named = "a field" if what == FIELD else what
    known = "cannot read" if what in DATES | CYCLES else "does not know"
    return (
        f"PayPal sent {harmless(named)} '{harmless(example)}', which this version {known}, first in"
        f" notification {n}, {times}. Nothing is guessed from it; look at the notification."
    )


def _because(reason: str | None) -> str:
    return f" ({harmless(reason.strip())})" if reason and reason.strip() else ""
