"""Recall notices: their file, what they match in stock, and what a match sets in motion.

Pure decisions: nothing here reads a clock, a database or the lots' own tables.
"""
