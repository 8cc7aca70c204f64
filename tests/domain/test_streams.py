"""Streams by their names: a transaction's has its id, the others a prefix that no id can have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import Entry, InvoicePaid, PaymentVetted
from domain.invoice import Invoice
from domain.state import Transaction
from domain.streams import Aggregate, folded, grown, is_transaction, new
from domain.subscription import Subscription
from domain.todo import Todo
from tests.given import MemoryBook, capture, entries, follower
from tests.given_streams import agreed, batch, charged, paid, profiled, record, signup

NEW: dict[str, Aggregate] = {
    "61E67681CH3238416": Transaction(txn_id="61E67681CH3238416"),
    "O-1": Transaction(txn_id="O-1"),
    "payout:u-1": Transaction(txn_id="payout:u-1"),
    "payout:invoice:1": Transaction(txn_id="payout:invoice:1"),
    "invoice:abc-1": Invoice(name="abc-1"),
    "invoice:subscription:1": Invoice(name="subscription:1"),
    "invoice:": Invoice(name=""),
    "subscription:I-1": Subscription(subscription_id="I-1"),
    "subscription:invoice:1": Subscription(subscription_id="invoice:1"),
    "todo:refused:7": Todo(id="refused:7"),
    "todo:invoice:1": Todo(id="invoice:1"),
}


@pytest.mark.parametrize("stream", NEW)
def test_a_stream_holds_what_its_name_says(stream: str) -> None:
    assert new(stream) == NEW[stream]
    assert folded(stream, ()) == NEW[stream]
    assert is_transaction(stream) is isinstance(NEW[stream], Transaction)


HISTORY = (
    signup(), paid("T1", "08:12:59 Jan 05, 2026 PST", invoice="i"), follower("Refunded", "R1"), capture("C1"),
    profiled("profile_created"), charged("T2", "08:12:59 Jan 05, 2026 PST"), agreed(), batch(record(1)),
)  # fmt: skip


def test_a_stream_is_the_fold_of_its_entries() -> None:
    book = MemoryBook().deliver(*HISTORY)
    for by in ("ann", "bob"):
        book.acting(by, lambda acting: acting.close_todo("todo:refused:7", "refused:7", None))
    kinds = {type(book.aggregate(stream)) for stream in book.streams}
    assert kinds == {Transaction, Invoice, Subscription, Todo}
    for stream, told in book.streams.items():
        aggregate = new(stream)
        for entry in told:
            aggregate = grown(aggregate, entry)
        assert aggregate == folded(stream, told) == book.aggregate(stream)


@given(st.data())
def test_a_stream_that_grows_from_anywhere_ends_as_if_folded_at_once(data: st.DataObject) -> None:
    book = MemoryBook().deliver(*HISTORY)
    stream = data.draw(st.sampled_from(sorted(book.streams)))
    told = book.streams[stream]
    cut = data.draw(st.integers(0, len(told)))
    aggregate = folded(stream, told[:cut])
    for entry in told[cut:]:
        aggregate = grown(aggregate, entry)
    assert aggregate == folded(stream, told)


MISPLACED: dict[str, Entry] = {
    "T1": entries(InvoicePaid("T1", "T1"))[0],
    "invoice:i": entries(PaymentVetted(()))[0],
    "subscription:S-1": entries(PaymentVetted(()))[0],
    "todo:refused:7": entries(PaymentVetted(()))[0],
}


@pytest.mark.parametrize("stream", MISPLACED)
def test_what_happens_to_one_kind_does_not_happen_to_another(stream: str) -> None:
    with pytest.raises(AssertionError, match="does not happen to"):
        folded(stream, (MISPLACED[stream],))
