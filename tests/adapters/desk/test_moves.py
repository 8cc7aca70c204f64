"""What may come next is asked of the domain: the tables of transitions and what they lead to agree."""

import pytest

from adapters.desk.moves import ladder_of, next_moves
from domain.standing import status_of
from domain.state import Transaction
from domain.transitions import TRANSITIONS, Move
from domain.vocabulary import Kind, Status
from tests.given import MemoryBook, case, follower, payment, pending


def heard(*bodies: bytes) -> Transaction:
    return MemoryBook().deliver(*bodies).transaction("T1")


@pytest.mark.parametrize("kind", Kind)
def test_every_move_of_the_table_is_on_the_ladder_and_no_stale_one(kind: Kind) -> None:
    ladder = ladder_of(kind)
    assert ladder.statuses[: ladder.reported] == tuple(TRANSITIONS[kind])
    only_reports = len(ladder.statuses) == ladder.reported
    for come_from, row in TRANSITIONS[kind].items():
        for to, move in row.items():
            if to is not come_from and (move is Move.RECORD or only_reports):
                assert ((come_from, to) in ladder.moves) is (move is Move.RECORD)


def test_a_payment_can_be_refunded_disputed_and_reversed_and_come_back() -> None:
    ladder = ladder_of(Kind.PAYMENT)
    for to in (Status.PARTIALLY_REFUNDED, Status.REFUNDED, Status.DISPUTED, Status.REVERSED):
        assert (Status.COMPLETED, to) in ladder.moves
    assert (Status.PARTIALLY_REFUNDED, Status.REFUNDED) in ladder.moves
    assert (Status.REVERSED, Status.COMPLETED) in ladder.moves
    assert Status.CAPTURED not in ladder.statuses


def test_what_may_come_next_is_said_of_this_transaction() -> None:
    assert next_moves(heard(pending()))[Status.COMPLETED] == ("PayPal says Completed",)
    paid = next_moves(heard(payment()))
    assert paid[Status.REFUNDED] == ("all that is left is refunded",)
    assert paid[Status.DISPUTED] == ("a case is opened", "a part is pulled back")
    assert Status.PENDING not in paid
    # Pulled back is all of it: what comes back leads to where it was.
    assert next_moves(heard(payment(), follower("Reversed", "V1")))[Status.COMPLETED] == (
        "what was pulled back comes back",
    )


def test_of_what_is_only_awaited_no_amount_is_made_up() -> None:
    waiting = heard(follower("Refunded", "R1", gross="-5.00"))
    assert status_of(waiting) is Status.AWAITED
    assert next_moves(waiting)[Status.COMPLETED] == ("PayPal says Completed",)
    assert next_moves(heard(case())).keys() >= {Status.COMPLETED, Status.PENDING}
