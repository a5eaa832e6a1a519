"""Prints what spotread prints, for a person whose part a test plays; never touches a device.

The texts are those of ArgyllCMS's spotread.c and instappsup.c. STAND_IN chooses what happens,
STAND_IN_LOG names a file for the arguments and every key. Runs by itself: standard library only.
"""

import os
import sys
import time
import tty

MODE = os.environ.get("STAND_IN", "")
VALUES = [12.345 + 0.5 * band for band in range(36)]
SWITCH = "instrument switch or " if MODE.startswith("switch") else ""


def log(text):
    with open(os.environ["STAND_IN_LOG"], "a") as file:
        file.write(text + "\n")


def say(text):
    os.write(1, text.encode())


def key():
    pressed = os.read(0, 1).decode()
    log(repr(pressed))
    if not pressed:
        sys.exit(0)
    return pressed


def arrange(words):
    say(f"{words},\n and then hit any key to continue,\n or hit Esc or Q to abort:")
    pressed = key()
    say("\n")
    if pressed in "qQ\x1b":
        say("\nSpot read got abort or error from calibration\n")
        sys.exit(0)


def calibrate():
    white = "Place the instrument on its reflective white reference S/N 1062057"
    if MODE == "dark":
        arrange("Place the instrument in the dark, not in contact with any surface")
    elif MODE == "dial":
        for _ in range(2):  # wrong the first time
            arrange("Set instrument sensor to calibration position")
    elif MODE == "two-lines":
        arrange(
            "Place cap on the instrument, or place in on a dark surface,\n"
            "or place on the white calibration reference"
        )
    elif MODE == "click":
        say("Click the instrument on its reflective white reference S/N 1,\n")
        say(" or hit Esc or Q to abort:")
        time.sleep(0.05)
        say("\n")
    elif MODE == "bad-white":
        arrange(white)
        say("Calibration failed with 'Measurement misread' (White calibration reading is")
        say(" inconsistent)\nHit any key to retry, or Esc or Q to abort:\n")
        key()
        say("\n")
    if MODE != "click":
        arrange(white)
    say("Calibration complete\n")


def ready():
    say("\nPlace instrument on spot to be measured,\n")
    say("and hit [A-Z] to read white and setup FWA compensation (keyed to letter)\n")
    say("[a-z] to read and make FWA compensated reading from keyed reference\n")
    say("'r' to set reference, 's' to save spectrum,\n")
    say("'h' to toggle high res., 'k' to do a calibration\n")
    say(f"Hit ESC or Q to exit, {SWITCH}any other key to take a reading: ")


def result():
    values = [value + readings - 1 for value in VALUES]
    shown = [f"{value:8.3f}" for value in values]
    steps, end = 36, 730.0
    if os.environ.get("LC_ALL") != "C":
        shown = [text.replace(".", ",") for text in shown]
    if MODE == "missing-band":
        shown.pop()
    elif MODE == "nan":
        shown[7] = "     nan"
    elif MODE == "overrange":
        shown[7] = " 256.800"
    elif MODE == "high-resolution":
        steps, end = 36, 500.0
    if MODE != "no-spectrum":
        say(f"Spectrum from {380.0:f} to {end:f} nm in {steps} steps\n{', '.join(shown)}\n")
    say("\n Result is XYZ: 10.012345 11.023456 12.034567, D50 Lab: 39.5 -2.1 3.2\n")


def retry(words):
    say(f"\n\nSpot read failed due to {words}\n")
    say("Hit Esc or Q to give up, any other key to retry:")
    pressed = key()
    say("\n")
    if pressed in "qQ\x1b":
        sys.exit(0)


log(repr(sys.argv[1:]))
log(f"LC_ALL={os.environ.get('LC_ALL')} argyll={[n for n in os.environ if n.startswith('ARGYLL')]}")
tty.setcbreak(0)
if MODE == "none":
    say("Diagnostic: Unknown, inappropriate or no instrument detected\n")
    say("Measure spot values, Version 2.3.1\nusage: spotread [-options] [logfile]\n")
    say(" -v                   Verbose mode\n")
    sys.exit(1)
if MODE == "mute":
    time.sleep(60)
if MODE == "stubborn":
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
say("Connecting to the instrument ..\n")
if MODE == "colorimeter":
    say("Need spectral information for custom illuminant or observer\n")
    say("and instrument doesn't support it\n")
    sys.exit(1)
say("Instrument Type:   X-Rite i1 Pro 2\nSerial Number:     1062057\nFirmware version:  634\n")
say("Init instrument success !\n")
if os.environ.get("STAND_IN_CALIBRATED") != "1":
    say("\nSpot read needs a calibration before continuing\n")
    calibrate()
readings = 0
while True:
    ready()
    if MODE == "switch-press" and not readings:
        time.sleep(0.1)
    pressed = " " if MODE == "switch-press" and not readings else key()
    if pressed in "qQ\x1b":
        say("\n\nSpot read stopped at user request!\n")
        say("Hit Esc or Q to give up, any other key to retry:")
        if MODE == "stubborn":
            time.sleep(60)
        if key() in "qQ\x1b":
            say("\n")
            sys.exit(0)
        say("\n")
        continue
    if pressed == "k":
        say("\nDoing a calibration\n")
        calibrate()
        continue
    readings += 1
    if MODE == "misread" and readings == 1:
        retry("misread (Sensor is not moving)")
    elif MODE == "too-bright" and readings == 1:
        retry("misread (Sensor is saturated)")
    elif MODE == "unplugged":
        retry("communication problem.")
    elif MODE == "wrong-position" and readings == 1:
        say("\n\nSpot read failed due to the sensor being in the wrong position\n")
        say("(Sensor position)\n")
    elif MODE == "fatal":
        say("\n\nGot fatal error 'Hardware failure' (Lamp failed)\n")
        sys.exit(1)
    elif MODE == "crash":
        os.abort()
    elif MODE == "hang":
        time.sleep(60)
    elif MODE == "drifted" and readings == 1:
        say("\n\nSpot read failed because instruments needs calibration.\n")
        calibrate()
    else:
        result()
        if MODE == "recalibrate-after" and readings == 1:
            say("\nSpot read needs a calibration before continuing\n")
            calibrate()
