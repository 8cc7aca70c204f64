"""The stub of PayPal vouches for whatever it is asked, over one connection or many."""

import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scripts.measuring.houses import paypal
from scripts.measuring.paypal_stub import ANSWER

ASKED = b"POST /cgi-bin/webscr HTTP/1.1\r\nHost: x\r\ncontent-length: 5\r\n\r\na=b&c"


def heard(door: socket.socket, count: int) -> bytes:
    told = b""
    while len(told) < count * len(ANSWER):
        piece = door.recv(65_536)
        assert piece, "it hung up"
        told += piece
    return told


@pytest.mark.parametrize("seconds", [0.0, 0.05])
def test_it_answers_each_request_however_it_comes(tmp_path: Path, seconds: float) -> None:
    with paypal(tmp_path, seconds) as url:
        place = urlsplit(url)
        with socket.create_connection((str(place.hostname), int(place.port or 0))) as door:
            began = time.monotonic()
            door.sendall(ASKED * 2 + ASKED[:30])
            assert heard(door, 2) == ANSWER * 2
            assert time.monotonic() - began >= seconds
            door.sendall(ASKED[30:])
            assert heard(door, 1) == ANSWER
