"""SMP Kiosk: from a colorimeter's bytes to a mix that an outsider can check."""

__version__ = "0.1.0"
