import pytest

from adapters.faults import place_of, without_frames


def look_up(what: str) -> None:
    raise KeyError(what)


def stumble(over: str) -> None:
    try:
        look_up(over)
    except KeyError as error:
        raise ValueError(f"cannot read {over}") from error


def test_an_error_is_told_by_type_and_place_and_never_by_its_words() -> None:
    with pytest.raises(ValueError, match="Jörg Payer") as caught:
        stumble("<b>Jörg Payer</b>")
    told = place_of(caught.value)
    assert told.startswith("ValueError at test_faults.py:")
    assert "Payer" not in told


def test_only_the_innermost_places_are_told() -> None:
    def deeper(left: int) -> None:
        if not left:
            raise RuntimeError
        deeper(left - 1)

    with pytest.raises(RuntimeError) as caught:
        deeper(50)
    assert place_of(caught.value).count("test_faults.py:") == 4


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert place_of(ValueError("Jörg")) == "ValueError at no known place"


def test_errors_that_lead_to_each_other_and_those_beside_a_cause_hold_no_frame_either() -> None:
    def raised(error: Exception) -> Exception:
        with pytest.raises(type(error)) as caught:
            raise error
        return caught.value

    first, second, beside = (raised(kind("x")) for kind in (ValueError, KeyError, OSError))
    first.__cause__, first.__context__, second.__cause__ = second, beside, first
    assert without_frames(first) is first
    assert [one.__traceback__ for one in (first, second, beside)] == [None] * 3


def test_neither_an_error_nor_what_led_to_it_holds_a_frame() -> None:
    with pytest.raises(ValueError, match="a name") as caught:
        stumble("a name")
    bare = without_frames(caught.value)
    assert bare is caught.value
    assert isinstance(bare.__cause__, KeyError)
    assert (bare.__traceback__, bare.__cause__.__traceback__) == (None, None)
