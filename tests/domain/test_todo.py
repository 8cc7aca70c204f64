"""To-dos that no transaction tells of: a stream once somebody closed one."""

import pytest

from domain.act_events import TodoDone
from domain.body import open_body
from domain.events import Entry, PaymentVetted
from domain.reading import Unreadable, identity
from domain.todo import STREAM_PREFIX, Todo, evolve_todo, stream_of
from tests.given import NOON, entries


def test_a_new_one_is_open() -> None:
    assert Todo(id="refused:7") == Todo(id="refused:7", closed_by=None, note=None, version=0)


def test_it_is_closed_by_somebody_with_a_note() -> None:
    done = Entry(event=TodoDone("refused:7", "not ours"), by="ann", at=NOON)
    assert evolve_todo(Todo(id="refused:7"), done) == Todo(
        id="refused:7", closed_by="ann", note="not ours", version=1
    )


def test_who_closed_it_last_is_told() -> None:
    todo = Todo(id="refused:7")
    for by in ("ann", "bob"):
        todo = evolve_todo(todo, Entry(event=TodoDone("refused:7"), by=by, at=NOON))
    assert (todo.closed_by, todo.note, todo.version) == ("bob", None, 2)


def test_what_happens_to_payments_does_not_happen_to_to_dos() -> None:
    with pytest.raises(AssertionError, match="PaymentVetted does not happen to a to-do"):
        evolve_todo(Todo(id="x"), entries(PaymentVetted(()))[0])


@pytest.mark.parametrize("todo_id", ["refused:7", "T1", "", "drift:a:b"])
def test_no_transaction_can_take_a_to_dos_stream_for_its_own(todo_id: str) -> None:
    stream = stream_of(todo_id)
    assert stream.startswith(STREAM_PREFIX)
    with pytest.raises(Unreadable):
        identity(open_body(b"txn_id=" + stream.encode()), "txn_id")
