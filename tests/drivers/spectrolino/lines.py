"""Lines in the documented form. Numbers are given as a program other than ours packs them."""

from __future__ import annotations

import array

RESET = b";5A010405\r\n"
DONE = b":1F0000\r\n"
TARGET = b";2B\r\n"
# name(18) serial(2) software(2) year month day hour minute tech(1) first(2) count(2) step(2)
UNIT = (
    b":31"
    + b"Spectrolino".hex().upper().encode().ljust(36, b"0")
    + b"3930"  # 12345 = 0x3039, low byte first
    + b"0002"  # 512
    + b"CE07"  # 1998
    + b"0500"
    + b"0B00"
    + b"0900"
    + b"1E00"
    + b"02"
    + b"7C01"  # 380 = 0x017C
    + b"2400"  # 36
    + b"0A00"
    + b"\r\n"
)
SET = b";1601010201\r\n"
REFLECTANCE = b";4D9B\r\n"
OFF = b";33000100\r\n"
ON = b";33000000\r\n"
ASK = b";00\r\n"
NO_FILTER = b":0B0101020101\r\n"
UV_CUT = b":0B0101020105\r\n"
WHITE = b";220907\r\n"
WHITE_OK = b":2513\r\n"
MEASURE = b";20\r\n"
MEASURED = b":2500\r\n"
NEWS = b";07\r\n"
NEW = b":120109\r\n"
NOTHING_NEW = b":120009\r\n"
FETCH = b";B80900\r\n"

OPENING = [
    (TARGET, UNIT),
    (RESET, DONE),
    (SET, DONE),
    (REFLECTANCE, DONE),
    (OFF, DONE),
    (ASK, NO_FILTER),
]
CALIBRATION = [(ASK, NO_FILTER), (WHITE, WHITE_OK), (ASK, NO_FILTER)]

VALUES = [0.125 + band / 64 for band in range(36)]


def spectrum(values: list[float] = VALUES, after: str = "01010102", bits: str = "0000") -> bytes:
    """The answer with these values; `after` is reference, filter, white base and a constant."""
    floats = array.array("f", values)  # the machine's own order, which here is little-endian
    return b":B90900" + floats.tobytes().hex().upper().encode() + f"{after}{bits}\r\n".encode()


SPECTRUM = spectrum()
READING = [(MEASURE, MEASURED), (NEWS, NEW), (FETCH, SPECTRUM)]
