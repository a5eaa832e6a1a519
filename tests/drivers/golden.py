"""Frames captured between the maker's program and real units.

From the dump published with itohio/color-science (MIT). Device id and serial number are synthetic,
of the original length, with the checksum computed again.
"""

ID0 = bytes.fromhex(
    "aa0a00000056001903534430303030543030310000000000000000000000"
    "00000000000000000043523330000000000000000000000000000000ff59"
)
ID1 = bytes.fromhex(
    "aa0a0100000000000000000000000000000000434d303030543030303100"
    "000000000000000000000000000000000000005631312e332e000000ff30"
)
ID2 = bytes.fromhex(
    "aa0a020000302e302e323032333132313900000000000000000000000056"
    "31302e302e302e300000000000000000000000000000000000000000ffd6"
)
ID3 = bytes.fromhex(
    "aa0a03000000000000000000000000000000000200000000000000000000"
    "00000000000000000000000000000000000000000000000000000000ffb8"
)
JOB_TX = bytes.fromhex(
    "bb130000000000000000000000436865636b000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000ffab"
)
JOB_RX = bytes.fromhex(
    "bb13000000254fea68684fea68436865636b000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000ff7a"
)
WCAL = bytes.fromhex(
    "bb1100000000010000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000ffcc"
)
BCAL = bytes.fromhex(
    "bb1000000000010000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000ffcb"
)
TRIG = bytes.fromhex(
    "bb0100000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000ffbb"
)
HDR = bytes.fromhex(
    "bb010900281f0a0000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000ff15"
)

# White tile, asked for by the host; a second trigger 3.7 minutes later gave the same bytes.
T10 = bytes.fromhex(
    "bb01100000003a448a420e3c93427e1a994279569b42e5dc9a42682b9a42"
    "25c39a42d06b9b423a819c427d589d4248f99c4242209c4200000000ffe7"
)
T11 = bytes.fromhex(
    "bb0111000000c7ef9a42cb279a42df6b9a42f10c9b4299bb9b42a2859c42"
    "f2479c42a4e29a4251f4984212739742c5ee964279be964200000000fff2"
)
T12 = bytes.fromhex(
    "bb0112000000faf1964218739842fb2199421dad99429e4a99426f8b9842"
    "fb749742000000000000000000000000000000000000000000000000ff70"
)

# A dark cyan sample, asked for by the host.
S10 = bytes.fromhex(
    "bb01100000002e3bb0406d38e6406afd0041ca9f0941ef301341df221f41"
    "b0902b41d194394174874941dc9759414b4d6641f179684100000000ff8d"
)
S11 = bytes.fromhex(
    "bb0111000000186d5d4196414841a8773041f65b1941042705419cc7e940"
    "7452cd400644ae4008459340f37d8740ccab8b40b1e68d4000000000ff8f"
)
S12 = bytes.fromhex(
    "bb0112000000a3238b40469d8a40e9518d40caa19340cf8f9a40cbe8a040"
    "6b12a640000000000000000000000000000000000000000000000000ff7e"
)

# Unasked, after the button was pressed: a sample, and a gated white calibration.
BTN = bytes.fromhex(
    "bb010900281f0a000000000000000000000000000000000100000000e007"
    "00000e0000005c0000200000000040100040b82500201b6700005c0000f3"
)
GAT = bytes.fromhex(
    "bb010900281f0a000000000000000000000000000000000101000000e007"
    "00000e0000005c0000200000000040100040b82500201b6700005c0000f4"
)

#: The maker's display for the two spectra, D65 and 10 degrees.
TILE_LAB = (90.52, -0.98, 0.06)
CYAN_LAB = (36.62, -20.74, -2.87)

#: Checksums of requests as captured, by bytes 0..2.
REQUEST_CHECKSUMS = {
    (0xAA, 0x0A, 0x00): 0xB3,
    (0xAA, 0x0A, 0x01): 0xB4,
    (0xAA, 0x0A, 0x02): 0xB5,
    (0xAA, 0x0A, 0x03): 0xB6,
    (0xBB, 0x11, 0x00): 0xCB,
    (0xBB, 0x10, 0x00): 0xCA,
    (0xBB, 0x01, 0x00): 0xBB,
    (0xBB, 0x01, 0x10): 0xCB,
    (0xBB, 0x01, 0x11): 0xCC,
    (0xBB, 0x01, 0x12): 0xCD,
}


def request(*head: int) -> bytes:
    """The request that starts with these three bytes, with its captured checksum."""
    return bytes(head) + bytes(55) + bytes([0xFF, REQUEST_CHECKSUMS[head[0], head[1], head[2]]])


ASK0, ASK1, ASK2 = (request(0xAA, 0x0A, part) for part in range(3))
CHUNK0, CHUNK1, CHUNK2 = (request(0xBB, 0x01, part) for part in (0x10, 0x11, 0x12))
ASK_WHITE = request(0xBB, 0x11, 0x00)
ASK_BLACK = request(0xBB, 0x10, 0x00)

#: What a driver says and hears when it opens a unit, and when it reads once.
OPENING = [(ASK0, ID0), (ASK1, ID1), (ASK2, ID2)]
TILE_CHUNKS = [(CHUNK0, T10), (CHUNK1, T11), (CHUNK2, T12)]
CYAN_CHUNKS = [(CHUNK0, S10), (CHUNK1, S11), (CHUNK2, S12)]
TILE_READING = [(TRIG, HDR), *TILE_CHUNKS]
CYAN_READING = [(TRIG, HDR), *CYAN_CHUNKS]


def with_bytes(frame: bytes, offset: int, new: bytes) -> bytes:
    """`frame` with other bytes at `offset` and the checksum made right."""
    body = bytearray(frame[:59])
    body[offset : offset + len(new)] = new
    return bytes(body) + bytes([sum(body) % 256])


def spoiled(frame: bytes) -> bytes:
    """`frame` with a wrong checksum."""
    return frame[:59] + bytes([frame[59] ^ 0x01])
