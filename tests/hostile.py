"""Texts that would like to be more than texts, and messages of every shape that are full of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote_plus

from domain.notification import _DECIDING, _DECIDING_OF_A_RECORD
from tests.given import adjustment, authorization, body, capture, case, follower, order, payment, pending

BODIES: Final = Path(__file__).resolve().parent / "bodies"

# Every element and attribute of theirs has a name that nothing of ours has.
MARKUP: Final = (
    "\"'><evil data-evil=1><script>evil()</script><img src=//evil.example/x onerror=evil()>"
    "</title></textarea></select></style></script><!--<svg onload=evil()>]]>&lt;evil&gt;&#60;evil&#62;"
    "{{ 7*7 }}{% raise %}{# x #}${7*7}<%= evil %>"
)
ATTRIBUTE: Final = '" onmouseover="evil()" data-evil="\' onfocus=\'evil()\' autofocus x=` evil`'
ADDRESS: Final = "javascript:evil()//https://evil.example/?a=1&b=2#c"
FORMULA: Final = "=cmd|' /C evil'!A0"
HIDDEN: Final = (
    "\u202egnp.exe\u202c \u2066x\u2069 \u200bzero\u200d\u2060\ufeff \x00\x01\x07\x08\x0b\x0c\x1b[31m\x7f\x85"
    "\u2028\u2029 \u061c\u00ad \U000e0041\U000e007f \ufff9 \u3164"
)
TOWER: Final = "Z" + "\u0301\u0489\u035c" * 200 + " שלום עולם 5.00 العربية " + "\u064e" * 300
LONG: Final = "W" * 10_000
LINES: Final = "one\r\nSet-Cookie: evil=1\r\n\r\n<evil>\n\ttwo"
TEXTS: Final = (MARKUP + ATTRIBUTE, ADDRESS, FORMULA + LINES, TOWER + HIDDEN, LONG)

# What is no text in any charset that a message may name.
BYTES: Final = (b"%ED%A0%80%ED%BF%BF", b"%FF%FE%3C%00evil%3E", b"%C3%28%F0%28%8C%BC", b"%zz%", b"%80%81%9D")
_KEPT: Final = frozenset({"payment_date", "case_creation_date", "time_created", "charset"})
_FREE: Final = frozenset({"invoice", "payer_email"})


def hostile(text: str, number: int = 0) -> dict[str, str]:
    """The fields of a payment that a payer, a shop or PayPal could have written."""
    return {
        "charset": "UTF-8",
        "first_name": text,
        "last_name": text,
        "payer_business_name": text,
        "payer_email": f"{text}@evil.example"[:120],
        "payer_status": text,
        "residence_country": text,
        "address_name": text,
        "address_street": text,
        "address_city": text,
        "address_state": text,
        "address_zip": text,
        "address_country": text,
        "address_country_code": text,
        "address_status": "confirmed",
        "contact_phone": text,
        "item_name": text,
        "item_number": f"{number}{text}",
        "option_name1": text,
        "option_selection1": text,
        "quantity": "1",
        "invoice": f"{number}{text}"[:120],
        "custom": text,
        "memo": text,
        "transaction_subject": text,
        "reason_code": text,
        "protection_eligibility": text,
        "ipn_track_id": text,
        text[:200]: text,
    }


def lives() -> Iterator[bytes]:
    """Messages that are told from each other and followed, with every text in every field that is free."""
    for number, text in enumerate(TEXTS):
        more = hostile(text, number)
        said = more | {"payer_id": f"PAYER{number}"}
        yield payment(f"HOSTILE{number}", **said)
        yield payment(f"READY{number}", **said)
        yield payment(f"CASED{number}", **said)
        yield case(f"PP-C{number}", f"CASED{number}", **more)
        yield pending(f"WAITS{number}", reason=text, **said)
        yield follower("Refunded", f"REFUND{number}", f"HOSTILE{number}", "-5.00", **more)
        yield follower("Reversed", f"REVERSAL{number}", f"HOSTILE{number}", **more)
        yield follower("Refunded", f"PARKED{number}", f"NEVER{number}", "-5.00", **more)
        yield adjustment(f"ADJUSTED{number}", f"HOSTILE{number}", "-1.00", **more)
        yield case(f"PP-{number}", f"HOSTILE{number}", **more)
        yield case(f"PP-N{number}", f"NEVER{number}", text, **more)
        yield authorization(f"AUTH{number}", **said)
        yield capture(f"CAPTURE{number}", f"AUTH{number}", **said)
        yield order(f"ORDER{number}", **said)
        # For another shop, of a status, a type and an amount that nobody knows, and under ids that are none.
        yield payment(
            f"OTHERS{number}", **(more | {"receiver_email": text, "receiver_id": text, "business": text})
        )
        yield payment(f"STATUS{number}", status=text, **more)
        yield payment(f"TYPE{number}", **(more | {"txn_type": text}))
        yield payment(f"GROSS{number}", gross=text, **more)
        yield payment(text, **more)
        yield follower("Refunded", f"STRAY{number}", text, **more)
        yield case(text, f"HOSTILE{number}", **more)
        yield payment(f"PAYER{number}", **(more | {"payer_id": text[:200], "payment_date": text}))
        yield body(**dict.fromkeys(("a", "b", text), text))
        yield text.encode()
    for number, broken in enumerate(BYTES):
        for charset in (b"", b"UTF-8", b"gb2312", broken):
            made = payment(f"BROKEN{number}{charset.decode('ascii')}".replace("%", ""), charset="")
            names = (b"first_name", b"address_city", b"item_name", b"invoice", b"custom", b"memo", broken)
            yield made + b"".join(b"&" + name + b"=" + broken for name in names) + b"&charset=" + charset


def shapes() -> Iterator[bytes]:
    """One of each kind of message that there is, with a text in every field that decides nothing."""
    families: dict[str, bytes] = {}
    for path in sorted(BODIES.glob("*.ipn")):
        families.setdefault(path.name.partition("-")[0], path.read_bytes())
    for number, sample in enumerate(families.values()):
        text = TEXTS[number % len(TEXTS)]
        yield b"&".join(_filled(pair, text) for pair in sample.split(b"&")) + b"&charset=UTF-8"


def _filled(pair: bytes, text: str) -> bytes:
    name, _, value = pair.partition(b"=")
    known = name.decode("latin-1")
    decides = known in _DECIDING - _FREE or _DECIDING_OF_A_RECORD.fullmatch(known)
    kept = decides or known in _KEPT or not value or value.replace(b".", b"").isdigit()
    if known == "charset":
        return b"x=1"
    return pair if kept else name + b"=" + quote_plus(text).encode()
