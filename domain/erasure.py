"""Erasure: what stands in the place of a person's data that nobody can read any more, and decides nothing."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from domain.vocabulary import Kind

if TYPE_CHECKING:
    from domain.facts import Address, Party, Report
    from domain.state import HeardReport
    from domain.subscription_facts import SubscriptionReport

ERASED: Final = "(erased)"
# What of them is a person's; ids and countries are kept.
PARTY: Final = ("name", "email")
ADDRESS: Final = ("name", "street", "city", "state", "zip")
_NO_PARTY: Final = dict.fromkeys(PARTY)
_NO_ADDRESS: Final = dict.fromkeys(ADDRESS)

R = TypeVar("R", "Report", "SubscriptionReport")


def is_erased(report: "Report | SubscriptionReport") -> bool:
    """Whether something of a person was told in it that cannot be read any more."""
    payer, receiver, address = report.payer, report.receiver, getattr(report, "address", None)
    return ERASED in (payer.name, payer.email, receiver.name, receiver.email) or (
        address is not None and ERASED in (getattr(address, name) for name in ADDRESS)
    )


def nameless(report: R) -> R:
    """The report without names, e-mail addresses and addresses of who pays us, or of whom we pay."""
    bare: dict[str, object] = {"payer": _no_one(report.payer)}
    if report.kind is Kind.PAYOUT:
        bare["receiver"] = _no_one(report.receiver)
    address: Address | None = getattr(report, "address", None)
    if address is not None:
        bare["address"] = replace(address, **_NO_ADDRESS)
    return replace(report, **bare)  # type: ignore[arg-type]  # each by its name


def both_readable(one: R, other: R) -> tuple[R, R]:
    """Two reports to be compared: where one of them was erased in part, without what was."""
    return (nameless(one), nameless(other)) if is_erased(one) or is_erased(other) else (one, other)


def fixed_choice(report: R) -> tuple[str, str]:
    """What a tie is broken by: what is no person's first, so that erasing changes no choice that matters."""
    return repr(nameless(report)), repr(report)


def fixed_hearing(heard: "HeardReport") -> tuple[str, ...]:
    """The same of a report with our doubts about it, which hold goods: erasing must not let them go."""
    bare, named = fixed_choice(heard.report)
    return bare, repr((heard.doubts, heard.refused)), named


def _no_one(party: "Party") -> "Party":
    return replace(party, **_NO_PARTY)
