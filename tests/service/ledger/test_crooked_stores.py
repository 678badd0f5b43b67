"""What a ledger does with a tile whose manifests were made to lead around, or on and on."""

from __future__ import annotations

from typing import Any

import c2pa
import pytest
from crooked_stores import CrookedStores

from ledger import manifests, recover, verify
from provenance.embedding import with_store, without_store
from provenance.errors import ManifestStoreError

PNG = "image/png"


@pytest.fixture(scope="module", params=["around", "deep"])
def crooked(request: pytest.FixtureRequest, told: Any) -> tuple[bytes, bytes]:
    """(the signed file of a tile, a store to be put in place of its own)."""
    engines = told.ledger.engines
    signed = told.ledger.blobs.get(told.assets[0].signed.sha256)
    key = engines.signer
    signer = c2pa.Signer.from_callback(key._raw_signature, c2pa.C2paSigningAlg.ES256, key._chain_pem, None)
    make = CrookedStores(without_store(signed, PNG), signer, engines.trust)
    return signed, make.around(3) if request.param == "around" else make.deep(1000)


def test_it_is_found_by_its_mark_and_gets_its_own_manifest_back(
    told: Any, crooked: tuple[bytes, bytes]
) -> None:
    signed, store = crooked
    made = recover.recover(told.ledger, with_store(signed, PNG, store))
    assert (made.data, made.whole) == (signed, True)


def test_it_is_not_verified_and_the_link_is_named(told: Any, crooked: tuple[bytes, bytes]) -> None:
    signed, store = crooked
    _, proof = verify.export(told.ledger, told.assets[0].id)
    for asked in (proof, None):
        found = verify.verify(
            with_store(signed, PNG, store), asked, told.ledger.engines.trust, ledger=told.ledger
        )
        assert not found.ok
        assert "manifest" in found.broken


def test_the_repository_does_not_take_it(told: Any, crooked: tuple[bytes, bytes]) -> None:
    with pytest.raises(ManifestStoreError):
        manifests.keep(told.ledger, crooked[1], "somebody")
