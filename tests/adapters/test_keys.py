"""Keys: long texts are told apart in little room, short ones stay as they are, on either engine."""

from pathlib import Path
from random import Random

from sqlalchemy import Column, MetaData, Table, select

from adapters.keys import KEY_CHARACTERS_MAX, Key, shortened
from tests.engines import open_parts

made = Table("keyed", MetaData(), Column("key", Key(), primary_key=True), Column("other", Key(), index=True))


def noise(length: int, seed: int) -> str:
    """Nothing that an index could press together."""
    return "".join(chr(Random(seed * length + n).randrange(0x10000, 0x10FFFF)) for n in range(length))


def test_two_long_texts_stay_two_and_are_found(any_engine: str, tmp_path: Path) -> None:
    longest, longer = noise(KEY_CHARACTERS_MAX, 1), noise(9_000, 2)
    other = longer[:-1] + "x"
    texts = ["short", "", longest, longer, other]
    with open_parts(tmp_path) as parts:
        with parts.claims.begin() as connection:
            made.create(connection)
            connection.execute(made.insert(), [{"key": text, "other": text} for text in texts])
        with parts.book.connect() as connection:
            found = {
                text: connection.execute(select(made.c.other).where(made.c.key == text)).scalars().all()
                for text in texts
            }
            many = connection.execute(select(made.c.key).where(made.c.key.in_(texts))).scalars().all()
    assert found == {text: [text if len(text) <= KEY_CHARACTERS_MAX else shortened(text)] for text in texts}
    assert len(many) == len(texts)


def test_nothing_is_nothing(any_engine: str, tmp_path: Path) -> None:
    with open_parts(tmp_path) as parts, parts.claims.begin() as connection:
        made.create(connection)
        connection.execute(made.insert(), [{"key": "a", "other": None}])
        assert connection.execute(select(made.c.other)).scalar_one() is None


def test_what_was_shortened_is_not_shortened_again() -> None:
    once = shortened("x" * 9_000)
    assert len(once) <= KEY_CHARACTERS_MAX
    assert Key().process_bind_param(once, None) == once  # type: ignore[arg-type]
