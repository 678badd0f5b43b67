"""Stores whose ingredients lead around, or on and on: every reader of ours ends, and none believes them."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable

import c2pa
import numpy as np
import pytest
from crooked_stores import CrookedStores
from PIL import Image
from second_verifier import second_opinion

from provenance import ClaimInput, ClaimSigner, Influence, Pki, build_claim, serve_tsa, verify
from provenance.detached import verify_store
from provenance.embedding import before_update, store_of, with_store, without_store
from provenance.errors import ManifestStoreError, ProvenanceError, SigningError, VerificationError
from provenance.jumbf import parse_store
from provenance.lineage import lineage
from provenance.stores import read_store

PNG = "image/png"
USES = ("cawg.data_mining", "cawg.ai_inference", "cawg.ai_training", "cawg.ai_generative_training")
MAKE: dict[str, Callable[[CrookedStores], bytes]] = {
    "made of itself": lambda make: make.around(1),
    "made of itself, and there twice": CrookedStores.itself_twice,
    "two made of each other": lambda make: make.around(2),
    "around in seven": lambda make: make.around(7),
    "a thousand made of each other": lambda make: make.around(1000),
    "forty deep": lambda make: make.deep(40),
    "a thousand deep": lambda make: make.deep(1000),
    "a million million ways back": lambda make: make.wide(40),
}
NOT_TOO_DEEP = {"forty deep", "a million million ways back"}  # these lead on, but neither around nor too far
# Whether a style source that carries one can be named in a claim; else the claim is refused.
AS_SOURCES = {
    "made of itself": False,
    "two made of each other": False,
    "forty deep": True,
    "a thousand deep": False,
}


def picture(seed: int) -> bytes:
    out = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.create(tmp_path_factory.mktemp("cycles") / "pki", "Studio 7 Test")


@pytest.fixture(scope="module")
def make(pki: Pki) -> CrookedStores:
    """By our own key: whoever stole it could sign the last of them anew."""
    ours = ClaimSigner.from_pki(pki, "http://127.0.0.1:1")
    signer = c2pa.Signer.from_callback(ours._raw_signature, c2pa.C2paSigningAlg.ES256, pki.chain_pem, None)
    return CrookedStores(picture(1), signer, pki.trust)


@pytest.fixture(scope="module", params=MAKE)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def store(name: str, make: CrookedStores) -> bytes:
    return MAKE[name](make)


def test_they_are_well_formed(make: CrookedStores) -> None:
    """So what is refused is the way they lead, not how they are written."""
    for number in (1, 2, 7):
        assert len(parse_store(make.around(number)).manifests) == number
    labels = [each.label for each in parse_store(make.deep(3)).manifests]
    for box, before in zip(parse_store(make.deep(3)).manifests[1:], labels, strict=False):
        assert before.encode() in box.box
    assert len(make.deep(1000)) > 1_000_000


def test_no_reader_hangs_falls_or_believes_it(store: bytes, pki: Pki) -> None:
    file = with_store(picture(1), PNG, store)
    assert store_of(file, PNG) == store
    assert without_store(file, PNG) == picture(1)
    assert before_update(file, PNG) == file
    for reader in (verify, lineage):
        with pytest.raises(VerificationError):
            reader(file, PNG, pki.trust)
    with pytest.raises(VerificationError):
        verify_store(store, pki.trust)
    assert second_opinion(file, PNG, pki.trust)["validation_state"] == "Invalid"


def test_what_is_written_in_one_is_nobodys_word(name: str, store: bytes, pki: Pki) -> None:
    """`read_store` says nothing of whom a store is trusted by, but its labels were never signed."""
    why = "altered after it was signed" if name in NOT_TOO_DEEP else r"cyclic|depth"
    with pytest.raises(ManifestStoreError, match=why):
        read_store(store, pki.trust)


def test_a_stack_of_two_megabytes_holds_them_too(make: CrookedStores, pki: Pki) -> None:
    """Servers read in threads, whose stacks are smaller than that of the program."""
    files = [with_store(picture(1), PNG, each) for each in (make.deep(190), make.around(190), make.wide(190))]
    refused: list[str] = []

    def read() -> None:
        for file in files:
            try:
                verify(file, PNG, pki.trust)
            except ProvenanceError as error:
                refused.append(error.code)

    before = threading.stack_size(2 * 1024 * 1024)
    try:
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert len(refused) == len(files)


@pytest.mark.parametrize(("crooked", "signed"), AS_SOURCES.items())
def test_a_style_source_that_carries_one_is_refused_or_said_not_to_be_trusted(
    crooked: str, signed: bool, make: CrookedStores, pki: Pki
) -> None:
    file = with_store(picture(1), PNG, MAKE[crooked](make))
    source = Influence("style-source", "T", hashlib.sha256(file).hexdigest(), "none", "nobody", mime=PNG)
    facts = ClaimInput(
        asset_id="urn:uuid:6b7c1f0e-2f2e-4b7a-9a55-0d1e6a3b2c11",
        title="T",
        mime=PNG,
        mark=("org.selvage.torus.1", bytes(range(8))),
        generator_name="Selvage",
        generator_version="1.0",
        model_sha256="ab" * 32,
        recipe={"seed": 1},
        prompt="",
        training_mining={use: {"use": "notAllowed"} for use in USES},
        created_at="2026-11-21T03:00:00Z",
        studio="Studio 7",
        influences=(source,),
    )
    with serve_tsa(pki) as authority:
        signer, claim, inputs = (
            ClaimSigner.from_pki(pki, authority.url),
            build_claim(facts),
            {source.sha256: file},
        )
        if not signed:
            with pytest.raises(SigningError, match=r"cyclic|depth"):
                signer.sign(picture(2), PNG, claim, inputs=inputs)
            return
        made = signer.sign(picture(2), PNG, claim, inputs=inputs)
    (told,) = (each for each in lineage(made, PNG, pki.trust).walk() if each.sha256 == source.sha256)
    assert told.trusted is False
