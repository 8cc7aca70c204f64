"""The tokens of operator and viewer: as set, else made at the first start and kept in the home folder."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from scripts.kept import kept
from scripts.settings import Settings

TOKEN_BYTES = 24


@dataclass(frozen=True)
class Tokens:
    """What opens the office: the operator acts, the viewer reads."""

    operator: str = field(repr=False)
    viewer: str = field(repr=False)


def tokens(settings: Settings) -> Tokens:
    """Both tokens; what the settings name wins. OSError when a new one cannot be written."""
    return Tokens(
        operator=settings.operator_token or _kept(settings.home / "operator.token"),
        viewer=settings.viewer_token or _kept(settings.home / "viewer.token"),
    )


def _kept(path: Path) -> str:
    return kept(path, lambda: secrets.token_urlsafe(TOKEN_BYTES), "token")
