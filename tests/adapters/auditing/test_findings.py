"""The first findings are kept, all are counted."""

from adapters.auditing.findings import SHOWN_MAX, Findings


def test_a_store_full_of_trouble_fills_no_screen() -> None:
    said = Findings("chain")
    for position in range(SHOWN_MAX + 5):
        said.found("stored_events", {"position": position}, "was changed")
    assert (said.total, len(said.first)) == (SHOWN_MAX + 5, SHOWN_MAX)
    assert (said.first[0].check, said.first[0].table, said.first[0].key) == (
        "chain",
        "stored_events",
        {"position": 0},
    )


def test_what_was_looked_at_is_counted() -> None:
    said = Findings("chain")
    said.count("events")
    said.count("events", 4)
    assert dict(said.counts) == {"events": 5}
