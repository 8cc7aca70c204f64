"""Words for to-dos: texts of messages quoted without harm, and amounts."""

from domain.facts import Report

_TEXT_MAX = 400


def harmless(text: str, characters_max: int = _TEXT_MAX) -> str:
    """A text of a message as a sentence may quote it: short, and nothing in it steers a terminal or page."""
    quoted = text[:characters_max]
    return quoted if quoted.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in quoted)


def amount_of(report: Report) -> str:
    """Which amount a report is about, as a sentence goes on with it; nothing when it tells none."""
    return f" of {report.gross.spelled()}" if report.gross else ""
