"""Bytes into fields: every charset that PayPal has written, and whatever else may come."""

from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.body import CODECS, FIELDS_MAX, glimpse, open_body, pairs

WRITTEN = {
    # declared charset, the name as PayPal sends it, and as it reads
    "windows-1252": (b"charset=windows-1252&first_name=J%F6rg", "Jörg"),
    "windows-1252, the euro and its quotes": (b"charset=windows-1252&first_name=%80%93%94", "€“”"),
    "UTF-8": (b"charset=UTF-8&first_name=J%C3%B6rg+%E6%9D%8E", "Jörg 李"),
    "utf-8 in lower case": (b"charset=utf-8&first_name=J%C3%B6rg", "Jörg"),
    "Shift_JIS": (b"charset=Shift_JIS&first_name=%8ER%93c", "山田"),
    "Shift_JIS of Microsoft's": (b"charset=Shift_JIS&first_name=%FB%FC", "髙"),
    "gb2312": (b"charset=gb2312&first_name=%C0%EE", "李"),
    "gb2312 with a rarer character": (b"charset=gb2312&first_name=%96%7C", "東"),
    "KOI8_R": (b"charset=KOI8_R&first_name=%E9%D7%C1%CE", "Иван"),
    "koi8-r, the other spelling": (b"charset=koi8-r&first_name=%E9%D7%C1%CE", "Иван"),
    "big5": (b"charset=big5&first_name=%A7%F5", "李"),
    "absent": (b"first_name=J%F6rg", "Jörg"),
    "empty": (b"charset=&first_name=J%F6rg", "Jörg"),
    "declared after what it is about": (b"first_name=%E9%D7%C1%CE&charset=KOI8_R", "Иван"),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_name_reads_as_the_buyer_wrote_it(written: str) -> None:
    raw, name = WRITTEN[written]
    fields = open_body(raw)
    assert fields.get("first_name") == name
    assert fields.charset_known


@pytest.mark.parametrize("label", ["klingon", "UTF-16", "windows-1252x", "iso-8859-12", "%FF", "idna"])
def test_an_unknown_charset_is_read_as_paypals_default_and_says_so(label: str) -> None:
    fields = open_body(b"charset=" + label.encode() + b"&first_name=J%F6rg")
    assert fields.get("first_name") == "Jörg"
    assert not fields.charset_known


UNDECODABLE = {
    "Shift_JIS": b"charset=Shift_JIS&memo=a%FC%FCb",
    "windows-1252": b"charset=windows-1252&memo=a%81%8Db",
    "UTF-8": b"charset=UTF-8&memo=a%FF%FEb",
}


@pytest.mark.parametrize("charset", UNDECODABLE)
def test_bytes_that_are_no_text_are_shown_as_such_and_the_rest_is_read(charset: str) -> None:
    memo = open_body(UNDECODABLE[charset]).get("memo")
    assert (memo[0], memo[-1]) == ("a", "b")
    assert set(memo[1:-1]) == {"\ufffd"}


SHAPES = {
    # raw, as pairs
    "blanks are kept": (b"a=&b=1", [("a", ""), ("b", "1")]),
    "a bare key is a blank": (b"a&b=1", [("a", ""), ("b", "1")]),
    "a value may hold an equals sign": (b"a=b=c", [("a", "b=c")]),
    "a key may be empty": (b"=1", [("", "1")]),
    "empty places between ampersands are none": (b"&&a=1&", [("a", "1")]),
    "order and repetition are kept": (b"b=2&a=1&b=2", [("b", "2"), ("a", "1"), ("b", "2")]),
    "plus is a blank, encoded plus is a plus": (b"a+b=c+d%2Be", [("a b", "c d+e")]),
    "hexadecimal digits in either case": (b"a=%3a%3A", [("a", "::")]),
    "half an escape stays as it is": (b"a=%&b=%4&c=%zz", [("a", "%"), ("b", "%4"), ("c", "%zz")]),
    "the simulator's %u escape stays as it is": (b"a=%u010D", [("a", "%u010D")]),
    "NUL becomes visible": (b"a%00=b%00c", [("a\ufffd", "b\ufffdc")]),
    "brackets of Adaptive Payments": (
        b"transaction%5B0%5D.id=1&transaction[1].id=2",
        [("transaction[0].id", "1"), ("transaction[1].id", "2")],
    ),
    "a semicolon parts nothing": (b"a=1;b=2", [("a", "1;b=2")]),
    "an entity is no parameter": (b"a=1&notify_version=3.9", [("a", "1"), ("notify_version", "3.9")]),
    "nothing": (b"", []),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_body_opens_into_pairs(shape: str) -> None:
    raw, expected = SHAPES[shape]
    assert list(pairs(raw)) == expected
    assert list(open_body(raw).pairs) == expected


def test_a_field_said_twice_with_one_value_says_it_once() -> None:
    fields = open_body(b"txn_id=A&txn_id=A&custom=x&custom=y")
    assert fields.repeated == {"custom"}
    assert fields.get("txn_id") == "A"


def test_the_same_value_written_in_two_ways_is_no_contradiction() -> None:
    assert open_body(b"custom=a+b&custom=a%20b").repeated == frozenset()


def test_spaces_at_the_ends_of_a_value_are_not_part_of_it_but_other_characters_are() -> None:
    fields = open_body(b"a=++x+y++&b=%09x%0A")
    assert (fields.get("a"), fields.values["a"]) == ("x y", "  x y  ")
    assert fields.get("b") == "\tx\n"
    assert fields.get("c") == ""


@given(st.binary(max_size=300))
def test_any_bytes_at_all_open(raw: bytes) -> None:
    fields = open_body(raw)
    for name, value in fields.pairs:
        assert "\x00" not in name + value
        (name + value).encode()  # no half of a surrogate pair: every database takes it


CHARSETS = [
    b"windows-1252",
    b"UTF-8",
    b"Shift_JIS",
    b"gb2312",
    b"KOI8_R",
    b"big5",
    b"euc-kr",
    b"EUC-JP",
    b"iso-8859-8",
    b"windows-1257",
]


@given(st.sampled_from(CHARSETS), st.binary(max_size=60))
def test_any_bytes_in_any_charset_open(charset: bytes, value: bytes) -> None:
    escaped = "".join(f"%{byte:02X}" for byte in value).encode()
    fields = open_body(b"charset=" + charset + b"&memo=" + escaped)
    assert fields.charset_known
    assert [name for name, _ in fields.pairs] == ["charset", "memo"]


@given(st.text(st.characters(codec="cp1252", exclude_characters="\x00"), max_size=40))
def test_what_windows_1252_can_write_reads_back(text: str) -> None:
    escaped = "".join(f"%{byte:02X}" for byte in text.encode("cp1252")).encode()
    assert open_body(b"memo=" + escaped).values["memo"] == text


def test_nul_is_no_part_of_a_charset_either() -> None:
    fields = open_body(b"charset=%00utf-8%FF")
    assert fields.charset == "\ufffdutf-8\ufffd"
    assert not fields.charset_known


def test_of_too_many_fields_the_first_are_read() -> None:
    raw = b"&".join(b"a%d=1" % n for n in range(FIELDS_MAX + 1))
    assert [name for name, _ in pairs(raw)] == [f"a{n}" for n in range(FIELDS_MAX)]
    assert glimpse(raw, frozenset((b"a0", b"a%d" % FIELDS_MAX))) == {"a0": "1"}


GLIMPSES = {
    # raw: what is seen of a
    b"a=1&a=2": "1",
    b"a=b=c": "b=c",
    b"a=+x%20": "x",
    b"a=%09X": "\tX",
    b"a=X": "X",
    b"a": "",
    b"a=" + b"1" * 399 + b"23": "1" * 399 + "2",
}


@pytest.mark.parametrize("raw", GLIMPSES)
def test_the_beginning_of_a_field_is_glimpsed(raw: bytes) -> None:
    assert glimpse(b"b=0&" + raw, frozenset((b"a", b"c"))) == {"a": GLIMPSES[raw]}


def test_every_codec_reads_ascii_as_ascii() -> None:
    text = "".join(map(chr, range(128)))
    assert {bytes(range(128)).decode(codec, "replace") for codec in CODECS.values()} == {text}


def test_a_charset_counts_however_its_name_is_written_and_the_first_of_two() -> None:
    assert open_body(b"%63harset=utf-8&first_name=J%C3%B6rg").get("first_name") == "Jörg"
    assert open_body(b"charset=utf-8&charset=windows-1252&first_name=J%C3%B6rg").charset == "utf-8"
    assert open_body(b"charset=&charset=utf-8").charset == ""


def test_bytes_that_nobody_encoded_are_read_as_those_that_were() -> None:
    raw, encoded = (
        open_body(b"charset=UTF-8&a+b=J\xc3\xb6rg\x00"),
        open_body(b"charset=UTF-8&a%20b=J%C3%B6rg%00"),
    )
    assert raw.pairs == encoded.pairs == (("charset", "UTF-8"), ("a b", "Jörg\ufffd"))


PIECES = [*(b"&", b"=", b"%26", b"%3D", b"%3d", b"%00", b"%41", b"%4", b"%", b"+", b"a"), b"%C3%A9", b"\xe9"]


@given(st.lists(st.sampled_from(PIECES)))
def test_what_is_escaped_parts_no_fields(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)

    def reads(part: bytes) -> str:
        return unquote_to_bytes(part.replace(b"+", b" ")).decode("cp1252").replace("\x00", "\ufffd")

    parted = [token.partition(b"=") for token in raw.split(b"&") if token]
    assert open_body(raw).pairs == tuple((reads(name), reads(value)) for name, _, value in parted)
