"""A bench that is only tried: sizes are a hundredth, times a moment."""

from pathlib import Path
from typing import Any

from scripts.measuring.bench_context import Bench


def trial(folder: Path, *, engine: str = "sqlite", **more: Any) -> Bench:
    asked: dict[str, Any] = {
        "folder": folder,
        "engines": (engine,),
        "rounds": 1,
        "seconds": 0.3,
        "small": True,
        "sync_ms": None,
        "say": lambda _: None,
    }
    return Bench(**(asked | more))
