"""Screens about the instrument itself."""
