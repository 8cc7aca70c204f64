from adapters.rebuilding.sizes import next_size


def test_what_was_written_soon_may_be_twice_as_much_and_what_took_long_half() -> None:
    assert [next_size(800, held, smallest=400, largest=1_500) for held in (0.01, 0.08, 0.5)] == [
        1_500,
        800,
        400,
    ]
    assert next_size(200, 0.01, smallest=100, largest=1_500) == 400


def test_it_stays_within_what_it_may_be() -> None:
    assert next_size(400, 9.0, smallest=400, largest=4_000) == 400
    assert next_size(4_000, 0.0, smallest=400, largest=4_000) == 4_000
