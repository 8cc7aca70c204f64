"""A message's bytes as text: in the charset that it declares, and what is no text in that escaped."""

import base64
from typing import Final

from domain.body import CODECS, glimpse

_CHARSET: Final = b"charset"
_DEFAULT: Final = "cp1252"  # of PayPal


def raw_text(raw: str | None) -> str:
    """The text of `raw` as a notification has it, in base64; empty where there are no bytes."""
    if raw is None:
        return ""
    body = base64.b64decode(raw)
    label = glimpse(body, frozenset({_CHARSET})).get("charset", "").lower().replace("-", "_")
    return body.decode(CODECS.get(label, _DEFAULT), "backslashreplace")
