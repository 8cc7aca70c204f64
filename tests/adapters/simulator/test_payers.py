from dataclasses import replace

from adapters.simulator.payers import PAYERS

WORDS = ("A book", "A mug", "A mug, dedicated “with love”")


def test_names_and_wares_can_be_written_in_their_charset_and_most_need_it() -> None:
    charsets = set()
    for payer in PAYERS:
        names = f"{payer.first_name} {payer.last_name} {payer.street} {payer.city} {payer.state}"
        wares = " ".join(map(payer.calls, WORDS))
        f"{names} {wares}".encode(payer.charset)
        if not names.isascii() or not wares.isascii():
            charsets.add(payer.charset)
    assert charsets == {
        "windows-1252", "UTF-8", "utf-8", "Shift_JIS", "EUC-JP", "gb2312", "gb18030", "Big5", "EUC-KR",
        "KOI8_R", "windows-1250", "windows-1251", "windows-1254", "windows-1255", "windows-1256",
        "ISO-8859-1", "ISO-8859-2", "ISO-8859-5", "ISO-8859-7", "ISO-8859-9", "ISO-8859-15",
    }  # fmt: skip


def test_payers_are_different_people() -> None:
    assert len({payer.payer_id for payer in PAYERS}) == len(PAYERS)
    assert len({payer.email for payer in PAYERS}) == len(PAYERS)
    assert all(len(payer.payer_id) == 13 for payer in PAYERS)
    assert {payer.status for payer in PAYERS} == {"verified", "unverified"}


def test_wares_are_called_what_they_are_where_they_are_read() -> None:
    (spanish,) = (payer for payer in PAYERS if payer.charset == "ISO-8859-1")
    assert spanish.calls("A mug, dedicated “with love”") == "Una taza, con cariño"
    assert spanish.calls("A book every month") == "Un libro every month"
    assert PAYERS[0].calls("A book") == "A book"


def test_who_gives_no_address_has_none_and_none_to_vouch_for() -> None:
    payer = PAYERS[0]
    assert payer.addressed()["address_name"] == "Test User"
    assert payer.vouched() == {"payer_status": "verified", "address_status": "confirmed"}
    moved = replace(payer, street="", status="unverified")
    assert moved.addressed() == {}
    assert moved.vouched() == {"payer_status": "unverified"}
    assert moved.named() == payer.named()
