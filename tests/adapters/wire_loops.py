"""The event loops that a wire must work on: the standard library's, and the one that the house runs on."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import pytest
import uvloop

Run: TypeAlias = Callable[[Coroutine[Any, Any, Any]], Any]

on_both_loops = pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
