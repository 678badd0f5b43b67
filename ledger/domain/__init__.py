"""Pure rules of the ledger: standard library only, no clock, no randomness, no input or output."""
