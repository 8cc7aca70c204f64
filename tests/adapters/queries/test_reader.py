"""The sum of it all, as the contract spells it."""

from tests.adapters.conftest import Shelf, later


def test_status_says_what_the_contract_names(shelf: Shelf) -> None:
    shelf.healthy()
    shelf.take_in(shelf.deliver(), outcome="parked", verdict="verified")
    shelf.noticed("field", "x", n=2, count=3)
    shelf.deliver(at=later(seconds=-30))
    shelf.put_aside("transactions", "T1", 1)
    shelf.rebuild("transactions", 0)
    assert shelf.queries.status() == {
        "backlog": {"waiting": 1, "parked": 1, "oldest_seconds": 30.0},
        "verdicts": {"unknown": 1, "verified": 2, "invalid": 0},
        "outcomes": {
            "waiting": 1,
            "recorded": 1,
            "duplicate": 0,
            "stale": 0,
            "parked": 1,
            "refused": 0,
            "unreadable": 0,
            "unmodelled": 0,
            "invalid": 0,
        },
        "book": {"position": 1},
        "projections": [
            {
                "name": "transactions",
                "position": 1,
                "lag_events": 0,
                "lag_seconds": 0.0,
                "version": None,
                "rebuilding": {"position": 0, "of": 1},
                "streams_set_aside": 1,
                "set_aside": [{"stream": "T1", "position": 1, "why": "KeyError at todos.py:1"}],
            },
            {
                "name": "origins",
                "position": 1,
                "lag_events": 0,
                "lag_seconds": 0.0,
                "version": None,
                "rebuilding": None,
                "streams_set_aside": 0,
                "set_aside": [],
            },
        ],
        "drift": [{"what": "field", "example": "x", "n": 2, "count": 3}],
        "notary": {"sealed": 0, "behind": 1, "checkpoint": None, "keys": [], "sent": []},
    }


def test_an_empty_house_has_no_backlog(shelf: Shelf) -> None:
    assert shelf.queries.status()["backlog"] == {"waiting": 0, "parked": 0, "oldest_seconds": 0.0}
