"""Templates: everything they print is escaped and made visible, and what is undefined is a fault."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.desk.visible import visible

FOLDER: Final = Path(__file__).resolve().parent
TEMPLATES: Final = FOLDER / "templates"


def environment(helpers: Mapping[str, Callable[..., Any]]) -> Environment:
    """The templates of the desk, with these functions for all of them."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(helpers)
    made.filters.update(helpers)
    return made
