"""Marks by which rows and files are known again, whatever they look like.

A mark depends on what a row says, not on delimiter, order, quotes, blank lines or how its dates
were written. The second of two equal rows has a mark of its own: two equal cartons are two, and
stay two when the file is read again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence

#: Changed when the marks would come out differently; files booked under another never match.
SCHEME = "delivery-row/1"


def digest(parts: Sequence[object]) -> str:
    """SHA-256 of a list of JSON values, as 64 hexadecimal digits."""
    text = json.dumps([SCHEME, *parts], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def row_marks(contents: Iterable[Sequence[object]]) -> list[str]:
    """One mark for each row's content, in the same order; equal rows are numbered."""
    seen: Counter[str] = Counter()
    marks = []
    for content in contents:
        plain = digest(content)
        seen[plain] += 1
        marks.append(digest([plain, seen[plain]]))
    return marks


def file_mark(marks: Iterable[str]) -> str:
    """One mark for a set of rows in any order."""
    return digest(sorted(marks))
