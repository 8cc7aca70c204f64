"""The report of a run: a table for people, or one JSON document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from scripts.measuring.figures import Figure

_HEAD: Final = ("measure", "value", "ceiling", "ratio", "wanted", "holds", "p50 / p99 / max ms", "more")
_WORDS: Final[Mapping[bool | None, str]] = {True: "yes", False: "below", None: ""}
_TIMES: Final = ("p50_ms", "p99_ms", "max_ms")
_TIMES_SIGN: Final = " \N{MULTIPLICATION SIGN}"
_EXACT_BELOW: Final = 10  # a figure has three digits that count


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that a run has to say."""

    command: str
    machine: Mapping[str, str]
    figures: Sequence[Figure]
    notes: Sequence[str] = ()  # what was not measured, and why
    failed: Sequence[str] = ()  # checks that found something wrong

    def as_json(self) -> str:
        """One document; figures in the order in which they were measured."""
        document = {
            "command": self.command,
            "machine": dict(self.machine),
            "figures": [as_data(figure) for figure in self.figures],
            "notes": list(self.notes),
            "failed": list(self.failed),
        }
        return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()

    def as_markdown(self) -> str:
        """A table with what it was made by and on."""
        told = ", ".join(f"{name} {text}" for name, text in self.machine.items())
        lines = [f"`{self.command}`", "", told, "", _line(_HEAD), _line(["---"] * len(_HEAD))]
        lines += [_line(_cells(figure)) for figure in self.figures]
        for title, said in (("Not measured", self.notes), ("Wrong", self.failed)):
            if said:
                lines += ["", f"{title}:", "", *(f"- {one}" for one in said)]
        return "\n".join(lines)


def as_data(figure: Figure) -> dict[str, Any]:
    """A figure with what follows from it."""
    return {
        **{name: getattr(figure, name) for name in Figure.__dataclass_fields__},
        "more": dict(figure.more),
        "ratio": figure.ratio,
        "holds": figure.holds,
    }


def number(value: float) -> str:
    """Three digits that count; thousands set apart."""
    if abs(value) >= _EXACT_BELOW**2:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= _EXACT_BELOW else f"{value:.2f}"


def _cells(figure: Figure) -> Sequence[str]:
    more = dict(figure.more)
    times = [more.pop(name) for name in _TIMES if name in more] if _TIMES[0] in more else []
    bound = "" if figure.wanted is None else f"{'≤' if figure.at_most else '≥'} {number(figure.wanted)}"
    of_ratio = _TIMES_SIGN if bound and figure.ceiling is not None else ""
    held = "above" if figure.holds is False and figure.at_most else _WORDS[figure.holds]
    return (
        figure.words,
        f"{number(figure.value)} {figure.unit}",
        "" if figure.ceiling is None else f"{number(figure.ceiling)} ({figure.ceiling_words})",
        "" if figure.ratio is None else f"{number(figure.ratio)}{_TIMES_SIGN}",
        bound + of_ratio,
        held,
        " / ".join(map(number, times)),
        ", ".join(f"{name} {number(value)}" for name, value in more.items()),
    )


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
