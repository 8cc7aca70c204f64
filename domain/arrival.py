"""Whether the money of a transaction arrived, in words."""

from domain.facts import Case, Follower
from domain.meanings import pending_meaning
from domain.standing import captures, describing, kind_of, paid, rung, status_of
from domain.state import Transaction
from domain.vocabulary import Kind, Status

_GONE = (Status.REFUNDED, Status.REVERSED)
_NOT_YET = {
    Status.CREATED: "the payment was begun, and has not arrived",
    Status.PROCESSED: "the payment is on its way, and has not arrived",
}


def arrival(transaction: Transaction) -> tuple[bool, str]:
    """Whether cleared money came, and what is known of it."""
    top, gross = describing(transaction), paid(transaction)
    amount = gross.spelled() if gross else "money"
    if kind_of(transaction) is not Kind.PAYMENT:
        return False, _of_no_payment(transaction, amount)
    if rung(transaction) is Status.COMPLETED and gross is not None and gross.amount > 0:
        fee = f", less a fee of {top.report.fee.spelled()}" if top and top.report.fee else ""
        return True, f"{amount} arrived{fee}"
    return False, _not_arrived(transaction, amount)


def _of_no_payment(transaction: Transaction, amount: str) -> str:
    kind = kind_of(transaction)
    if kind is Kind.PAYOUT:
        return f"a payout of {amount} is {rung(transaction)}: no goods are owed for it"
    taken = ", ".join(f"{c.txn_id} ({c.status})" for c in captures(transaction)) or "nothing"
    return f"an {kind} of {amount} is {status_of(transaction)}: it is no payment; captured from it: {taken}"


def _not_arrived(transaction: Transaction, amount: str) -> str:
    base, status, top = rung(transaction), status_of(transaction), describing(transaction)
    if base is Status.AWAITED:
        return f"nothing was heard of the payment itself{_waiting(transaction)}"
    if status in _GONE:
        return f"{amount} was {base} and is {status}: it never arrived"
    if base is Status.PENDING and top is not None:
        reason = top.report.pending_reason
        return f"{amount} is pending: {reason or 'no reason'}: {pending_meaning(reason).text}"
    return _NOT_YET.get(base, f"the payment of {amount} is {base}: no money came")


def _name(fact: Follower | Case) -> str:
    return f"{fact.kind} {fact.txn_id}" if isinstance(fact, Follower) else f"case {fact.case_id}"


def _waiting(transaction: Transaction) -> str:
    """What came before the payment, and waits for it."""
    names = sorted(_name(one.fact) for one in transaction.parked)
    return f"; waiting for it: {', '.join(names)}" if names else ""
