"""Pictures for a repository: a PNG of Chromium's written anew with a palette, a third as large."""

import struct
import zlib
from collections import Counter
from functools import cache

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS_MAX = 256
_BYTES_A_PIXEL = {2: 3, 6: 4}  # by the kind of colour: red, green, blue; the same and how opaque


def small(png: bytes) -> bytes:
    """The same picture in its most frequent colours; it must be of eight bits and not interlaced."""
    width, height, rows = _read(png)
    count = Counter(pixel for row in rows for pixel in row)
    palette = [colour for colour, _ in count.most_common(COLOURS_MAX)]

    @cache
    def place(colour: bytes) -> int:
        return min(range(len(palette)), key=lambda n: _distance(palette[n], colour))

    lines = b"".join(b"\0" + bytes(map(place, row)) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", b"".join(palette)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _read(png: bytes) -> tuple[int, int, list[list[bytes]]]:
    assert png.startswith(SIGNATURE)
    at, data, header = len(SIGNATURE), b"", b""
    while at < len(png):
        (length,), name = struct.unpack_from(">I", png, at), png[at + 4 : at + 8]
        if name == b"IHDR":
            header = png[at + 8 : at + 8 + length]
        elif name == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    width, height, bits, kind, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    assert (bits, interlaced) == (8, 0)
    step = _BYTES_A_PIXEL[kind]
    return width, height, _unfiltered(zlib.decompress(data), width * step, step)


def _unfiltered(data: bytes, length: int, step: int) -> list[list[bytes]]:
    """Each line is written as what differs from its neighbours."""
    rows, above = [], bytes(length)
    for start in range(0, len(data), length + 1):
        line = bytearray(data[start + 1 : start + 1 + length])
        _add(data[start], line, above, step)
        above = bytes(line)
        rows.append([above[n : n + 3] for n in range(0, length, step)])
    return rows


def _add(kind: int, line: bytearray, above: bytes, step: int) -> None:
    """Add to each byte what it was guessed to be: from the left, from above, from both, or Paeth's way."""
    if kind == 0:
        return
    if kind == 2:
        line[:] = bytes((a + b) & 255 for a, b in zip(line, above, strict=True))
        return
    for n in range(len(line)):
        left, corner = (line[n - step], above[n - step]) if n >= step else (0, 0)
        up = above[n]
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
            guess = (
                left if to_left <= to_up and to_left <= to_corner else up if to_up <= to_corner else corner
            )
        line[n] = (line[n] + guess) & 255
