from random import Random

import pytest

from adapters.simulator.mailing import Mark, Planned, timed
from adapters.simulator.messages import write

MESSAGE = write({"txn_id": "1"}, rng=Random(1))


@pytest.mark.parametrize(
    ("mark", "of_paypal"),
    [
        (Mark.GENUINE, True),
        (Mark.DUPLICATE, True),
        (Mark.HISTORY, True),
        (Mark.REPLAYED, False),
        (Mark.FORGED, False),
    ],
)
def test_paypal_posts_what_is_its_own_and_nobody_elses_copies(mark: Mark, of_paypal: bool) -> None:  # noqa: FBT001
    assert Planned(lifecycle="completed", message=MESSAGE, mark=mark).of_paypal is of_paypal


def test_mail_is_posted_at_even_pauses_in_its_order() -> None:
    mail = [(slot, Planned(lifecycle=str(slot), message=MESSAGE)) for slot in (0.0, 0.5, 7.0)]
    assert [(one.lifecycle, one.at_seconds) for one in timed(mail, 0.25)] == [
        ("0.0", 0.0),
        ("0.5", 0.25),
        ("7.0", 0.5),
    ]
