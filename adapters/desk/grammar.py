"""The search of notifications in words, as in `outcome:parked older:2d payer:ann amount:>100`."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from adapters.desk.lists import day_or_moment
from adapters.queries.search_terms import (
    IDS,
    Amount,
    Begins,
    Contains,
    Currency,
    Invoiced,
    Numbers,
    Order,
    Payer,
    Received,
    Term,
    Words,
)
from domain.vocabulary import Outcome, Verdict

WORDS_MAX: Final = 20
_UNSAID: Final = {"Cc", "Cs"}
_NUMBER_MAX: Final = 10**18 - 1
_SECONDS: Final = {"m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_WORD: Final = re.compile(r'(?P<no>-?)(?:(?P<key>[A-Za-z_]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]*))')
_AGE: Final = re.compile(r"([0-9]{1,5})(m|min|h|d|w)")
_AMOUNT: Final = re.compile(r"(<=|>=|<|>|=|)([0-9]{1,15}(?:\.[0-9]{1,10})?)")
_RANGE: Final = re.compile(r"([0-9]{1,18})(?:(-)([0-9]{0,18}))?")
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")
_NOTHING: Final = "none"  # for what a message may leave out


class WrongWordError(ValueError):
    """A word that means nothing here; the text says what would be right."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a word before a colon means, and an example of it."""

    read: Callable[[str, datetime], Term]
    example: str
    told: str
    negates: bool = True


def read_search(text: str, now: datetime) -> tuple[Term, ...]:
    """Read the words of a search; WrongWordError says in a sentence what is wrong with the first that is."""
    if any(unicodedata.category(each) in _UNSAID and not each.isspace() for each in text):
        raise WrongWordError("It holds a character that cannot be seen.")
    words = list(_words(text))
    if len(words) > WORDS_MAX:
        raise WrongWordError(f"A search has {WORDS_MAX} words at most.")
    return tuple(_term(word, now) for word in words)


def _words(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _WORD.match(text, at)
        assert found is not None, "it may match nothing at all"
        at = found.end()
        if at < len(text) and not text[at].isspace():
            raise WrongWordError('A " begins a text that another " ends, and after that a space comes.')
        yield found


def _term(word: re.Match[str], now: datetime) -> Term:
    name, quoted = word["key"], word["quoted"]
    value = quoted if quoted is not None else word["plain"]
    if name is None:
        if not value:
            raise WrongWordError(f"Nothing stands in {word[0]}.")
        term: Term = Invoiced(text=value, or_id=True)
    else:
        key = KEYS.get(name.lower())
        if key is None:
            known = ", ".join(f"{each}:" for each in KEYS)
            raise WrongWordError(f'"{name}:" is not known here; these are: {known}. In "…" it is looked for.')
        if not value:
            raise WrongWordError(f"After {name}: something must stand, as in {key.example}.")
        term = key.read(value, now)
        if word["no"] and not key.negates:
            raise WrongWordError(f"{name}: has no minus before it; turn it round, as newer: and older: are.")
    return replace(term, negated=True) if word["no"] and not isinstance(term, Received) else term


def _one_of(name: str, known: tuple[str, ...]) -> Callable[[str, datetime], Term]:
    def read(value: str, _: datetime) -> Term:
        words = tuple(dict.fromkeys(value.lower().split(",")))
        if not set(words) <= set(known):
            raise WrongWordError(
                f"{name}: is one of {', '.join(known)}, or more of them with commas between."
            )
        return Words(column=name, words=words)

    return read


def _spoken(column: str) -> Callable[[str, datetime], Term]:
    def read(value: str, _: datetime) -> Term:
        words = [word.strip() for word in value.split(",")]
        if not all(words):
            raise WrongWordError("Between two commas a word must stand, as in status:Pending,Denied.")
        return Words(column=column, words=tuple("" if word.lower() == _NOTHING else word for word in words))

    return read


def _age(name: str) -> Callable[[str, datetime], Term]:
    def read(value: str, now: datetime) -> Term:
        found = _AGE.fullmatch(value.lower())
        if found is None:
            example = f"{name}:30m, {name}:12h, {name}:2d or {name}:1w"
            raise WrongWordError(f"{name}: wants a number of minutes, hours, days or weeks, as in {example}.")
        moment = now - timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
        return Received(until=moment) if name == "older" else Received(since=moment)

    return read


def _day(name: str) -> Callable[[str, datetime], Term]:
    reader = day_or_moment(ends=name == "until")

    def read(value: str, _: datetime) -> Term:
        try:
            moment: datetime = reader(value)
        except (ValueError, OverflowError):
            example = f"{name}:2026-11-20 or {name}:2026-11-20T21:22:05Z"
            raise WrongWordError(f"{name}: wants a day, or a time with its zone, as in {example}.") from None
        return Received(until=moment) if name == "until" else Received(since=moment)

    return read


def _amount(value: str, _: datetime) -> Term:
    found = _AMOUNT.fullmatch(value)
    if found is None:
        raise WrongWordError(
            "amount: wants a plain number, as in amount:19.95, amount:>100 or amount:<=5;"
            " signs are not looked at, so refunds are found too."
        )
    return Amount(order=Order(found[1] or "="), amount=Decimal(found[2]))


def _currency(value: str, _: datetime) -> Term:
    words = tuple(value.upper().split(","))
    if not all(_CURRENCY.fullmatch(word) for word in words):
        raise WrongWordError("currency: wants three letters, as in currency:EUR.")
    return Currency(words=words)


def _numbers(value: str, _: datetime) -> Term:
    found = _RANGE.fullmatch(value)
    if found is None:
        raise WrongWordError("n: wants a number or two with a dash between, as in n:12, n:100-200 or n:100-.")
    first = int(found[1])
    last = first if found[2] is None else int(found[3] or _NUMBER_MAX)
    if last < first:
        raise WrongWordError("n: wants the smaller number first, as in n:100-200.")
    return Numbers(first=first, last=last)


KEYS: Final[Mapping[str, Key]] = {
    "outcome": Key(_one_of("outcome", tuple(Outcome)), "outcome:parked", "what became of it"),
    "verdict": Key(_one_of("verdict", tuple(Verdict)), "verdict:unknown", "what PayPal said of it"),
    "older": Key(_age("older"), "older:2d", "came longer ago than that: m, h, d or w", negates=False),
    "newer": Key(_age("newer"), "newer:12h", "came since then", negates=False),
    "since": Key(_day("since"), "since:2026-11-20", "came on that day or later, in UTC", negates=False),
    "until": Key(_day("until"), "until:2026-11-20", "came on that day or earlier", negates=False),
    "txn": Key(
        lambda value, _: Begins(columns=IDS, text=value),
        "txn:61E67681CH3238416",
        "its transaction, or the one that it follows, begins so",
    ),
    "invoice": Key(
        lambda value, _: Invoiced(text=value), "invoice:abc-1", "its transaction's invoice begins so"
    ),
    "payer": Key(
        lambda value, _: Payer(text=value), "payer:ann", "the payer's id, e-mail address or name begins so"
    ),
    "amount": Key(_amount, "amount:>100", "the message's amount, whatever its sign"),
    "currency": Key(_currency, "currency:EUR", "the message's currency"),
    "type": Key(_spoken("txn_type"), "type:web_accept", "PayPal's txn_type; type:none where it has none"),
    "status": Key(_spoken("payment_status"), "status:Refunded", "PayPal's payment_status, or none"),
    "reason": Key(
        lambda value, _: Contains(column="reason", text=value), "reason:receiver", "stands in the reason"
    ),
    "peer": Key(
        lambda value, _: Begins(columns=("peer",), text=value), "peer:173.0.81", "the sender's address begins"
    ),
    "n": Key(_numbers, "n:100-200", "its number"),
}
