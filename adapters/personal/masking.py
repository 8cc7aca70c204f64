"""Masking: what an event tells of a person taken out of it, and put in its place again."""

from dataclasses import replace
from typing import Any, Final, TypeAlias, cast

import msgspec

from domain.erasure import ADDRESS, ERASED, PARTY
from domain.events import Event
from domain.facts import Address, Party, Report
from domain.subscription_facts import SubscriptionReport
from domain.vocabulary import Kind

_Texts: TypeAlias = tuple[str | None, ...]
_Told: TypeAlias = Report | SubscriptionReport
_NO_ONE: Final = (None,) * len(PARTY)
_NOWHERE: Final = (None,) * len(ADDRESS)


class Persons(msgspec.Struct, array_like=True, frozen=True):
    """Name and e-mail address of payer and receiver, and the address's lines; null where nothing was told."""

    payer: _Texts
    receiver: _Texts
    address: _Texts


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(Persons)


def person_of(event: Event) -> Party | None:
    """Whose data an event holds: who pays us, or whom we pay; None of one that tells of nobody."""
    report = _report(event)
    if report is None:
        return None
    return report.receiver if report.kind is Kind.PAYOUT else report.payer


def mask(event: Event) -> tuple[Event, bytes] | None:
    """The event without what it tells of a person, and that; None where it tells nothing."""
    report = _report(event)
    if report is None:
        return None
    is_payout = report.kind is Kind.PAYOUT
    payer = _NO_ONE if is_payout else _texts(report.payer, PARTY)
    receiver = _texts(report.receiver, PARTY) if is_payout else _NO_ONE
    address: Address | None = getattr(report, "address", None)
    where = _NOWHERE if address is None else _texts(address, ADDRESS)
    if (payer, receiver, where) == (_NO_ONE, _NO_ONE, _NOWHERE):
        return None
    persons = _encoder.encode(Persons(payer, receiver, where))
    return _with(event, report, *map(_masked, (payer, receiver, where))), persons


def unmask(event: Event, persons: bytes) -> Event:
    """The event with what `mask` took out of it, put into this very event, which nobody else may have yet.

    ValueError when that is something else.
    """
    report, told = _report(event), _decoder.decode(persons)
    for who, texts, names in (
        ("payer", told.payer, PARTY),
        ("receiver", told.receiver, PARTY),
        ("address", told.address, ADDRESS),
    ):
        for name, text in zip(names, texts, strict=True):
            if text is not None:
                record = getattr(report, who)
                assert getattr(record, name) == ERASED, "a text that was taken from elsewhere"
                # It was decoded a moment ago: made anew, with all records in it, it would cost twice as much.
                object.__setattr__(record, name, text)
    return event


def _report(event: Event) -> _Told | None:
    return getattr(event, "report", None)


def _with(event: Event, report: _Told, payer: _Texts, receiver: _Texts, address: _Texts) -> Event:
    """Another event with these texts, where they are any, in the places of those that it has."""
    changed: dict[str, Any] = {}
    for name, texts, names in (
        ("payer", payer, PARTY),
        ("receiver", receiver, PARTY),
        ("address", address, ADDRESS),
    ):
        if any(text is not None for text in texts):
            changed[name] = replace(getattr(report, name), **dict(zip(names, texts, strict=True)))
    told: Any = event
    return cast("Event", replace(told, report=replace(report, **changed)))


def _texts(record: Party | Address, names: tuple[str, ...]) -> _Texts:
    return tuple(getattr(record, name) for name in names)


def _masked(texts: _Texts) -> _Texts:
    return tuple(None if text is None else ERASED for text in texts)
