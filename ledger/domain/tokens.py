"""Licence tokens: what machines show in place of a licence, for an hour.

A token says who may do what with which tiles, and on which licences that rests. It gives nothing by itself:
whether it is good is decided anew whenever it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.domain.ids import AssetId, CollectionId, LicenceId, PartyId
from ledger.domain.projections.rsl_reading import Wanted


@dataclass(frozen=True)
class LicenceToken:
    """`id` is public, `sha256` is of the token itself, which is kept nowhere; `key` is the API key (SHA-256).

    `tiles` are those it was given for, each with the licences that permit it: none for what the terms give
    away. `resource` is what was asked for, as a path. Times are RFC 3339 in UTC, to the second.
    """

    id: str
    sha256: str
    key: str
    party: PartyId
    collection: CollectionId
    resource: str
    wanted: Wanted
    tiles: Mapping[AssetId, tuple[LicenceId, ...]]
    issued_at: str
    expires_at: str
    revoked_at: str | None = None

    def is_over(self, now: str) -> bool:
        """Whether it was revoked, or its time is up at `now`."""
        return self.revoked_at is not None or now >= self.expires_at

    @property
    def licences(self) -> tuple[LicenceId, ...]:
        """Every licence that it rests on."""
        return tuple(sorted({each for rests in self.tiles.values() for each in rests}))
