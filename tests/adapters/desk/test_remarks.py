from collections.abc import Callable

import falcon
import pytest

from adapters.desk.remarks import note_said, version_seen, why_said


def test_what_is_said_is_kept_without_blanks_at_its_ends() -> None:
    assert note_said({"note": " DHL 1\r\nDHL 2 "}) == "DHL 1\nDHL 2"
    assert why_said({"why": "asked by telephone"}) == "asked by telephone"
    assert version_seen({"version": "12"}) == 12


def test_a_note_and_a_version_may_be_left_out() -> None:
    assert [note_said({}), note_said({"note": " "})] == [None, None]
    assert [version_seen({}), version_seen({"version": ""})] == [None, None]


@pytest.mark.parametrize(
    ("read", "form", "said"),
    [
        (note_said, {"note": "x" * 1_001}, "At most 1000 characters"),
        (note_said, {"note": "a\x07b"}, "control character"),
        (why_said, {}, "Say why"),
        (why_said, {"why": "\n "}, "Say why"),
        *(
            (version_seen, {"version": text}, "whole number")
            for text in ("0", "-1", "1.5", "²", "9" * 10, "x")
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(
    read: Callable[[dict[str, str]], object], form: dict[str, str], said: str
) -> None:
    with pytest.raises(falcon.HTTPBadRequest) as refused:
        read(form)
    assert said in (refused.value.description or "")
