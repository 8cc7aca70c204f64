"""The forms that the ledger can be had in, by name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from adapters.exports.beancount import write_beancount
from adapters.exports.hledger import write_hledger
from adapters.exports.sheet import write_sheet
from adapters.queries.ledger_book import LedgerBook

Write: TypeAlias = Callable[[LedgerBook], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """How a form is written, what it is to a browser, and how a file of it is called."""

    write: Write
    content_type: str
    file_name: str


FORMATS: Final[dict[str, Format]] = {
    "beancount": Format(write_beancount, "text/plain; charset=utf-8", "counterfoil.beancount"),
    "hledger": Format(write_hledger, "text/plain; charset=utf-8", "counterfoil.journal"),
    "csv": Format(write_sheet, "text/csv; charset=utf-8; header=present", "counterfoil.csv"),
}
_PIECE_BYTES: Final = 64 * 1024


def pieces(write: Write, book: LedgerBook) -> Iterator[bytes]:
    """The whole text in UTF-8, in pieces of a size worth sending."""
    held = bytearray()
    for text in write(book):
        held += text.encode("utf-8", "replace")
        if len(held) >= _PIECE_BYTES:
            yield bytes(held)
            held.clear()
    yield bytes(held)
