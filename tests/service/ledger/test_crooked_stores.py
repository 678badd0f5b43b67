"""What a ledger does with a tile whose manifests were made to lead around, or on and on."""

from __future__ import annotations

from typing import Any

import c2pa
import pytest
from crooked_stores import MARK, CrookedStores
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from ledger import manifests, recover, verify
from ledger.domain.errors import FieldError
from provenance import Pki
from provenance.embedding import with_store, without_store
from provenance.errors import ManifestStoreError
from provenance.holders import SIGNATURE

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


def test_what_was_altered_after_it_was_signed_is_not_kept(told: Any, foreign: Pki) -> None:
    """Neither under its id, which is the genuine one's, nor where its soft bindings lead."""
    signed = told.ledger.blobs.get(told.assets[0].signed.sha256)
    key = foreign.signer_key
    signer = c2pa.Signer.from_callback(
        lambda message: _raw(key.sign(message, SIGNATURE)), c2pa.C2paSigningAlg.ES256, foreign.chain_pem, None
    )
    trust = told.ledger.engines.trust
    make = CrookedStores(without_store(signed, PNG), signer, trust)
    genuine = make._store
    moved = genuine.replace(MARK["alg"].encode(), b"com.example.mark.01")
    assert len(moved) == len(genuine)
    for altered in (moved, make.wide(3), make.deep(3)):
        with pytest.raises(ManifestStoreError, match="altered after it was signed"):
            manifests.keep(told.ledger, altered, "somebody")
    with pytest.raises(FieldError, match="not supported"):
        manifests.by_binding(told.ledger, "com.example.mark.01", "AAAAAAAAAAA=")
    assert manifests.keep(told.ledger, genuine, "somebody").owner == "somebody"


def _raw(der: bytes) -> bytes:
    return b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(der))


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.create(tmp_path_factory.mktemp("foreign") / "pki", "Somebody Else")


def test_the_repository_does_not_take_it(told: Any, crooked: tuple[bytes, bytes]) -> None:
    with pytest.raises(ManifestStoreError):
        manifests.keep(told.ledger, crooked[1], "somebody")
