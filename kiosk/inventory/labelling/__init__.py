"""Bottle labels as bytes: a PDF sheet, a label printer, a receipt printer, plain text.

Pure: what is sent to a printer, and how, is decided by who calls.
"""
