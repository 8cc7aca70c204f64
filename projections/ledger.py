"""The ledger: what each event changed of the money that moved, as entries that are never changed again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.accounts import EntryKind, Movement, Posting, difference
from domain.events import Entry
from domain.facts import Report
from domain.movements import movements
from domain.quick import quick
from domain.spelling import in_url
from domain.standing import describing, kind_of
from domain.state import Transaction
from domain.streams import Aggregate
from domain.vocabulary import Kind

NAME = "ledger"
VERSION = 1

# As long as anything that PayPal lets a shop or a payer write, and no longer: each entry tells it again.
_TEXT_MAX = 256
_ITEMS_MAX = 20


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a person wants to know of an entry beside its amounts, in the words of messages."""

    name: str | None = None  # of who paid us, or of a payout was paid
    email: str | None = None
    invoice: str | None = None
    custom: str | None = None
    items: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """Money that moved, or is known better now; `txn_id` is the id that it moved under."""

    id: str
    transaction: str
    txn_id: str
    n: int | None
    kind: EntryKind
    occurred_at: datetime | None
    recorded_at: datetime
    postings: tuple[Posting, ...]
    about: About


def entries_of(
    stream: str, version: int, entry: Entry, before: Aggregate, after: Aggregate
) -> tuple[LedgerEntry, ...]:
    """What the event `version` of a stream adds to the ledger, by what the stream was before and is after.

    A movement that is new is an entry of its kind; of one that is known better now the difference is
    entered, and of one that came to nothing its reverse. So the sum of the entries is what moved by all
    that was heard, in whatever order it came.
    """
    if (
        not isinstance(before, Transaction)
        or not isinstance(after, Transaction)
        or _nothing_told(before, after)
    ):
        return ()
    moved = tuple(_moved(before, after))
    if not moved:
        return ()
    about = about_of(after)
    return tuple(
        [
            LedgerEntry(
                id=entry_id(stream, version, place),
                transaction=stream,
                txn_id=movement.txn_id,
                n=entry.n,
                kind=movement.kind,
                occurred_at=movement.occurred_at,
                recorded_at=entry.at,
                postings=movement.postings,
                about=about,
            )
            for place, movement in enumerate(moved, start=1)
        ]
    )


def _nothing_told(before: Transaction, after: Transaction) -> bool:
    """Whether nothing can have moved: facts are only ever added, and most events add none."""
    return len(before.reports) == len(after.reports) and len(before.followers) == len(after.followers)


def _moved(before: Transaction, after: Transaction) -> Iterator[Movement]:
    # Of what was never heard of, as nearly always, nothing has moved.
    old = movements(before) if before.version else {}
    new = movements(after)
    for key, movement in new.items():
        known = old.get(key)
        if known is None:
            yield movement
        elif movement.postings != known.postings and (
            changed := difference(movement.postings, known.postings)
        ):
            yield _again(movement, EntryKind.CORRECTION, movement.occurred_at, changed)
    for gone in (movement for key, movement in old.items() if key not in new):
        back = gone.kind is EntryKind.PAYOUT
        top = describing(after)
        yield _again(
            gone,
            EntryKind.PAYOUT_RETURN if back else EntryKind.CORRECTION,
            top.report.occurred_at if back and top else gone.occurred_at,
            difference((), gone.postings),
        )


def _again(
    movement: Movement, kind: EntryKind, occurred_at: datetime | None, postings: tuple[Posting, ...]
) -> Movement:
    return Movement(kind=kind, txn_id=movement.txn_id, occurred_at=occurred_at, postings=postings)


def entry_id(stream: str, version: int, place: int) -> str:
    """The id of an event's first entry, `T1:3`, and of a further one, `T1:3:2`; it stands in a URL as it is.

    Whatever does not is written as `~` and two digits a byte; so is a colon, which parts name and numbers.
    """
    name = in_url(stream)
    return f"{name}:{version}" if place == 1 else f"{name}:{version}:{place}"


def about_of(transaction: Transaction) -> About:
    """What the transaction says of itself, for the entries about it; long texts are cut."""
    top = describing(transaction)
    if top is None:
        return About()
    report = top.report
    party = report.receiver if kind_of(transaction) is Kind.PAYOUT else report.payer
    return About(
        name=_cut(party.name),
        email=_cut(party.email),
        invoice=_cut(report.invoice),
        custom=_cut(report.custom),
        items=_items(report),
    )


def _items(report: Report) -> tuple[str, ...]:
    names = (_cut(item.name or item.number) for item in report.items[:_ITEMS_MAX])
    return tuple(name for name in names if name)


def _cut(text: str | None) -> str | None:
    return text and text[:_TEXT_MAX]
