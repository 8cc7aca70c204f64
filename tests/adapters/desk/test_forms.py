import falcon
import pytest
from falcon.testing import create_req

from adapters.desk.forms import FIELDS_MAX, FORM_BYTES_MAX, read_form, said


def read(body: bytes, content_type: str = "application/x-www-form-urlencoded") -> dict[str, str]:
    return read_form(create_req(method="POST", body=body, headers={"Content-Type": content_type}))


def test_a_form_is_read_as_it_was_filled_in() -> None:
    assert read(b"") == {}
    assert read(b"name=%C3%85nn+S&note=&x") == {"name": "Ånn S", "note": "", "x": ""}
    assert read(b"a=1", "Application/X-WWW-Form-Urlencoded; charset=utf-8") == {"a": "1"}


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "multipart/form-data; boundary=x", "text/plain"]
)
def test_what_is_no_form_is_not_taken(content_type: str) -> None:
    with pytest.raises(falcon.HTTPUnsupportedMediaType):
        read(b"name=Ann", content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"name=%FF",
        b"name=\xc3\x85",
        b"name=%ED%A0%80",
        b"name=a&name=b",
        b"name=a%00b",
        b"na%00me=a",
        b"&".join(b"f%d=1" % n for n in range(FIELDS_MAX + 1)),
    ],
)
def test_what_nobody_can_have_filled_in_is_malformed(body: bytes) -> None:
    with pytest.raises(falcon.HTTPBadRequest):
        read(body)


def test_a_form_has_a_length() -> None:
    assert len(read(b"a=" + b"x" * (FORM_BYTES_MAX - 2))["a"]) == FORM_BYTES_MAX - 2
    with pytest.raises(falcon.HTTPContentTooLarge):
        read(b"a=" + b"x" * (FORM_BYTES_MAX - 1))


def test_a_field_says_its_words_without_blanks_at_the_ends_or_nothing() -> None:
    form = {"why": " one\r\ntwo \r\n", "note": " \r\n"}
    assert said(form, "why") == "one\ntwo"
    assert said(form, "note") is None
    assert said(form, "missing") is None
