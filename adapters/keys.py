"""Keys: text that is looked for by an index, which takes no text of any length."""

import hashlib
from typing import Any, Final

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

# In UTF-8 a key of so many characters fits in PostgreSQL's indexes, beside what else is in them: 2,704 bytes.
KEY_CHARACTERS_MAX: Final = 400
_BEGINNING: Final = 320


class Key(TypeDecorator[str]):
    """A text, in the order of code points; of one that is longer the beginning and a digest of the whole.

    It is so in a row and in whatever a row is compared with, so a long one is found as well.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Whatever language a PostgreSQL's own order is of."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the library's
        """What is stored of a text."""
        return value if value is None or len(value) <= KEY_CHARACTERS_MAX else shortened(value)


def shortened(text: str) -> str:
    """The beginning of a long text and a digest of all of it, so that no two become one."""
    return f"{text[:_BEGINNING]}~{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
