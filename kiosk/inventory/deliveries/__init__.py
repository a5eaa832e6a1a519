"""Suppliers' deliveries as CSV: read, checked and shown before anything is booked.

Pure: bytes in, rows and problems out. All or nothing: a file gives rows to book only when every row
of it is fine or was dropped by name.
"""
