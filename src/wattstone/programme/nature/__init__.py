"""Nature: a ledger of areas without double counting, and what grows on them."""
