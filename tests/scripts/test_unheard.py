"""Why there is nothing to tell of a transaction, in one inert sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.unheard import unheard
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import payment


@pytest.fixture
def workshop(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        yield opened


def said(workshop: Workshop, txn: str) -> str:
    return unheard(workshop.queries, txn)


def test_what_nobody_named_was_not_heard_of(workshop: Workshop) -> None:
    assert said(workshop, "T9") == "nothing was heard of T9"


def test_the_last_delivery_that_names_it_is_told_with_what_became_of_it(workshop: Workshop) -> None:
    workshop.deliver(payment("T1", "Inflight"), payment("T1", receiver_email="mallory@example.com"))
    assert said(workshop, "T1") == (
        "nothing is recorded of T1: notification 2 names it and is refused (receiver);"
        " see `counterfoil history T1`"
    )


def test_nothing_in_an_id_moves_the_cursor(workshop: Workshop) -> None:
    assert said(workshop, "T\x1b[2J") == r"nothing was heard of T\x1b[2J"
