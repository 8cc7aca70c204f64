import base64

import pytest

from adapters.desk.raw import raw_text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"a=%41&charset=windows-1252", "a=%41&charset=windows-1252"),
        (b"name=Andr\xe9", "name=André"),  # PayPal's own charset where none is declared
        ("name=André&charset=UTF-8".encode(), "name=André&charset=UTF-8"),
        (b"name=\xe9&charset=UTF-8", "name=\\xe9&charset=UTF-8"),  # no text in what it declares
        ("name=山&charset=Shift_JIS".encode("cp932"), "name=山&charset=Shift_JIS"),
        (b"name=\x81\xff\x00", "name=\\x81ÿ\x00"),
        (b"charset=none+such&a=\xe9", "charset=none+such&a=é"),
    ],
)
def test_bytes_are_read_by_the_charset_that_they_declare(body: bytes, text: str) -> None:
    assert raw_text(base64.b64encode(body).decode()) == text


def test_what_is_not_there_is_empty() -> None:
    assert raw_text(None) == ""
