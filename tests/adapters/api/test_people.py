"""What people send about themselves and their acts."""

import falcon
import pytest

from adapters.api.people import NAME_CHARACTERS_MAX, name_of, note_of, why_of


@pytest.mark.parametrize(
    "name", ["Ann", "J\u00f6rg M.", "\u5f20\u4f1f", "x", "x" * NAME_CHARACTERS_MAX, "=1+1"]
)
def test_a_name_is_any_printable_text(name: str) -> None:
    assert name_of(f"  {name}\t") == name


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * (NAME_CHARACTERS_MAX + 1), "a\nb", "a\x00", "\u202eevil", "a\u200bb", "\x1b[2J"]
)
def test_what_is_no_name_to_show_is_refused_by_its_field(name: str) -> None:
    with pytest.raises(falcon.HTTPBadRequest) as refused:
        name_of(name)
    assert refused.value.description == "`by` must be a printable name of 1 to 100 characters."


@pytest.mark.parametrize("note", ["sent", "two\r\nlines\tand a tab", "=1+1", "\U0001f469\u200d\U0001f467 hi"])
def test_a_note_is_any_text(note: str) -> None:
    assert note_of(f" {note} ") == note


@pytest.mark.parametrize("note", [None, "", " \n"])
def test_no_note_is_none(note: str | None) -> None:
    assert note_of(note) is None


@pytest.mark.parametrize("note", ["a\x00b", "\x1b[2J", "\x9b31m", "\x7f"])
def test_control_characters_are_refused(note: str) -> None:
    with pytest.raises(falcon.HTTPBadRequest) as refused:
        note_of(note, "why")
    assert refused.value.description == "`why` holds a control character."


def test_why_says_something() -> None:
    assert why_of(" because ") == "because"
    with pytest.raises(falcon.HTTPBadRequest) as refused:
        why_of("  ")
    assert refused.value.description == "`why` must say why, in 1 to 1000 characters."
