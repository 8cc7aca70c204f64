"""The lifeline: a process ends with the one that started it, and becomes the command it was given."""

import os
import signal
import subprocess
import sys


def test_it_becomes_the_command(environ: dict[str, str]) -> None:
    command = [sys.executable, "-c", "import sys; print(sys.argv[1:])", "--one", "two words"]
    done = subprocess.run(
        [sys.executable, "-m", "scripts.lifeline", str(os.getpid()), *command],
        env=environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout == "['--one', 'two words']\n"


def test_a_parent_that_is_gone_already_ends_it_at_once(environ: dict[str, str]) -> None:
    command = [sys.executable, "-c", "print('alive')"]
    done = subprocess.run(
        [sys.executable, "-m", "scripts.lifeline", "1", *command],
        env=environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, "")
