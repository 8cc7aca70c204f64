"""Answers about a transaction, each worked out once: its facts never change, and many ask the same."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from domain.state import Transaction

Answer = TypeVar("Answer")


def answered_once(question: Callable[[Transaction], Answer]) -> Callable[[Transaction], Answer]:
    """A question that remembers its answer with the transaction; another fact makes another transaction."""

    @wraps(question)
    def ask(transaction: Transaction) -> Answer:
        known: dict[object, Answer] = transaction.answers
        if question not in known:
            known[question] = question(transaction)
        return known[question]

    return ask
