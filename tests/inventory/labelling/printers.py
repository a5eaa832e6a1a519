"""Two small printers: they obey what they know, and fail on everything else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass
class Format:
    """One ZPL label as the printer understood it."""

    width: int = 0
    height: int = 0
    unicode: bool = False
    copies: int = 0
    texts: list[tuple[int, int, int, str]] = field(default_factory=list)
    """(x, y, letter height, text)."""
    codes: list[tuple[int, int, int, str]] = field(default_factory=list)
    """(x, y, magnification, field data)."""


def _field_data(data: str, hexadecimal: bool) -> str:
    assert "^" not in data
    assert "~" not in data
    if not hexadecimal:
        return data
    raw = re.sub(rb"_([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), data.encode("ascii"))
    return raw.decode("utf-8")


def zpl_printer(stream: bytes) -> list[Format]:
    """Obey a stream of formats; any command outside the small set is a failure."""
    text = stream.decode("ascii")
    assert "~" not in text, "a control command"
    done: list[Format] = []
    current: Format | None = None
    place, font, code, hexadecimal = (0, 0), 0, 0, False
    head, *commands = text.split("^")
    assert head == ""
    for command in commands:
        name, parameters = command[:2], command[2:].removesuffix("\n")
        if name == "XA":
            assert current is None
            current = Format()
            continue
        assert current is not None, f"^{name} outside a format"
        if name == "XZ":
            done.append(current)
            current = None
        elif name == "CI":
            current.unicode = parameters == "28"
        elif name == "PW":
            current.width = int(parameters)
        elif name == "LL":
            current.height = int(parameters)
        elif name == "LH":
            assert parameters == "0,0"
        elif name == "PQ":
            current.copies = int(parameters)
        elif name == "FO":
            x, y = parameters.split(",")
            place, font, code, hexadecimal = (int(x), int(y)), 0, 0, False
        elif name == "A0":
            orientation, height, width = parameters.split(",")
            assert (orientation, height) == ("N", width)
            font = int(height)
        elif name == "BQ":
            orientation, model, factor = parameters.split(",")
            assert (orientation, model) == ("N", "2")
            code = int(factor)
        elif name == "FH":
            assert parameters == ""
            hexadecimal = True
        elif name == "FD":
            data = _field_data(parameters, hexadecimal)
            if code:
                current.codes.append((*place, code, data))
            else:
                current.texts.append((*place, font, data))
        else:
            assert name == "FS", f"^{name}"
    assert current is None
    return done


@dataclass
class Slip:
    """One piece of paper off a receipt printer."""

    lines: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    fed: int = 0


def receipt_printer(stream: bytes) -> list[Slip]:
    """Obey ESC/POS; any control byte or command outside the small set is a failure."""
    slips: list[Slip] = []
    slip, line, page, stored, at = Slip(), "", "", b"", 0
    qr: dict[int, bytes] = {}

    def take(count: int) -> bytes:
        nonlocal at
        part = stream[at : at + count]
        assert len(part) == count, "cut off"
        at += count
        return part

    while at < len(stream):
        byte = take(1)
        if byte == b"\x1b":
            command = take(1)
            if command == b"@":
                slip, line, page = Slip(), "", "cp437"
            elif command == b"t":
                page = {16: "cp1252"}[take(1)[0]]
            else:
                assert command == b"d", command
                slip.fed += take(1)[0]
        elif byte == b"\x1d":
            command = take(1)
            if command == b"V":
                assert take(2) == b"B\x00"
                assert line == ""
                slips.append(slip)
                slip = Slip()
                continue
            assert command + take(1) == b"(k", command
            body = take(int.from_bytes(take(2), "little"))
            assert body[0] == 49, "not a QR function"
            function, parameters = body[1], body[2:]
            if function == 80:
                assert parameters[:1] == b"0"
                stored = parameters[1:]
            elif function == 81:
                assert parameters == b"0"
                assert qr == {65: b"2\x00", 67: b"\x06", 69: b"2"}
                slip.codes.append(stored.decode("ascii"))
            else:
                qr[function] = parameters
        elif byte == b"\n":
            slip.lines.append(line)
            line = ""
        else:
            assert byte >= b" ", byte
            assert byte != b"\x7f"
            line += byte.decode(page)
    assert line == ""
    assert slip == Slip(), "paper left in the printer"
    return slips
