"""Documents as the views keep them: the JSON that is answered, one by its id or many, newest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, Table, or_, select, tuple_

from adapters.queries.paging import Page, Place, read_cursor, write_cursor
from adapters.times import to_us


@dataclass(frozen=True, slots=True)
class View:
    """A table with a document in each row, and when it was first heard of; cursors bear its name."""

    name: str
    table: Table
    key: Column[str]

    def one(self, book: Connection, key: str) -> bytes | None:
        """Give the document of an id; None when there is none."""
        document = book.scalar(select(self.table.c.document).where(self.key == key))
        return None if document is None else bytes(document)

    def page(
        self,
        book: Connection,
        conditions: Iterable[ColumnElement[bool]],
        limit: int,
        cursor: str | None,
        *,
        few: bool = False,
    ) -> Page[bytes]:
        """List documents, the one heard of last first; BadCursorError when the cursor is none.

        `few`: the conditions leave so few that they are found first and sorted then. Told nothing, PostgreSQL
        goes through all in their order, and where those few are old it reads nearly everything.
        """
        heard = self.table.c.first_heard_us + 0 if few else self.table.c.first_heard_us
        wanted = select(heard, self.key).where(*conditions)
        if cursor is not None:
            place = read_cursor(self.name, cursor)
            wanted = wanted.where(tuple_(heard, self.key) < tuple_(place.number, place.text))
        found = book.execute(wanted.order_by(heard.desc(), self.key.desc()).limit(limit + 1)).all()
        shown = found[:limit]
        more = write_cursor(self.name, Place(*shown[-1])) if len(found) > limit else None
        return Page(tuple(self._documents(book, [key for _, key in shown])), more)

    def _documents(self, book: Connection, keys: Sequence[str]) -> list[bytes]:
        # Only now: where a wide search must be sorted, documents would be carried through all of it.
        wanted = select(self.key, self.table.c.document).where(self.key.in_(keys))
        found = {str(key): bytes(document) for key, document in book.execute(wanted)}
        return [found[key] for key in keys]

    def paid_by(self, payer: str) -> ColumnElement[bool]:
        """Whether a payer is meant, by id or e-mail address."""
        # The view keeps e-mail addresses in lower case, so that an index answers without regard to case.
        return or_(self.table.c.payer_id == payer, self.table.c.payer_email == payer.lower())

    def heard(
        self, since: datetime | None, until: datetime | None, *, by_index: bool = True
    ) -> Iterator[ColumnElement[bool]]:
        """Whether it was first heard of from `since` on, and before `until`."""
        heard = self.table.c.first_heard_us
        at = heard if by_index else heard + 0
        if since is not None:
            yield at >= to_us(since)
        if until is not None:
            yield at < to_us(until)
