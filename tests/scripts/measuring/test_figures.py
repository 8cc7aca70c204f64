"""A figure holds by its ratio where it has a ceiling, else by its value."""

import pytest

from scripts.measuring.figures import Figure


@pytest.mark.parametrize(
    ("value", "ceiling", "wanted", "at_most", "holds"),
    [
        (30.0, 100.0, 0.3, False, True),
        (29.0, 100.0, 0.3, False, False),
        (1_500.0, None, 1_500.0, False, True),
        (1_499.0, None, 1_500.0, False, False),
        (50.0, None, 50.0, True, True),
        (6.0, 1.0, 5.0, True, False),
        (7.0, 0.0, 0.3, False, False),
        (7.0, None, None, False, None),
    ],
)
def test_it_holds_what_was_wanted_of_it(
    *, value: float, ceiling: float | None, wanted: float | None, at_most: bool, holds: bool | None
) -> None:
    figure = Figure(
        name="x", words="x", value=value, unit="ms", ceiling=ceiling, wanted=wanted, at_most=at_most
    )
    assert figure.holds is holds


def test_its_ratio_is_to_its_ceiling() -> None:
    assert Figure(name="x", words="x", value=3.0, unit="ms", ceiling=4.0).ratio == 0.75
    assert Figure(name="x", words="x", value=3.0, unit="ms").ratio is None
