from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from falcon.testing import create_req

from adapters.desk.attempts import (
    FAILURES_MAX,
    FAILURES_MAX_IN_ALL,
    PEERS_MAX,
    WINDOW_SECONDS,
    Attempts,
    peer_of,
)
from tests.given import NOON

WINDOW = timedelta(seconds=WINDOW_SECONDS)


def tried(attempts: Attempts, peer: str, times: int) -> list[int]:
    return [attempts.begin(peer, NOON) for _ in range(times)]


def test_whoever_guesses_waits_until_the_oldest_guess_is_forgotten() -> None:
    attempts = Attempts()
    assert tried(attempts, "1.2.3.4", FAILURES_MAX + 1) == [0] * FAILURES_MAX + [WINDOW_SECONDS]
    assert attempts.begin("1.2.3.4", NOON + WINDOW - timedelta(milliseconds=1)) == 1
    assert attempts.begin("1.2.3.4", NOON + WINDOW) == 0


def test_nobody_else_waits_for_one_guesser() -> None:
    attempts = Attempts()
    tried(attempts, "1.2.3.4", 2 * FAILURES_MAX)
    assert attempts.begin("1.2.3.5", NOON) == 0


def test_waiting_is_no_guess_so_that_patience_ends() -> None:
    attempts = Attempts()
    tried(attempts, "1.2.3.4", 100 * FAILURES_MAX)
    assert attempts.begin("1.2.3.4", NOON + WINDOW) == 0


def test_a_right_token_is_not_counted_and_does_not_forgive_the_wrong_ones() -> None:
    attempts = Attempts()
    for _ in range(3 * FAILURES_MAX):
        assert attempts.begin("1.2.3.4", NOON) == 0
        attempts.succeeded("1.2.3.4")
    tried(attempts, "1.2.3.4", FAILURES_MAX - 1)
    attempts.begin("1.2.3.4", NOON)
    attempts.succeeded("1.2.3.4")
    assert tried(attempts, "1.2.3.4", 2) == [0, WINDOW_SECONDS]
    attempts.succeeded("9.9.9.9")


def test_many_addresses_together_have_a_limit_too() -> None:
    attempts = Attempts()
    assert {attempts.begin(f"peer {n}", NOON) for n in range(FAILURES_MAX_IN_ALL)} == {0}
    assert attempts.begin("somebody else", NOON) == WINDOW_SECONDS
    assert attempts.begin("somebody else", NOON + WINDOW) == 0


def test_a_clock_that_was_set_back_lets_nobody_wait_for_ever() -> None:
    attempts = Attempts()
    tried(attempts, "1.2.3.4", FAILURES_MAX)
    assert attempts.begin("1.2.3.4", NOON - timedelta(days=400)) == WINDOW_SECONDS


def test_the_memory_of_guesses_is_bounded() -> None:
    attempts = Attempts()
    for n in range(2 * PEERS_MAX):
        assert attempts.begin(f"peer {n}", NOON + n * WINDOW) == 0
    assert len(attempts._failed) == PEERS_MAX
    assert FAILURES_MAX_IN_ALL < PEERS_MAX, "or who failed lately could be forgotten"


def test_guesses_that_come_at_once_are_counted_one_by_one() -> None:
    attempts = Attempts()
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: attempts.begin("1.2.3.4", NOON), range(8 * FAILURES_MAX)))
    assert waits.count(0) == FAILURES_MAX


@pytest.mark.parametrize(
    ("seen", "said", "peer"),
    [
        ("127.0.0.1", None, "127.0.0.1"),
        ("203.0.113.7", None, "203.0.113.7"),
        # Behind a proxy of this host; what stands before the last was written by whoever asked.
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("::1", "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"),
        # From elsewhere nobody is believed.
        ("198.51.100.9", "203.0.113.7", "198.51.100.9"),
        # One host has as many addresses of IPv6 as it likes.
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", None, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", None, "fe80::/64"),
        ("::ffff:203.0.113.7", None, "203.0.113.7"),
        # What is no address is not believed: it could be another at every try.
        ("127.0.0.1", "203.0.113.7:5123", "127.0.0.1"),
        ("127.0.0.1", "somebody", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7,", "127.0.0.1"),
        ("x" * 500, None, "unknown " + "x" * 56),
    ],
)
def test_a_peer_is_the_address_that_was_seen_or_that_a_near_proxy_names(
    seen: str, said: str | None, peer: str
) -> None:
    headers = {} if said is None else {"X-Forwarded-For": said}
    assert peer_of(create_req(remote_addr=seen, headers=headers)) == peer
