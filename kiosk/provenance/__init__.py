"""Questions to the ledger: what happened, and what came of it."""
