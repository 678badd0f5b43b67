"""A picture seen in the wild, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger.domain.ids import AssetId, FindingId, LicenceId, MarkId, PartyId, ScanId
from ledger.domain.use import Use


class Verdict(StrEnum):
    """How sure forensics is. Only PROVEN may be billed."""

    PROVEN = "proven"
    LIKELY = "likely"
    NONE = "none"


class Standing(StrEnum):
    """LICENSED: a grant covers the use. UNLICENSED: none does. UNATTRIBUTED: nobody is known to use it."""

    LICENSED = "licensed"
    UNLICENSED = "unlicensed"
    UNATTRIBUTED = "unattributed"


@dataclass(frozen=True)
class Sighting:
    """Who was seen doing what with the picture."""

    seller: PartyId
    use: Use


@dataclass(frozen=True)
class Finding:
    """Evidence of one use, judged. `p_value` is a decimal string; `evidence` is what forensics measured.

    `copy` is the licence whose own copy of the tile was seen, by its mark id. `held` says why the finding is
    not billed before a person has looked at it, None when nothing speaks against it.
    """

    id: FindingId
    scan: ScanId
    picture: str
    picture_sha256: str
    asset: AssetId
    mark: MarkId | None
    verdict: Verdict
    p_value: str
    evidence: Mapping[str, Any]
    sighting: Sighting | None
    standing: Standing
    licence: LicenceId | None
    judged_at: str
    copy: LicenceId | None = None
    held: str | None = None
