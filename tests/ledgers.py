"""Ledgers to test with: what a book in memory tells, entered into a store as the follower enters it."""

from collections.abc import Iterable, Iterator

from adapters.engines import StoreEngine
from adapters.slots import tables
from adapters.views.ledger import save
from adapters.views.steps import Step
from domain.streams import grown, new
from projections.ledger import LedgerEntry, entries_of
from tests.given import MemoryBook

TABLES = ("ledger_entries", "ledger_postings", "ledger_days")
# What somebody may call himself, a thing or an order, hoping that a program does something with it.
HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1-1",
    'a "quoted" \\ name \\" with \\\\ slashes\\',
    "two\r\nlines\n2020-01-01 open Assets:Evil USD\n",
    "x\n    Assets:PayPal:USD  1000000.00 USD\n",
    "; comment ; date:2020-01-01, type:A | other payee",
    "[2020-01-01=2020-02-02] (code) ! * = 5 USD",
    '2020-01-01 * "x" ^link #tag',
    "tab\tand\x0bmore\x0cspace\u00a0\u2003\u3000wide",
    "nul\x00 bell\x07 escape\x1b[31m",
    "\u202eright to left\u202c \u2066isolated\u2069 \u200bzero\ufeff",
    "\U0001f469\u200d\U0001f680 emoji \U0001f4b8 and \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "line\u2028separator paragraph\u2029 next\x85line",
    "{{ 7*7 }} ${HOME} `id` %s %n {0}",
    "' OR 1=1; DROP TABLE ledger_entries; --",
    "Assets:PayPal:USD",
    'include "/etc/passwd"',
    'option "plugin" "os"\nplugin "evil"',
    "x" * 2000,
    '"' * 300,
    "\\" * 300,
    "",
    " ",
)  # fmt: skip


def steps_of(book: MemoryBook) -> Iterator[Step]:
    """Everything that a book heard, in the order of its hearing."""
    told = [
        (entry.at, stream, version, entry)
        for stream, entries in book.streams.items()
        for version, entry in enumerate(entries, start=1)
    ]
    states = {stream: new(stream) for stream in book.streams}
    for position, (_, stream, version, entry) in enumerate(sorted(told, key=lambda one: one[:3]), start=1):
        before = states[stream]
        states[stream] = after = grown(before, entry)
        yield Step(position, stream, version, entry, before, after)


def entries(book: MemoryBook) -> list[LedgerEntry]:
    """All entries of a book's ledger."""
    return [
        entry
        for step in steps_of(book)
        for entry in entries_of(step.stream, step.version, step.entry, step.before, step.after)
    ]


def enter(engine: StoreEngine, book: MemoryBook) -> None:
    """Enter what a book heard into the ledger of an empty store."""
    save_steps(engine, steps_of(book))


def save_steps(engine: StoreEngine, steps: Iterable[Step]) -> None:
    with engine.begin() as connection:
        save(connection, tables(TABLES, "a"), tuple(steps))


def in_words(entry: LedgerEntry) -> str:
    """An entry as a sentence."""
    moved = ", ".join(f"{posting.account} {posting.amount}" for posting in entry.postings)
    return f"{entry.id} {entry.kind} {entry.txn_id} n={entry.n}: {moved}"
