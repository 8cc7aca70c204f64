from adapters.simulator.manners import (
    EXPRESS_CHECKOUT,
    PLAIN,
    SEND_MONEY,
    UNCLAIMED,
    at_the_terminal,
    by_card,
    of_an_auction,
    of_an_invoice,
)


def test_a_plain_payment_adds_and_lacks_nothing() -> None:
    assert (PLAIN.txn_type, dict(PLAIN.says), PLAIN.lacks, PLAIN.numbered) == ("", {}, frozenset(), False)
    assert EXPRESS_CHECKOUT.txn_type == "express_checkout"


def test_what_nobody_claimed_names_no_account() -> None:
    assert {"receiver_id", "business"} == UNCLAIMED.lacks


def test_money_that_was_just_sent_is_for_nothing() -> None:
    assert SEND_MONEY.txn_type == "send_money"
    assert {"invoice", "custom", "item_name", "quantity"} <= SEND_MONEY.lacks


def test_who_pays_by_card_gets_a_receipt() -> None:
    manner = by_card("pro_hosted", "1-2-3-4")
    assert (manner.txn_type, manner.says["receipt_id"]) == ("pro_hosted", "1-2-3-4")
    terminal = at_the_terminal("1-2-3-4")
    assert (terminal.txn_type, terminal.says["receipt_id"]) == ("virtual_terminal", "1-2-3-4")
    assert terminal.says["item_name"] == ""
    assert "payer_email" in terminal.lacks


def test_an_invoice_is_a_cart_of_one_with_a_number() -> None:
    manner = of_an_invoice("INV2-A", "0007")
    assert manner.numbered
    assert (manner.says["invoice_id"], manner.says["invoice_number"]) == ("INV2-A", "0007")


def test_only_several_auctions_are_counted() -> None:
    one, two = of_an_auction("somebody", "then"), of_an_auction("somebody", "then", items=2)
    assert dict(one.says) == {
        "for_auction": "true",
        "auction_buyer_id": "somebody",
        "auction_closing_date": "then",
    }
    assert dict(two.says) == {**one.says, "auction_multi_item": "2"}
