"""A table of tests beside the events, and rows written there in their commit, on either engine."""

from sqlalchemy import BigInteger, Column, MetaData, Table

from adapters.statements import Beside, Statement

TABLES = MetaData()
beside_table = Table("beside", TABLES, Column("n", BigInteger, primary_key=True, autoincrement=False))
_nowhere = Table("nowhere", MetaData(), Column("n", BigInteger, primary_key=True, autoincrement=False))
_INSERT = Statement(lambda insert_into: insert_into(beside_table))


def beside(*ns: int) -> Beside:
    return Beside(_INSERT, [{"n": n} for n in ns])


def nowhere(*ns: int) -> Beside:
    """Into a table that there is not."""
    return Beside(Statement(lambda insert_into: insert_into(_nowhere)), [{"n": n} for n in ns])
