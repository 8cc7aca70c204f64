"""Processes by name: of this machine it is known who is gone, of others there is no telling."""

import os
import subprocess
import sys

from adapters.processes import is_gone, this_process


def test_a_name_says_machine_and_number() -> None:
    house, _, pid = this_process().rpartition("/")
    assert house
    assert int(pid) == os.getpid()
    asked = [sys.executable, "-c", "from adapters.processes import this_process; print(this_process())"]
    other = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    assert other.rpartition("/")[0] == house
    assert other != this_process()


def test_who_ended_is_gone_and_who_lives_is_not() -> None:
    house = this_process().rpartition("/")[0]
    ended = subprocess.Popen([sys.executable, "-c", ""])
    assert not is_gone(f"{house}/{ended.pid}")  # at least not waited for
    ended.wait(60)
    assert is_gone(f"{house}/{ended.pid}")
    assert not is_gone(this_process())
    assert not is_gone(f"{house}/1")


def test_of_other_machines_there_is_no_telling() -> None:
    house = this_process().rpartition("/")[0]
    for name in ("elsewhere/1", f"{house}-2/99999999", "elsewhere:4026531836/99999999", "nonsense"):
        assert not is_gone(name)
