"""The command `config`: every setting, its value, and where it came from."""

import json
import os
from typing import Annotated

import typer

from scripts.settings import SETTINGS, Settings, read_settings
from scripts.values import is_sqlite

MASK = "***"


def config(
    *, as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON instead of a table.")] = False
) -> None:
    """Print every setting, its value (secrets masked) and where it came from."""
    rows = described(read_settings(os.environ))
    if as_json:
        items = [{"name": name, "value": value, "origin": origin} for name, value, origin in rows]
        print(json.dumps({"items": items}, indent=2))
        return
    table = [("setting", "value", "origin"), *((name, value or "-", origin) for name, value, origin in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(2)]
    for name, value, origin in table:
        print(f"{name:{widths[0]}}  {value:{widths[1]}}  {origin}")


def described(settings: Settings) -> list[tuple[str, str | None, str]]:
    """Name, value as text (null when there is none, secrets masked) and origin of every setting."""
    return [
        (
            setting.name,
            MASK if setting.secret else _text(settings, setting.name),
            settings.origins[setting.name],
        )
        for setting in SETTINGS
    ]


def _text(settings: Settings, name: str) -> str | None:
    if name == "DATABASE" and not is_sqlite(settings.database):
        return settings.store.address  # as it was given it may hold a password
    value = getattr(settings, name.lower())
    if value in (None, ()):
        return None
    return ",".join(value) if isinstance(value, tuple) else str(value)
