"""By which rules something was decided."""

from adapters.auditing.shops import Shops
from adapters.tables import rules
from tests.adapters.auditing.conftest import Store
from tests.histories import SHOPS


def test_rules_are_found_by_their_number_and_tried_where_none_is_named(store: Store) -> None:
    store.workshop.shop = SHOPS[1]
    assert store.history.rules.number_of(SHOPS[1]) == 2
    with store.scene() as scene:
        shops = Shops(scene)
        assert list(shops.of(2)) == [SHOPS[1]]
        assert list(shops.of(3)) == []
        assert list(shops.of(None)) == list(shops.all) == [SHOPS[1], SHOPS[0]]
        shops.was(SHOPS[0])
        assert list(shops.all) == [SHOPS[0], SHOPS[1]]


def test_rules_of_other_code_may_have_decided_otherwise(store: Store) -> None:
    with store.scene() as scene:
        assert not Shops(scene).is_of_an_earlier_version(1, bare=False)
        assert Shops(scene).is_of_an_earlier_version(None, bare=True)
        assert not Shops(scene).is_of_an_earlier_version(None, bare=False)
        assert not Shops(scene).is_of_an_earlier_version(9, bare=True)
        assert Shops(scene).ours_since_us is not None
    document = store.history.rules.all()[1].document.replace('"decisions":1', '"decisions":0')
    store.change(rules, {"document": document}, number=1)
    with store.scene() as scene:
        assert Shops(scene).is_of_an_earlier_version(1, bare=False)
        assert Shops(scene).ours_since_us is None


def test_the_shop_of_today_is_tried_where_nothing_was_written_down(store: Store) -> None:
    with store.workshop.engine.begin() as book:
        book.execute(rules.delete())
    with store.scene() as scene:
        assert list(Shops(scene).of(None)) == [store.workshop.shop]


def test_rules_that_cannot_be_read_are_left_out(store: Store) -> None:
    store.change(rules, {"document": "{}"}, number=1)
    with store.scene() as scene:
        assert list(Shops(scene).of(1)) == []
