"""The schema's history, one Alembic script for each revision.

To add one: write versions/0002_*.py by hand, add its id below, and let the tests say whether the
migrated schema equals tables.py on both back ends. Two traps: on SQLite a batch operation copies
a table and forgets its triggers, so a batch on `ledger` must create the guards again; and a
revision that has been released is never edited.
"""

#: Oldest first; the last is what this version of the program works with.
REVISIONS: tuple[str, ...] = ("0001",)
