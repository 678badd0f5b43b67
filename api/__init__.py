"""DELIVERY: how people and programs reach the ledger. `compose` builds it, `cli` and `http` let people in."""
