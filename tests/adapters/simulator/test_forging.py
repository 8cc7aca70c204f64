from decimal import Decimal
from random import Random
from urllib.parse import parse_qsl

import pytest

from adapters.simulator.forging import forged
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.messages import Message
from tests.adapters.simulator.stage import NOW, told

SEEDS = range(12)


def forgeries(name: str) -> list[tuple[Message, Message]]:
    return [(one, forged(one, Random(seed), NOW)) for seed in SEEDS for one in told(LIFECYCLES[name])]


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_forgery_is_never_what_paypal_wrote_and_yet_can_be_read(name: str) -> None:
    for genuine, forgery in forgeries(name):
        assert forgery.body != genuine.body
        charset = forgery.value("charset") or ""
        pairs = parse_qsl(
            forgery.body.decode("ascii"), keep_blank_values=True, strict_parsing=True, encoding=charset
        )
        assert tuple(pairs) == forgery.fields


def test_amounts_are_altered_under_the_same_id() -> None:
    altered = [
        (Decimal(one.value("mc_gross") or ""), Decimal(fake.value("mc_gross") or ""))
        for one, fake in forgeries("completed")
        if fake.value("txn_id") == one.value("txn_id")
        and fake.value("verify_sign") == one.value("verify_sign")
    ]
    assert altered
    assert all(genuine != amount for genuine, amount in altered)


def test_what_waits_is_said_to_be_paid() -> None:
    words = {
        fake.value("payment_status")
        for one, fake in forgeries("echeck_failed")
        if one.value("payment_status") == "Pending" and fake.value("txn_id") == one.value("txn_id")
    }
    assert "Completed" in words


def test_refunds_are_invented_of_payments_that_were_made() -> None:
    invented = [
        fake.value("payment_status")
        for one, fake in forgeries("completed")
        if fake.value("parent_txn_id") == one.value("txn_id")
    ]
    assert invented
    assert set(invented) <= {"Refunded", "Reversed"}


def test_the_same_dice_forge_the_same() -> None:
    (genuine,) = told(LIFECYCLES["completed"])
    assert forged(genuine, Random(1), NOW) == forged(genuine, Random(1), NOW)
