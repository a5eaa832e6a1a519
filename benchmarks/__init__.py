"""Speed as ratios within one run: `python -m benchmarks [name ...]`, from the project's folder.

Milliseconds drift by a third within an hour on a shared machine, so everything is measured beside
something to compare it with, in turns, and a table says how it stands to its budget. Nothing here
fails a build; what must not drift (which modules are imported, how many objects live) is tested.
"""
