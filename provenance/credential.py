"""What a verified manifest says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from provenance.claim import Drawn
from provenance.confirmation import Confirmation
from provenance.identity import NamedActor
from provenance.influences import Influence


@dataclass(frozen=True)
class Credential:
    """Statements read from a manifest that is trusted and bound to the verified bytes.

    `marks` and `fingerprints` map an algorithm name (reverse-DNS) to its value. `registration` is a
    CAIP-19 asset identifier. `signed_at` is the trusted time-stamp authority's time (ISO 8601, UTC).
    `claim` is the whole manifest as read, for display and archives. `influences` is empty
    in claims written before they were told. `recipe` is empty and `drawn` given for what a person drew: the
    certifier's statement in it is theirs to check (`provenance.certifying`). `confirmation` is the
    transaction of the registration; where an update manifest tells it, `update` is that one's label, and
    everything else is of the manifest that it updates. `named` is the studio that the claim's identity
    assertion names, None where it has none; `verify` refuses one that does not hold.
    """

    state: str
    asset_id: str
    marks: Mapping[str, bytes]
    fingerprints: Mapping[str, bytes]
    registration: str | None
    licence: Mapping[str, Any] | None
    recipe: Mapping[str, Any]
    signer: str
    signed_at: str
    manifest_label: str
    claim: Mapping[str, Any]
    influences: tuple[Influence, ...] = ()
    drawn: Drawn | None = None
    confirmation: Confirmation | None = None
    update: str | None = None
    named: NamedActor | None = None
