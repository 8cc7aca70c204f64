"""The statements by which deliveries are read and their bodies sealed, made once."""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Integer, Select, bindparam, func, or_, select, update

from adapters.statements import Asked, Given, Statement
from adapters.tables import deliveries


def _of(*columns: Column[Any]) -> Statement:
    """These columns of the deliveries of given numbers."""
    return Statement(
        Given.like(deliveries.c.n),
        lambda _, given: select(*columns).where(deliveries.c.n.in_(select(given.c.n))),
    )


def _next() -> Select[*tuple[Any, ...]]:
    """The next ones, and no more than fit; the first always does. What does not is not even read."""
    row, size = deliveries.c, func.length(deliveries.c.body).label("size")
    some = (
        select(row.n, size)
        .where(row.n > bindparam("after", type_=BigInteger))
        .order_by(row.n)
        .limit(bindparam("limit", type_=Integer))
        .subquery("some")
    )
    sized = select(some, func.sum(some.c.size).over(order_by=some.c.n).label("upto")).subquery("sized")
    fits = sized.c.upto <= bindparam("bytes_max", type_=BigInteger)
    first = sized.c.upto == sized.c.size
    joined = deliveries.join(sized, row.n == sized.c.n)
    return select(deliveries).select_from(joined).where(or_(fits, first)).order_by(row.n)


NEXT: Final = Asked(_next())
BODIES: Final = _of(deliveries.c.n, deliveries.c.sealed_by, deliveries.c.body)
SEALED_BY: Final = _of(deliveries.c.n, deliveries.c.sealed_by)
# Answers the numbers of those that it sealed.
SEAL: Final = Statement(
    Given.like(deliveries.c.n, deliveries.c.sealed_by, deliveries.c.body),
    lambda _, given: (
        update(deliveries)
        .where(deliveries.c.n == given.c.n, deliveries.c.sealed_by.is_(None))
        .values(sealed_by=given.c.sealed_by, body=given.c.body)
        .returning(deliveries.c.n)
    ),
)
