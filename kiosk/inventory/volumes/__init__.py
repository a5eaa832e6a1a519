"""Volumes of bottles: how they are written, moved, corrected, weighed, dropped and merged.

Pure: whole microlitres in and out; spreads are floats.
"""
