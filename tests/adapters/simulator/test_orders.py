import re

import pytest

from adapters.simulator import orders

ORDERS = {name: order for name, order in vars(orders).items() if name.endswith("_ORDER")}
OWN = {"charset", "notify_version", "verify_sign", "test_ipn"}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_an_order_names_nothing_twice(order: tuple[str, ...]) -> None:
    assert len(set(order)) == len(order)


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_an_order_has_a_place_for_what_paypal_adds(order: tuple[str, ...]) -> None:
    assert set(order) >= OWN


def test_only_adaptive_payments_have_no_track_id() -> None:
    assert [name for name, order in ORDERS.items() if "ipn_track_id" not in order] == ["ADAPTIVE_ORDER"]


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_names_are_paypals_spelling(order: tuple[str, ...]) -> None:
    for name in order:
        assert re.fullmatch(r"[a-z][a-zA-Z_.\[\]#0-9]*", name)
