"""Bodies, and why one cannot be read."""

from adapters.auditing.bodies import Bodies, Missing
from adapters.tables import deliveries, notifications, payer_keys
from tests.adapters.auditing.conftest import MAIL, Store


def test_bodies_are_read_or_it_is_said_why_not(store: Store) -> None:
    with store.workshop.inbox_engine.begin() as inbox:
        inbox.execute(deliveries.delete().where(deliveries.c.n.in_([2, 3])))
    store.change(notifications, {"purged_us": 5}, n=2)
    with store.scene() as scene:
        assert Bodies(scene).of([1, 2, 3]) == {1: MAIL[0], 2: Missing.PURGED, 3: Missing.GONE}
        assert Bodies(scene).of([]) == {}


def test_what_was_sealed_and_changed_hides_no_other(store: Store) -> None:
    row = {"payer": "known", "key": bytes(32), "made_us": 1}
    gone = {"payer": "gone", "key": None, "made_us": 1, "destroyed_us": 2}
    with store.workshop.engine.begin() as book:
        book.execute(payer_keys.insert(), [row | {"destroyed_us": None}, gone])
    store.change(deliveries, {"sealed_by": "known"}, n=2)
    store.change(deliveries, {"sealed_by": "gone"}, n=3)
    with store.scene() as scene:
        assert Bodies(scene).of([1, 2, 3]) == {1: MAIL[0], 2: Missing.DAMAGED, 3: Missing.ERASED}
