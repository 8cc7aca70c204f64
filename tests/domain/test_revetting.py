"""Payments of an invoice, checked again when what their checks rest on has changed."""

from decimal import Decimal

from domain.draft import Draft
from domain.events import PaymentVetted, PriceAgreed
from domain.facts import Doubt
from domain.revetting import vet_payments_again
from domain.vetting import Shop
from tests.given import NOON, SELLER, MemoryBook, payment

HOLDING = Shop(receivers=frozenset({SELLER}))
TWENTY = PriceAgreed(Decimal("20.00"), "USD")


def vetted(book: MemoryBook, name: str = "i", shop: Shop = HOLDING) -> dict[str, tuple[Doubt, ...]]:
    draft = Draft(book)
    vet_payments_again(draft, book.invoice(name), shop, NOON)
    return {
        stream: entry.event.doubts
        for stream, entry in draft.appended
        if isinstance(entry.event, PaymentVetted)
    }


def test_every_payment_of_the_invoice_is_checked_by_what_stands_today() -> None:
    book = MemoryBook(HOLDING).deliver(payment(invoice="i"), payment("T2", invoice="i"), payment("T3"))
    found = vetted(book, shop=Shop(receivers=frozenset({SELLER}), ship_unpriced=True))
    assert {txn_id: [doubt.rule for doubt in doubts] for txn_id, doubts in found.items()} == {
        "T1": ["invoice"],
        "T2": ["invoice"],
    }


def test_what_is_doubted_already_is_not_told_again() -> None:
    book = MemoryBook(HOLDING).deliver(payment(invoice="i"))
    assert vetted(book) == {}
    book.agree("i", TWENTY)
    assert vetted(book) == {}


def test_an_invoice_that_nobody_paid_changes_nothing() -> None:
    assert vetted(MemoryBook().agree("i", TWENTY)) == {}


def test_a_payment_that_was_told_of_two_invoices_is_held_against_the_one_that_describes_it() -> None:
    first, second = payment(invoice="i", gross="20.00"), payment(invoice="j", gross="10.00")
    for bodies in ((first, second), (second, first)):
        book = MemoryBook(HOLDING).deliver(*bodies)
        assert {paid.txn_id for name in "ij" for paid in book.invoice(name).payments} == {"T1"}
        lenient = Shop(receivers=frozenset({SELLER}), ship_unpriced=True)
        assert list(vetted(book, "i", lenient)) == []
        assert list(vetted(book, "j", lenient)) == ["T1"]  # of two amounts the smaller describes it
