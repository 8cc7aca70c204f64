import pytest

from adapters.simulator.endings import ENDINGS, REFUSED, UNMODELLED, ends_of
from adapters.simulator.ends import AgreementEnd, TransactionEnd
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.messages import Message
from tests.adapters.simulator.stage import told

AGREEMENT_FIELDS = ("subscr_id", "recurring_payment_id", "mp_id")
FOLLOWING = ("Refunded", "Reversed", "Canceled_Reversal")


def is_a_transaction_of_its_own(message: Message) -> bool:
    return bool(
        message.value("mc_gross")
        and message.value("payment_status") not in FOLLOWING
        and message.value("txn_type") != "adjustment"
    )


def test_every_lifecycle_ends_and_nothing_else() -> None:
    assert ENDINGS.keys() == LIFECYCLES.keys()
    assert LIFECYCLES.keys() > UNMODELLED | REFUSED
    assert {name for name, parts in ENDINGS.items() if not parts} == UNMODELLED


@pytest.mark.parametrize("name", LIFECYCLES)
def test_everything_that_a_lifecycle_tells_of_ends_once(name: str) -> None:
    messages = told(LIFECYCLES[name])
    ends = ends_of(name, messages)
    if name in UNMODELLED:
        return
    transactions = [end.txn_id for end in ends if isinstance(end, TransactionEnd)]
    agreements = [end.subscription_id for end in ends if isinstance(end, AgreementEnd)]
    assert len(set(transactions)) == len(transactions)
    paid_out = [end.txn_id for end in ends if isinstance(end, TransactionEnd) and end.kind == "payout"]
    assert len(paid_out) == (3 if "mass_pay" in name else 0)
    told_of = {one.value("txn_id") for one in messages if is_a_transaction_of_its_own(one)}
    told_of |= {one.value("initial_payment_txn_id") for one in messages} - {None}
    assert set(transactions) - set(paid_out) == told_of
    assert set(agreements) == {one.value(field) for one in messages for field in AGREEMENT_FIELDS} - {None}


@pytest.mark.parametrize("name", LIFECYCLES)
def test_the_payments_of_agreements_are_transactions_that_end(name: str) -> None:
    ends = ends_of(name, told(LIFECYCLES[name]))
    transactions = {end.txn_id for end in ends if isinstance(end, TransactionEnd)}
    assert transactions >= {paid for end in ends if isinstance(end, AgreementEnd) for paid in end.payments}


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_follower_follows_something_that_ends(name: str) -> None:
    messages = told(LIFECYCLES[name])
    following = {
        one.value("txn_id")
        for one in messages
        if one.value("payment_status") in FOLLOWING or one.value("txn_type") == "adjustment"
    }
    ends = ends_of(name, messages)
    assert {
        txn_id for end in ends if isinstance(end, TransactionEnd) for txn_id in end.followers
    } == following
