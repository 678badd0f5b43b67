"""Where a registry is said to have registered the sample claim's collection."""

from __future__ import annotations

from provenance.confirmation import Confirmation

SAID = Confirmation(
    chain_id=31337,
    contract="0xABC123DEF4567890ABCDEF1234567890ABCDEF12",
    collection="7",
    transaction="0x" + "1f" * 32,
    block=12,
    block_hash="0x" + "2e" * 32,
    log_index=3,
)
