"""Documents: what lists are found by, and JSON in which amounts stay as they are said."""

import json
from decimal import Decimal

import pytest

from adapters.views.documents import COMMON, common_columns, encode
from domain.folding import fold
from domain.state import Transaction
from projections.transactions import document
from tests.adapters.workshop import Workshop
from tests.given import payment


def test_amounts_are_written_as_texts() -> None:
    assert encode({"gross": Decimal("20.00"), "name": "Jörg"}) == '{"gross":"20.00","name":"Jörg"}'.encode()


def test_e_mail_addresses_are_found_without_regard_to_case(workshop: Workshop) -> None:
    workshop.deliver(payment(payer_email="Buyer@Example.COM"))
    told = fold("T1", workshop.book.streams(["T1"])["T1"])
    found = dict(zip(COMMON, common_columns(told, document(told)), strict=True))
    assert found["payer_email"] == "buyer@example.com"
    assert json.loads(found["document"])["payer"]["email"] == "Buyer@Example.COM"


def test_a_row_without_an_event_is_none() -> None:
    empty = Transaction(txn_id="T1")
    with pytest.raises(AssertionError, match="without an event"):
        common_columns(empty, document(empty))
