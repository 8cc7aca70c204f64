from decimal import Decimal

from adapters.simulator.shop import PAYERS, one_line, two_lines


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
