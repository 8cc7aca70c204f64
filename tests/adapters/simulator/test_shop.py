from decimal import Decimal

from adapters.simulator.shop import Extras, one_line, two_lines


def test_books_cost_dollars_and_mugs_cost_euros() -> None:
    (book,), (mug,) = one_line("USD"), one_line("EUR", 2)
    assert (book.number, book.gross) == ("BOOK-1", Decimal("19.95"))
    assert (mug.number, mug.quantity, mug.gross) == ("MUG-1", 2, Decimal("25.00"))


def test_a_cart_has_two_lines_of_things_on_the_list() -> None:
    assert [(line.number, line.quantity, line.gross) for line in two_lines("USD")] == [
        ("BOOK-1", 1, Decimal("19.95")),
        ("BOOK-1", 2, Decimal("39.90")),
    ]


def test_a_discount_is_taken_off_what_comes_on_top() -> None:
    extras = Extras(tax=Decimal("1.00"), shipping=Decimal("4.50"), discount=Decimal("2.25"))
    assert extras.sum == Decimal("3.25")
    assert Extras().sum == 0
