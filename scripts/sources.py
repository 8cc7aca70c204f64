"""Where settings are written down: the environment and a TOML file, as texts with their origin."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from scripts.values import why

PREFIX = "COUNTERFOIL_"
# What may also stand in the environment: where the file is, and what only the tests read.
ELSEWHERE = ("CONFIG", "IPN_SAMPLES", "CAMPAIGN")
FILE = "_FILE"


class SettingsError(Exception):
    """A wrong setting, in one line: its name, its value, where it came from, what was expected."""


@dataclass(frozen=True)
class Given:
    """What somebody wrote for one setting, and where."""

    text: str
    origin: str


def from_environment(environ: Mapping[str, str], known: Collection[str]) -> dict[str, Given]:
    texts = {
        name.removeprefix(PREFIX): text for name, text in environ.items() if name.startswith(PREFIX) and text
    }
    for name in texts:
        if name not in (*known, *ELSEWHERE):
            raise SettingsError(
                f"{PREFIX}{name} is no setting; the nearest one is {PREFIX}{_nearest(name, known)}"
            )
    given = {
        name: Given(text, f"environment {PREFIX}{name}") for name, text in texts.items() if name in known
    }
    return dict(_unfiled(given))


def from_file(path: str | None, known: Collection[str]) -> dict[str, Given]:
    if path is None:
        return {}
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = " ".join(why(error).split())
        raise SettingsError(f"{PREFIX}CONFIG is {path!r}; expected a TOML file ({reason})") from None
    given = {}
    for key, value in table.items():
        if key not in (name.lower() for name in known):
            raise SettingsError(
                f"{key!r} in {path} is no setting; the nearest one is {_nearest(key.upper(), known).lower()}"
            )
        given[key.upper()] = Given(_flat(key, value, path), f"file {path}")
    return dict(_unfiled({name: one for name, one in given.items() if one.text}))


def _flat(key: str, value: object, path: str) -> str:
    """TOML's strings, whole numbers and lists of strings as the text that the environment would hold."""
    if isinstance(value, list) and all(isinstance(part, str) and "," not in part for part in value):
        return ",".join(value)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    raise SettingsError(
        f"{key.upper()} is a TOML {type(value).__name__} (file {path}); expected text, a number or a list"
    )


def _unfiled(given: Mapping[str, Given]) -> Iterator[tuple[str, Given]]:
    """Put in place of each `*_FILE` what that file holds, without the white space at its ends."""
    for name, one in given.items():
        if not name.endswith(FILE):
            yield name, one
            continue
        plain = name.removesuffix(FILE)
        if plain in given:
            raise SettingsError(f"{plain} and {name} are both given ({one.origin}); expected one of them")
        try:
            text = Path(one.text).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            reason = why(error) if isinstance(error, OSError) else "not text"
            raise SettingsError(
                f"{name} is {one.text!r} ({one.origin}); expected a file ({reason})"
            ) from None
        yield plain, Given(text, f"file {one.text} ({name})")


def _nearest(name: str, known: Collection[str]) -> str:
    return get_close_matches(name, known, n=1, cutoff=0)[0]
