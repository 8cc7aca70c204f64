"""Secrets that are made at the first start and kept in the home folder, one file each."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from scripts.settings import SettingsError


def kept(path: Path, make: Callable[[], str], what: str) -> str:
    """The secret in this file; whoever comes first makes and writes it, everybody after reads that one.

    SettingsError when the file holds none; OSError when a new one cannot be written.
    """
    if not path.exists():
        _write_once(path, make())
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    if not (text.isascii() and text.isprintable() and text and " " not in text):
        raise SettingsError(f"{path} holds no {what}; remove it and the next start makes a new one")
    return text


def _write_once(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())
        # A link never replaces: of two that start at once, the second one keeps what the first one wrote.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
