"""The tokens of operator and viewer: as set, else made at the first start and kept in the home folder."""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scripts.settings import Settings, SettingsError

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
    """The token in this file; whoever comes first writes it, everybody after reads that one."""
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(TOKEN_BYTES))
    token = path.read_text(encoding="ascii", errors="replace").strip()
    if not (token.isascii() and token.isprintable() and token and " " not in token):
        raise SettingsError(f"{path} holds no token; remove it and the next start makes a new one")
    return token


def _write_once(path: Path, token: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{token}\n")
            file.flush()
            os.fsync(file.fileno())
        # A link never replaces: of two that start at once, the second one keeps what the first one wrote.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
