"""A delivery under its number, with its bytes or without."""

import pytest

from adapters.delivered import BodyForgottenError, Delivered


def test_one_that_nobody_can_read_says_so_and_shows_no_empty_body() -> None:
    kept = Delivered(n=7, received_us=1, peer="p", headers=(), opened=b"txn_id=T1")
    assert (kept.forgotten, kept.body) == (False, b"txn_id=T1")
    gone = Delivered(n=7, received_us=1, peer="p", headers=(), opened=None, sealed_by="payer:P1#1")
    assert gone.forgotten
    with pytest.raises(BodyForgottenError, match="delivery 7"):
        _ = gone.body
