"""An open head in CircuitPython: copy to the board as code.py. Apache-2.0, like the SMP Kiosk.

Parts: a board with USB and CircuitPython 8 or newer, an AS7341 or a TCS34725 breakout on its I2C
connector, a white LED, a push button (optional). Set the constants below, copy the library
adafruit_as7341 or adafruit_tcs34725 (with adafruit_bus_device and adafruit_register) to lib/, and
write a boot.py that gives the head a port without a console on it:

    import usb_cdc
    usb_cdc.enable(console=False, data=True)

Everything down to `main` is the protocol and knows no hardware; it also runs on a desktop Python,
which is how it is tested.
"""

import json

SENSOR = "AS7341"  # or "TCS34725"
SERIAL = "A1"  # write your own, and on the head's label too
LAMP_PIN = None  # name of the pin of a LED on a transistor, "D5"; None: the breakout's own LED
BUTTON_PIN = None  # name of the pin of a button to ground, "D6"; None: no button
LAMP_SETTLE_S = 0.1
HOTTEST_C = 60  # of the board's processor, which shares the head with the lamp

FIRMWARE = "0.3"
LONGEST_LINE = 1024


class HeadError(Exception):
    """A failure with a name of the protocol: SAT, BUSY, SENSOR, HOT."""

    def __init__(self, name, channel=None):
        super().__init__(name)
        self.name = name
        self.channel = channel


def checksum(data):
    """CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, nothing reflected."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021) if crc & 0x8000 else crc << 1
        crc &= 0xFFFF
    return crc


def number(value):
    """A number as JSON; MicroPython's and CircuitPython's json print floats with noise digits."""
    if isinstance(value, float):
        text = f"{value:.1f}"
        return text[:-2] if text.endswith(".0") else text
    return str(value)


def counts(values):
    """A frame as a JSON list."""
    return "[" + ",".join([str(value) for value in values]) + "]"


def plain(members):
    """A line of these (name, JSON) pairs."""
    return "{" + ",".join([f'"{name}":{value}' for name, value in members]) + "}"


def sealed(members):
    """A line of these pairs, with its checksum as the last member."""
    bare = plain(members)
    return f'{bare[:-1]},"crc":"{checksum(bare.encode()):04X}"}}'


def failure(tag, name, channel=None):
    """The answer that something went wrong; `tag` carries the number of the request."""
    members = list(tag)
    members.append(("err", f'"{name}"'))
    if channel is not None:
        members.append(("ch", str(channel)))
    return plain(members)


def identity(head):
    """The answer to `id`."""
    names = ",".join([f'"{name}"' for name in head.channels])
    return plain(
        [
            ("id", '"smp-head"'),
            ("proto", "1"),
            ("fw", f'"{FIRMWARE}"'),
            ("serial", f'"{head.serial}"'),
            ("ch", f"[{names}]"),
            ("full", str(head.full)),
            ("wait", str(head.wait_ms)),
        ]
    )


def answer(line, head):
    """The line that answers the request `line` (bytes without their end), or None for a blank.

    `head` has serial, channels, full, wait_ms, gain, integration_ms; lamp(on); frame() -> counts;
    settle() waits for the lamp; temperature() -> degrees C or None. It may raise HeadError.
    """
    if not line.strip():
        return None
    try:
        # str(bytes, "utf-8") also exists on CircuitPython; too long a line is no request.
        request = json.loads(str(line, "utf-8")) if len(line) <= LONGEST_LINE else None
    except (ValueError, RuntimeError):  # not UTF-8, no JSON, nested too deeply
        request = None
    if not isinstance(request, dict) or not isinstance(request.get("cmd"), str):
        return '{"err":"LINE"}'
    seq = request.get("seq")
    if seq is not None and (isinstance(seq, bool) or not isinstance(seq, int)):
        return '{"err":"LINE"}'
    tag = [] if seq is None else [("seq", str(seq))]
    command = request["cmd"]
    try:
        if command == "id":
            return identity(head)
        if command == "led":
            on = request.get("on")
            if isinstance(on, bool) or on not in (0, 1):
                return failure(tag, "ARG")
            head.lamp(on == 1)
            tag.append(("led", str(int(on))))
            return plain(tag)
        if command in ("meas", "dark"):
            return sealed(tag + measured(command, head))
    except HeadError as error:
        return failure(tag, error.name, error.channel)
    return failure(tag, "CMD")


def measured(command, head):
    """The members of a measurement: dark first, because the lamp warms what it lights."""
    members = []
    try:
        head.lamp(False)
        dark = checked(head.frame(), head)
        if command == "meas":
            head.lamp(True)
            head.settle()
            members.append(("raw", counts(checked(head.frame(), head))))
    finally:
        head.lamp(False)
    members.append(("dark", counts(dark)))
    members.append(("gain", number(head.gain)))
    members.append(("ms", number(head.integration_ms)))
    celsius = head.temperature()
    if celsius is not None:
        members.append(("t", number(celsius)))
    return members


def checked(frame, head):
    """The frame, if no channel is blinded."""
    for channel, count in enumerate(frame):
        if count >= head.full:
            raise HeadError("SAT", channel)
    return frame


class Reader:
    """Collects bytes into lines; a line that is too long is dropped, and remembered as one."""

    def __init__(self):
        self.buffer = b""

    def feed(self, data):
        """The lines that these bytes end; a line beyond the longest comes out cut, for LINE."""
        lines = (self.buffer + data).split(b"\n")
        # One byte more than allowed stays, so that the line is still known to be too long.
        self.buffer = lines.pop()[: LONGEST_LINE + 1]
        return [line[: LONGEST_LINE + 1] for line in lines]


def main():
    """Serve requests for ever. All that touches hardware is in here."""
    import time

    import board
    import digitalio
    import microcontroller
    import usb_cdc

    class Head:
        serial = SERIAL

        def __init__(self):
            self.pin = None
            if LAMP_PIN is not None:
                self.pin = digitalio.DigitalInOut(getattr(board, LAMP_PIN))
                self.pin.switch_to_output(False)

        def lamp(self, on):
            if on and self.temperature() > HOTTEST_C:
                raise HeadError("HOT")
            self.switch(on)

        def switch(self, on):
            if self.pin is not None:
                self.pin.value = on

        def settle(self):
            time.sleep(LAMP_SETTLE_S)

        def frame(self):
            try:
                return self.expose()
            except OSError:
                raise HeadError("SENSOR") from None

        def temperature(self):
            return microcontroller.cpu.temperature

    class As7341Head(Head):
        channels = ("415", "445", "480", "515", "555", "590", "630", "680")
        gain = 16
        integration_ms = 182  # a frame takes two: the sensor has six converters
        full = 65535
        wait_ms = 1200

        def __init__(self):
            super().__init__()
            from adafruit_as7341 import AS7341, Gain

            self.sensor = AS7341(board.I2C())
            self.sensor.gain = Gain.GAIN_16X
            self.sensor.atime = 100
            self.sensor.astep = 647  # 101 * 648 * 2.78 us = 182 ms
            self.sensor.led_current = 12

        def switch(self, on):
            super().switch(on)
            if self.pin is None:
                self.sensor.led = on

        def expose(self):
            return tuple(self.sensor.all_channels)[:8]

    class Tcs34725Head(Head):
        channels = ("R", "G", "B", "C")
        gain = 16
        integration_ms = 154
        full = 65535
        wait_ms = 1200

        def __init__(self):
            super().__init__()
            from adafruit_tcs34725 import TCS34725

            self.sensor = TCS34725(board.I2C())
            self.sensor.integration_time = 154
            self.sensor.gain = 16

        def expose(self):
            # The sensor runs all the time: the frame that has begun saw the lamp change.
            time.sleep(2 * self.integration_ms / 1000)
            return tuple(self.sensor.color_raw)

    port = usb_cdc.data
    port.timeout = 0
    head = As7341Head() if SENSOR == "AS7341" else Tcs34725Head()
    head.lamp(False)
    button = None
    if BUTTON_PIN is not None:
        button = digitalio.DigitalInOut(getattr(board, BUTTON_PIN))
        button.switch_to_input(digitalio.Pull.UP)
    reader = Reader()
    greeted = False
    was_up = True
    while True:
        waiting = port.in_waiting
        for line in reader.feed(port.read(waiting)) if waiting else ():
            reply = answer(line, head)
            if reply is not None:
                greeted = True
                port.write(reply.encode() + b"\n")
        is_up = button is None or button.value
        # Nobody is told of presses before somebody has asked who is there.
        if was_up and not is_up and greeted:
            port.write(b'{"evt":"button"}\n')
        was_up = is_up
        time.sleep(0.01)


if __name__ == "__main__":
    main()
