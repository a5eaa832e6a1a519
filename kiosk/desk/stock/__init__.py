"""The stock counter: everything that is done to products, lots and bottles."""

from kiosk.desk.stock.bottles import dispense, open_bottle, record_opening, require_volume
from kiosk.desk.stock.catalogue import add_product
from kiosk.desk.stock.judging import quarantine, reject, release
from kiosk.desk.stock.receiving import Delivery, receive
from kiosk.desk.stock.shelf import find_bottle, find_lot, list_stock, next_bottles

__all__ = [
    "Delivery",
    "add_product",
    "dispense",
    "find_bottle",
    "find_lot",
    "list_stock",
    "next_bottles",
    "open_bottle",
    "quarantine",
    "receive",
    "record_opening",
    "reject",
    "release",
    "require_volume",
]
