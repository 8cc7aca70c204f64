"""Streams as they stand, and as they stood a little before."""

from adapters.auditing.known import CHANGES_MAX, Known
from domain.events import InvoicePaid
from domain.invoice import Invoice


def paid(*txn_ids: str) -> Invoice:
    return Invoice(name="I", payments=tuple(InvoicePaid(one, one) for one in txn_ids), version=len(txn_ids))


def test_a_stream_that_nobody_heard_of_is_new() -> None:
    assert Known().aggregate("invoice:I") == Invoice(name="I")


def test_what_others_did_a_moment_ago_may_not_have_been_seen() -> None:
    known = Known()
    known.take(1, {"invoice:I": paid("A")})
    known.take(2, {"invoice:I": paid("A", "B")})
    known.take(3, {"invoice:J": paid("C")})
    seen = [(one.aggregate("invoice:I").version, one.hides("invoice:I")) for one in known.earlier(3)]
    assert seen == [(1, True), (0, True)]
    assert [one.aggregate("invoice:J").version for one in known.earlier(3)] == [1, 1], "one's own is seen"
    assert known.aggregate("invoice:I").version == 2


def test_only_so_much_is_remembered() -> None:
    known = Known()
    for batch in range(CHANGES_MAX + 10):
        known.take(batch, {f"invoice:{batch}": paid("A")})
    assert len(list(known.earlier(-1))) <= CHANGES_MAX
