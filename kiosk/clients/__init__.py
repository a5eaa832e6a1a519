"""People in the chair: pseudonymous ids and where they are read."""
