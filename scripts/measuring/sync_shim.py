"""Slow syncs: a shim in C that is loaded before a process's own libraries and lets each sync take longer.

It shows what another machine's disk does: those of many hosts sync in 1 to 10 ms.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from scripts.checks import CannotStartError
from scripts.measuring.bench_context import Bench

VARIABLE: Final = "BENCH_SYNC_US"
SOURCE: Final = Path(__file__).with_name("sync_shim.c")
_TRIED_MS: Final = 20.0
_TIMED: Final = """
import os, sys, time
file = os.open(sys.argv[1], os.O_RDONLY)
began = time.monotonic()
os.fdatasync(file)
print((time.monotonic() - began) * 1000)
"""
_COMPILERS: Final = ("cc", "gcc", "clang")


def preloading(bench: Bench, sync_ms: float | None = None) -> dict[str, str]:
    """The variables of a process whose syncs take so much longer, or as the bench was told."""
    wanted = bench.sync_ms if sync_ms is None else sync_ms
    return {} if wanted is None else variables(built(bench.folder), wanted)


def variables(shim: Path, sync_ms: float) -> dict[str, str]:
    """What a process is started with, so that its syncs take so many milliseconds more."""
    return {"LD_PRELOAD": str(shim), VARIABLE: str(round(sync_ms * 1000))}


def built(folder: Path) -> Path:
    """The shim, compiled into this folder if it is not there yet; CannotStartError."""
    shim = folder / "sync_shim.so"
    if shim.exists():
        return shim
    compiler = next(filter(None, map(shutil.which, _COMPILERS)), None)
    if compiler is None:
        raise CannotStartError(
            f"syncs cannot be made slower: no C compiler ({', '.join(_COMPILERS)}) on PATH"
        )
    words = (compiler, "-O2", "-shared", "-fPIC", "-o", str(shim), str(SOURCE), "-ldl")
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        raise CannotStartError(f"syncs cannot be made slower: {' '.join(done.stderr.split())[:400]}")
    _check(shim)
    return shim


def _check(shim: Path) -> None:
    """The loader passes by what it cannot load: nothing would be slower, and nobody would say so."""
    environ = {**os.environ, **variables(shim, _TRIED_MS)}
    words = (sys.executable, "-I", "-S", "-c", _TIMED, str(shim))
    done = subprocess.run(words, check=False, capture_output=True, text=True, env=environ)
    if done.returncode or float(done.stdout) < _TRIED_MS:
        shim.unlink()
        raise CannotStartError(
            f"syncs cannot be made slower: the shim has no effect in {shim.parent} (mounted noexec?)"
        )
