"""Setting up a scanner: one known code is printed, scanned, and compared with what arrived."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.inventory.scanning.element_strings import GS
from kiosk.inventory.scanning.keyboards import ALPHABET
from kiosk.inventory.scanning.settings import DEFAULT, ScannerSettings

#: The elements of the code to print as GS1 DataMatrix: a number of the GS1 demo range, a lot, and
#: under AI 91 every character a value may have, bar the dead keys. The lot ends with a separator.
TEST_ELEMENTS = (("01", "09521234543213"), ("10", "SMPK-SET-UP"), ("91", ALPHABET[1:]))
#: What a scanner sends for it, without its symbology identifier.
TEST_CODE = f"010952123454321310SMPK-SET-UP{GS}91{ALPHABET[1:]}"
#: It may also be printed as a GS1 QR code.
_PREFIXES = ("]d2", "]Q3", "")
_LONGEST_SEPARATOR = 5
_SERIAL = "Or use the scanner as a serial port (USB-CDC): it then sends exact bytes."


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a scanner cannot be used as it is, and what to do."""

    sentence: str
    mend: str


def learn(
    received: str, known: str = TEST_CODE, base: ScannerSettings = DEFAULT
) -> ScannerSettings | Trouble:
    """What the scanner does to `known`, from what arrived, the end of the line included.

    `base` gives what a set-up cannot see (times, port). Learned are: symbology identifier, form of
    the separator, layout of the keyboard, and whether a key ends the scan.
    """
    body = received.strip("\r\n\t")
    before, _, after = known.partition(GS)
    for prefix in _PREFIXES:
        sent = prefix + before
        separator = body[len(sent) : len(body) - len(after)]
        if len(body) < len(sent) + len(after) or len(separator) > _LONGEST_SEPARATOR:
            continue
        tail = body[len(body) - len(after) :]
        came = dict(zip(sent + after, body[: len(sent)] + tail, strict=True))
        if not _same_each_time(sent + after, body[: len(sent)] + tail, came):
            continue
        return _settle(came, separator, bool(prefix), received, base)
    return Trouble(
        "What arrived is not the set-up code, or characters were lost or added on the way.",
        "Scan the printed set-up code again, slowly, with nothing else typed. If it stays so, "
        f"set the scanner's keyboard country to that of this computer. {_SERIAL}",
    )


def _same_each_time(sent: str, arrived: str, came: dict[str, str]) -> bool:
    return all(came[s] == a for s, a in zip(sent, arrived, strict=True))


def _settle(
    came: dict[str, str], separator: str, prefix: bool, received: str, base: ScannerSettings
) -> ScannerSettings | Trouble:
    if came["e"] == "E":
        return Trouble(
            "CapsLock is on: capital and small letters arrive exchanged.",
            "Switch CapsLock off, on the keyboard and in the scanner, and scan the code again.",
        )
    if len(set(came.values())) != len(came):
        return Trouble(
            "Several characters arrive as the same one, so a lot could not be told from another.",
            f"Set the scanner's keyboard country to that of this computer. {_SERIAL}",
        )
    if not separator:
        return Trouble(
            "The scanner drops the group separator: a lot would swallow the expiry behind it.",
            "Set the scanner to send control characters, or to replace GS (0x1D) by {GS}. "
            f"{_SERIAL}",
        )
    if len(separator) == 1 and separator in came.values():
        return Trouble(
            f"The group separator arrives as '{separator}', which a lot may contain.",
            "Set the scanner to replace GS (0x1D) by {GS}.",
        )
    # Without a symbology identifier nobody saw what "]" becomes, and nobody needs it.
    unseen = "]" if "]" not in came.values() else "\x00"
    return replace(
        base,
        prefix=prefix,
        separator=separator,
        separator_proven=True,
        arrives_as="".join(came.get(character, unseen) for character in ALPHABET),
        end="key" if received[-1:] in {"\r", "\n", "\t"} else "silence",
    )
