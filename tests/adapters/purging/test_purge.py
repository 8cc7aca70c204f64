"""The purge: what goes, what stays, and what is left where it is killed."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta

import pytest

from adapters.engines import StoreError
from adapters.purging import purge as purge_module
from adapters.purging.makers import Makers
from adapters.purging.purge import Purge, Purged
from adapters.purging.rules import rules
from adapters.times import to_us
from domain.vocabulary import Verdict
from tests.adapters.workshop import Workshop
from tests.given import NOON, follower, payment, pending

RULES = rules(30, 365)
LATER = NOON + timedelta(days=400)
FORGED = b"forged=1"


def purge(workshop: Workshop, pause: Callable[[float], None] = lambda _: None) -> Purge:
    makers = Makers(workshop.book)
    return Purge(makers, workshop.parts.book, workshop.inbox_engine, lambda: LATER, pause)


def kept(workshop: Workshop) -> list[int]:
    return [one.n for one in workshop.inbox.after(0, 1_000)]


def counts(done: Purged) -> dict[str, tuple[int, int]]:
    parts = {**done.by_rule, "left": done.left, "all": done.all}
    return {name: (freed.bodies, freed.bytes) for name, freed in parts.items()}


def fill(workshop: Workshop) -> None:
    """Numbers 3 and 4 were disowned, 2 and 6 are duplicates; of all others something came, or may come."""
    workshop.deliver(payment(), payment())
    workshop.deliver(FORGED, FORGED + b"2", verdict=Verdict.INVALID)
    workshop.deliver(
        follower("Refunded", "R1", "T9"),  # 5: parked
        payment(),  # 6
        pending(),  # 7: stale, or recorded
        payment("T2", receiver_email="mallory@example.com"),  # 8: refused
        payment("T3", mc_gross="NaN"),  # 9: unreadable
        payment("T4", "Inflight"),  # 10: unmodelled
        payment(status="Denied"),  # 11: refused, a move
    )
    workshop.deliver(payment("T5"), verdict=Verdict.UNKNOWN)  # 12: waiting
    workshop.keep(FORGED)  # 13: not taken in yet


def test_what_paypal_disowned_goes_and_duplicates_and_nothing_else(workshop: Workshop) -> None:
    fill(workshop)
    said = workshop.outcomes()
    done = purge(workshop).run(RULES)
    assert kept(workshop) == [1, 5, 7, 8, 9, 10, 11, 12, 13]
    duplicates = 2 * len(payment())
    assert counts(done) == {
        "disowned": (2, 17), "duplicate": (2, duplicates), "left": (0, 0), "all": (4, 17 + duplicates)
    }  # fmt: skip
    assert workshop.outcomes() == said
    marks = {n: workshop.row(n)["purged_us"] for n in range(1, 13)}
    assert {n: us for n, us in marks.items() if us is not None} == dict.fromkeys((2, 3, 4, 6), to_us(LATER))
    assert workshop.post_backs(3) == [(1, "invalid", "INVALID")]


def test_a_look_says_the_same_and_changes_nothing(workshop: Workshop) -> None:
    fill(workshop)
    rows = [workshop.row(n) for n in range(1, 13)]
    looked = purge(workshop).look(RULES)
    assert [workshop.row(n) for n in range(1, 13)] == rows
    assert kept(workshop) == list(range(1, 14))
    assert asdict(looked) == asdict(purge(workshop).run(RULES))


def test_what_was_purged_is_not_purged_again(workshop: Workshop) -> None:
    fill(workshop)
    purge(workshop).run(RULES)
    for again in (purge(workshop).look(RULES), purge(workshop).run(RULES)):
        assert counts(again)["all"] == (0, 0)


def test_a_number_is_never_given_again_and_the_worker_goes_on(workshop: Workshop) -> None:
    workshop.deliver(FORGED, FORGED, verdict=Verdict.INVALID)
    purge(workshop).run(RULES)
    assert kept(workshop) == []
    assert [settled.n for settled in workshop.deliver(payment())] == [3]
    assert workshop.inbox.continue_after(2) == 0
    assert workshop.inbox.last() == 3


@pytest.mark.parametrize("followed", [False, True])
def test_a_duplicate_that_an_event_was_made_from_stays(workshop: Workshop, *, followed: bool) -> None:
    """It waited for what it follows, and when that came, a later copy had told it elsewhere."""
    told = "Canceled_Reversal"
    workshop.deliver(payment())
    workshop.deliver(follower(told, "W9", "V1", gross="20.00"))
    workshop.deliver(follower(told, "W9", gross="20.00"))
    workshop.deliver(follower("Reversed", "V1"))
    assert workshop.outcomes() == ["recorded", "duplicate", "recorded", "recorded"]
    if followed:
        workshop.follower.follow()
    assert counts(purge(workshop).run(RULES))["all"] == (0, 0)
    assert kept(workshop) == [1, 2, 3, 4]


def test_what_somebody_asked_for_stays_until_it_is_settled(workshop: Workshop) -> None:
    workshop.deliver(FORGED, verdict=Verdict.INVALID)
    assert workshop.claims.ask_again(1, to_us(NOON))
    purge(workshop).run(RULES)
    assert kept(workshop) == [1]


def test_what_was_purged_cannot_be_asked_for(workshop: Workshop) -> None:
    workshop.deliver(FORGED, verdict=Verdict.INVALID)
    purge(workshop).run(RULES)
    assert not workshop.claims.ask_again(1, to_us(LATER))
    assert workshop.claims.claim(10, to_us(LATER)) == []


def test_one_that_is_asked_for_in_the_last_moment_stays(workshop: Workshop) -> None:
    """The rule is asked again in the transaction that marks."""
    workshop.deliver(FORGED, FORGED, verdict=Verdict.INVALID)
    doing = purge(workshop)
    workshop.claims.ask_again(2, to_us(NOON))
    assert doing._mark(RULES[0], [1, 2], LATER) == [1]
    assert doing._mark(RULES[0], [], LATER) == []


def test_an_event_of_the_last_moment_is_seen(workshop: Workshop) -> None:
    """The book is read to its end in the transaction that marks."""
    workshop.deliver(payment(), payment())
    doing = purge(workshop)
    with workshop.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE notifications SET outcome = 'duplicate'")
    assert doing._mark(RULES[1], [1, 2], LATER) == [2]


def test_one_that_was_killed_after_its_mark_is_ended_by_the_next(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(workshop)

    class KilledError(Exception):
        """As if the process had ended there."""

    def killed(*_: object) -> tuple[int, int]:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(Purge, "_let_go", killed)
        with pytest.raises(KilledError):
            purge(workshop).run(RULES)
    assert kept(workshop) == list(range(1, 14))
    marked = workshop.queries.notification(3)
    assert marked is not None
    assert (marked["raw"], marked["fields"]) == (None, [])
    assert not workshop.claims.ask_again(3, to_us(LATER))
    assert counts(purge(workshop).look(RULES))["left"] == (2, 17)
    done = counts(purge(workshop).run(RULES))
    assert (done["left"], done["disowned"]) == ((2, 17), (0, 0))
    assert kept(workshop) == [1, 5, 7, 8, 9, 10, 11, 12, 13]


def test_it_goes_in_batches_between_which_others_write(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge_module, "BATCH", 3)
    workshop.deliver(*[FORGED] * 10, verdict=Verdict.INVALID)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        workshop.deliver(payment(f"P{len(pauses)}"))

    assert counts(purge(workshop, pause).run(RULES))["all"] == (10, 80)
    assert len(pauses) == 4
    assert kept(workshop) == [11, 12, 13, 14]


def test_nothing_goes_while_an_event_does_not_say_what_made_it(workshop: Workshop) -> None:
    fill(workshop)
    with workshop.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE stored_events SET state = 'ruin' WHERE originator_id = 'T1'")
    for act in (purge(workshop).look, purge(workshop).run):
        with pytest.raises(StoreError, match="no more bodies were purged"):
            act(RULES)
    assert kept(workshop) == list(range(1, 14))
