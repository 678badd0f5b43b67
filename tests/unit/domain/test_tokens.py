"""When a licence token is over, and what it rests on."""

from __future__ import annotations

from dataclasses import replace

from ledger.domain.ids import AssetId, CollectionId, LicenceId, PartyId
from ledger.domain.projections.rsl_reading import Wanted
from ledger.domain.tokens import LicenceToken

TOKEN = LicenceToken(
    id="0" * 32,
    sha256="1" * 64,
    key="2" * 64,
    party=PartyId("mill"),
    collection=CollectionId("3" * 32),
    resource="/x",
    wanted=Wanted(frozenset({"search"}), frozenset({"GB"})),
    tiles={
        AssetId("a"): (LicenceId("c"), LicenceId("b")),
        AssetId("d"): (),
        AssetId("e"): (LicenceId("b"),),
    },
    issued_at="2026-11-21T10:00:00Z",
    expires_at="2026-11-21T11:00:00Z",
)


def test_a_token_is_over_when_its_hour_is_up_or_it_was_revoked() -> None:
    assert not TOKEN.is_over("2026-11-21T10:59:59Z")
    assert TOKEN.is_over("2026-11-21T11:00:00Z")
    assert replace(TOKEN, revoked_at="2026-11-21T10:01:00Z").is_over("2026-11-21T10:02:00Z")


def test_it_names_each_licence_once() -> None:
    assert TOKEN.licences == ("b", "c")
