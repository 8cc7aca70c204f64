"""Invoices: what was agreed, and who paid."""

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce

import pytest

from domain.act_events import InvoiceServed
from domain.body import open_body
from domain.events import Entry, InvoicePaid, PaymentVetted, PriceAgreed
from domain.invoice import STREAM_PREFIX, Invoice, evolve_invoice, stream_of
from domain.reading import Unreadable, identity
from tests.given import entries

TWENTY = PriceAgreed(Decimal("20.00"), "USD")
TWENTY_FIVE = PriceAgreed(Decimal("25.00"), "USD")


def told(history: Iterable[Entry]) -> Invoice:
    return reduce(evolve_invoice, history, Invoice(name="abc-1"))


def test_a_new_invoice_knows_nothing() -> None:
    assert told(()) == Invoice(name="abc-1")


def test_the_price_agreed_last_counts() -> None:
    invoice = told(entries(TWENTY, TWENTY_FIVE))
    assert invoice.price == TWENTY_FIVE
    assert invoice.version == 2


def test_payments_are_remembered_and_those_that_belong_together_count_as_one() -> None:
    paid = (InvoicePaid("C1", "A1"), InvoicePaid("C2", "A1"))
    invoice = told(entries(*paid))
    assert invoice.payments == paid
    assert invoice.parties == {"A1"}
    strangers = told(entries(*paid, InvoicePaid("T9", "T9")))
    assert strangers.parties == {"A1", "T9"}


def test_a_price_leaves_payments_as_they_are_and_the_other_way_round() -> None:
    invoice = told(entries(InvoicePaid("T1", "T1"), TWENTY, InvoicePaid("T2", "T2")))
    assert invoice.price == TWENTY
    assert [paid.txn_id for paid in invoice.payments] == ["T1", "T2"]


def test_what_happens_to_payments_does_not_happen_to_invoices() -> None:
    with pytest.raises(AssertionError, match="PaymentVetted does not happen to an invoice"):
        told(entries(PaymentVetted(())))


@pytest.mark.parametrize("invoice", ["abc-1", "T1", "", "a:b"])
def test_no_transaction_can_take_an_invoices_stream_for_its_own(invoice: str) -> None:
    stream = stream_of(invoice)
    assert stream.startswith(STREAM_PREFIX)
    with pytest.raises(Unreadable):
        identity(open_body(b"txn_id=" + stream.encode()), "txn_id")


def test_whose_goods_left_is_remembered_by_what_belongs_together() -> None:
    served = (InvoiceServed("C1", "A1"), InvoiceServed("C2", "A1"), InvoiceServed("T9", "T9"))
    invoice = told(entries(TWENTY, *served))
    assert invoice.served == {"A1", "T9"}
    assert (invoice.price, invoice.payments, invoice.version) == (TWENTY, (), 4)
