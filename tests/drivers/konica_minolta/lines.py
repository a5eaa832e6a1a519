"""Lines as the two published programs send and expect them; values are made up."""

from __future__ import annotations

IDR = b"IDR\r\n"
STR = b"STR\r\n"
CPR = b"CPR\r\n"
OK = b"OK00\r\n"

# CM-700d: one program that cites the maker's communication specification, revision 1.33.
ID_700 = b"OK00,0100,1010000,00012345,0,400,700,10\r\n"
READY_700 = b"OK00,1,0,3,01700,00000,0000,0,0\r\n"
MAV_SCI_700 = b"OK00,2,1,00,03,01\r\n"
OPEN_700 = [(IDR, ID_700), (CPR, MAV_SCI_700), (b"SWS,0\r\n", OK)]

VALUES_700 = [1523 + 78 * band for band in range(31)]
DATA_700 = b"OK00," + ",".join(str(v) for v in VALUES_700).encode() + b"\r\n"
CHECKS_700 = [(CPR, MAV_SCI_700), (STR, READY_700)]
READING_700 = [
    *CHECKS_700,
    (b"MES,1\r\n", OK),
    (STR, b"ER35\r\n"),
    (STR, READY_700),
    (b"MDR,1\r\n", DATA_700),
]

# CM-2600d: color4j.
ID_2600 = b"OK00,03,112,10001234,0,360,740,10\r\n"
READY_2600 = b"OK00,0,0,3,1700,0000,0000\r\n"
MAV_SCI_2600 = b"OK00,0,0\r\n"
OPEN_2600 = [(IDR, ID_2600), (CPR, MAV_SCI_2600), (b"SWE\r\n", OK)]

VALUES_2600 = [12.31 + 1.5 * band for band in range(39)]
DATA_2600 = b"OK00," + ",".join(f"{v:.2f}" for v in VALUES_2600).encode() + b"\r\n"
OTHER_2600 = b"OK00," + ",".join(f"{v + 3:.2f}" for v in VALUES_2600).encode() + b"\r\n"
CHECKS_2600 = [(CPR, MAV_SCI_2600), (STR, READY_2600), (STR, READY_2600)]
READING_2600 = [*CHECKS_2600, (b"MES\r\n", DATA_2600), (STR, READY_2600)]
