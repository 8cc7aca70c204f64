"""Text for terminals: whatever a message held, it moves no cursor and turns no line around."""

import sys
import unicodedata

_HARMFUL = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}  # controls, bidi and other format marks, line separators


def plain(value: object) -> str:
    """The value as text on one line, harmful characters written as escapes; null as `-`."""
    if value is None:
        return "-"
    return "".join(
        char.encode("unicode_escape").decode("ascii") if unicodedata.category(char) in _HARMFUL else char
        for char in str(value)
    )


def say(text: str) -> None:
    """Print the text; a letter that the terminal's charset does not have is written as an escape."""
    charset = sys.stdout.encoding or "utf-8"
    print(text.encode(charset, "backslashreplace").decode(charset))


def table(rows: list[tuple[object, ...]]) -> str:
    """Rows in columns as wide as their widest value."""
    texts = [[plain(value) for value in row] for row in rows]
    widths = [max(len(row[i]) for row in texts) for i in range(len(texts[0]))] if texts else []
    return "\n".join(
        "  ".join(f"{v:{w}}" for v, w in zip(row, widths, strict=True)).rstrip() for row in texts
    )
