"""What a person can do, one function each.

Screens and commands come in here and nowhere else. A desk function loads what a decision needs,
asks a domain, gets back facts or stops, and appends events in one transaction.
"""
