"""The machine that a run of the bench was made on, without which its figures say little."""

import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg

from scripts.measuring.bench_context import Bench
from scripts.measuring.statistics import median

_SYNCS: Final = 50
_PAGE: Final = b"\0" * 4_096


def machine(bench: Bench) -> Mapping[str, str]:
    """What it is, by name: for the head of the report."""
    told = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "fdatasync": f"{sync_ms(bench.folder):.2f} ms in {bench.folder.parent}",
    }
    if bench.postgresql is not None:
        with psycopg.connect(bench.postgresql) as connection:
            told["postgresql"] = str(connection.info.parameter_status("server_version"))
    if bench.sync_ms is not None:
        told["syncs"] = f"{bench.sync_ms:g} ms longer, by a shim"
    return told


def sync_ms(folder: Path) -> float:
    """What `fdatasync` takes after a page was added to a file here: the median of some."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_SYNCS):
            file.write(_PAGE)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
