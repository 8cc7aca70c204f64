"""A table of tests beside the events, and rows written there in their commit, on either engine."""

from sqlalchemy import BigInteger, Column, MetaData, Table, select

from adapters.statements import Beside, Given, Statement

TABLES = MetaData()
beside_table = Table("beside", TABLES, Column("n", BigInteger, primary_key=True, autoincrement=False))
_nowhere = Table("nowhere", MetaData(), Column("n", BigInteger, primary_key=True, autoincrement=False))
_GIVEN = Given.like(beside_table.c.n)
_INSERT = Statement(
    _GIVEN, lambda insert_into, given: insert_into(beside_table).from_select(["n"], select(given.c.n))
)


def beside(*ns: int) -> Beside:
    return Beside(_INSERT, [(n,) for n in ns])


def nowhere(*ns: int) -> Beside:
    """Into a table that there is not."""
    insert = Statement(
        _GIVEN, lambda insert_into, given: insert_into(_nowhere).from_select(["n"], select(given.c.n))
    )
    return Beside(insert, [(n,) for n in ns])
