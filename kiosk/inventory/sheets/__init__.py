"""Stock lists as CSV that a spreadsheet shows and never runs. Pure: rows in, text out."""
