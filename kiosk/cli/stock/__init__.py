"""Commands of the stock manager, one file for each group or step."""
