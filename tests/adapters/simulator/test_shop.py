from dataclasses import replace
from decimal import Decimal

from adapters.simulator.shop import PAYERS, Extras, one_line, two_lines


def test_names_can_be_written_in_their_charset_and_some_need_it() -> None:
    charsets = set()
    for payer in PAYERS:
        name = f"{payer.first_name} {payer.last_name} {payer.street} {payer.city}"
        name.encode(payer.charset)
        if not name.isascii():
            charsets.add(payer.charset)
    assert charsets == {"windows-1252", "UTF-8"}


def test_payers_are_different_people() -> None:
    assert len({payer.payer_id for payer in PAYERS}) == len(PAYERS)
    assert all(len(payer.payer_id) == 13 for payer in PAYERS)
    assert {payer.status for payer in PAYERS} == {"verified", "unverified"}


def test_books_cost_dollars_and_mugs_cost_euros() -> None:
    (book,), (mug,) = one_line("USD"), one_line("EUR", 2)
    assert (book.number, book.gross) == ("BOOK-1", Decimal("19.95"))
    assert (mug.number, mug.quantity, mug.gross) == ("MUG-1", 2, Decimal("25.00"))


def test_a_cart_has_two_lines_of_things_on_the_list() -> None:
    assert [(line.number, line.quantity, line.gross) for line in two_lines("USD")] == [
        ("BOOK-1", 1, Decimal("19.95")),
        ("BOOK-1", 2, Decimal("39.90")),
    ]


def test_who_gives_no_address_has_none_and_none_to_vouch_for() -> None:
    payer = PAYERS[0]
    assert payer.addressed()["address_name"] == "Test User"
    assert payer.vouched() == {"payer_status": "verified", "address_status": "confirmed"}
    moved = replace(payer, street="", status="unverified")
    assert moved.addressed() == {}
    assert moved.vouched() == {"payer_status": "unverified"}
    assert moved.named() == payer.named()


def test_a_discount_is_taken_off_what_comes_on_top() -> None:
    extras = Extras(tax=Decimal("1.00"), shipping=Decimal("4.50"), discount=Decimal("2.25"))
    assert extras.sum == Decimal("3.25")
    assert Extras().sum == 0
