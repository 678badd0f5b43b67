"""Licensed copies: one mark id each, so that a file that leaks names the licensee it was made for."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.ids import AssetId, LicenceId, MarkId, PartyId, derive


@dataclass(frozen=True)
class Copy:
    """The tile of a licence, marked for its licensee alone. `sha256` names its signed file."""

    mark: MarkId
    asset: AssetId
    licence: LicenceId
    licensee: PartyId
    sha256: str
    manifest: str
    made_at: str


def copy_mark(ledger: str, licence: LicenceId, attempt: int = 0) -> MarkId:
    """The 48-bit mark id of a licence's copy, never 0; `attempt` counts up when the number is taken."""
    return MarkId(int(derive("copy mark", ledger, licence, attempt)[:12], 16) or 1)
