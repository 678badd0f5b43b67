"""Proof bundles: one file that proves a tile, a licence, a finding or an invoice to whoever holds the roots.

`gather` writes one from a ledger, `check` needs none. The format is docs/proofs.md.
"""
