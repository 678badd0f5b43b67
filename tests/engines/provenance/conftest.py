"""A real authority, a real time-stamp service and small real images, shared by the tests of this folder."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from provenance import ClaimInput, ClaimSigner, Pki, build_claim, serve_tsa

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/tiff": "TIFF"}
USES = ("cawg.data_mining", "cawg.ai_inference", "cawg.ai_training", "cawg.ai_generative_training")
FACTS = ClaimInput(
    asset_id="urn:uuid:6b7c1f0e-2f2e-4b7a-9a55-0d1e6a3b2c11",
    title="Fern lattice, été 2026",
    mime="image/png",
    mark=("org.selvage.torus.1", bytes(range(8))),
    fingerprint=("org.selvage.ring.1", bytes(range(32))),
    generator_name="Selvage Separations",
    generator_version="1.0",
    model_sha256="ab" * 32,
    recipe={"seed": 1234567, "family": "fern", "palette": ["#102030", "#f0e0d0"], "guidance": 5.5},
    prompt="fern lattice, indigo on ecru",
    training_mining={
        **{use: {"use": "notAllowed"} for use in USES},
        "cawg.ai_inference": {"use": "constrained", "constraint_info": "https://ledger.example/terms"},
    },
    licence={
        "@context": "http://www.w3.org/ns/odrl.jsonld",
        "@type": "Offer",
        "uid": "urn:selvage:policy:1",
        "permission": [
            {"action": "reproduce", "constraint": [{"leftOperand": "count", "rightOperand": 500}]}
        ],
    },
    registration="eip155:31337/erc721:0xABC123DEF4567890ABCDEF1234567890ABCDEF12/42",
    created_at="2026-11-21T03:00:00Z",
    studio="Studio 7",
)


def _encode(seed: int, mime: str) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, FORMATS[mime])
    return out.getvalue()


@pytest.fixture(scope="session")
def encode() -> Callable[[int, str], bytes]:
    """Noise image number `seed` in format `mime`."""
    return _encode


@pytest.fixture(scope="session")
def facts() -> ClaimInput:
    return FACTS


@pytest.fixture(scope="session")
def claim_for() -> Callable[[str], dict[str, Any]]:
    return lambda mime: build_claim(replace(FACTS, mime=mime))


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.create(tmp_path_factory.mktemp("keys") / "pki", "Studio 7 Test")


@pytest.fixture(scope="session")
def foreign_pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.create(tmp_path_factory.mktemp("foreign") / "pki", "Somebody Else")


@pytest.fixture(scope="session")
def tsa_url(pki: Pki) -> Iterator[str]:
    with serve_tsa(pki) as service:
        yield service.url


@pytest.fixture(scope="session")
def signer(pki: Pki, tsa_url: str) -> ClaimSigner:
    return ClaimSigner.from_pki(pki, tsa_url)


@pytest.fixture(scope="session")
def signed_png(signer: ClaimSigner, claim_for: Callable[[str], dict[str, Any]]) -> bytes:
    return signer.sign(_encode(1, "image/png"), "image/png", claim_for("image/png"))
