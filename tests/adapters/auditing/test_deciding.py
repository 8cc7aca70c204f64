"""One unit decided again."""

import pytest

from adapters.auditing.bodies import Missing
from adapters.auditing.deciding import Deciding, NotDerivedError
from adapters.auditing.known import Known
from adapters.auditing.units import Placed, placed
from tests.adapters.auditing.conftest import MAIL, Store
from tests.given import SHOP, payment


def first(store: Store, stream: str, version: int = 1) -> Placed:
    stored = store.workshop.book.stored_streams([stream], 10_000)[stream]
    return placed(*stored[version - 1])


def test_a_delivery_adds_what_it_tells(store: Store) -> None:
    one = first(store, "T1")
    assert one.origin is not None
    with store.scene() as scene:
        deciding = Deciding(scene, {1: MAIL[0]})
        derived = deciding.derive(one, one.origin, Known(), SHOP)
        assert [stream for stream, _ in derived.entries] == ["T1", "invoice:I-1"]
        assert derived.streams["T1"].version == 1
        assert dict(derived.settled) == {1: ("recorded", None)}
        assert deciding.drift == {1: (("field", "odd_field"),)}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (Missing.PURGED, "is of delivery 1: its body was purged"),
        (payment(gross="1_0"), "is said to be of delivery 1, of which nothing can be made"),
    ],
)
def test_where_nothing_can_be_said_it_is_said_why(store: Store, body: bytes | Missing, why: str) -> None:
    one = first(store, "T1")
    assert one.origin is not None
    with store.scene() as scene, pytest.raises(NotDerivedError, match=why):
        Deciding(scene, {1: body}).derive(one, one.origin, Known(), SHOP)
