"""Programs that pretend to be others, for tests of what starts them."""

import shlex
import sys
from pathlib import Path


def pretended_python(folder: Path) -> str:
    """A `python` that runs `tests/pretended_peer.py`, whatever it is asked to run."""
    path = folder / "pretended-python"
    peer = Path(__file__).with_name("pretended_peer.py")
    path.write_text(f'#!/bin/sh\nexec {shlex.join((sys.executable, str(peer)))} "$@"\n', encoding="utf-8")
    path.chmod(0o700)
    return str(path)
