"""A bench in a folder of a test's own, on SQLite: sizes are a hundredth and times are short."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.measuring.bench_context import Bench


@contextmanager
def small_bench(folder: Path, said: list[str] | None = None) -> Iterator[Bench]:
    bench = Bench(
        folder=folder,
        engines=("sqlite",),
        rounds=1,
        seconds=0.1,
        small=True,
        sync_ms=None,
        say=(lambda _: None) if said is None else said.append,
    )
    with bench.until_end:
        yield bench
