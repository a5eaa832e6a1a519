"""The rules, each group a function from a case to the reasons that match."""
