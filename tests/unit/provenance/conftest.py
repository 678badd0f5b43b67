"""Facts of one plain asset, and one authority for the tests that only read it."""

from __future__ import annotations

import pytest

from provenance import ClaimInput, Pki

USES = ("cawg.data_mining", "cawg.ai_inference", "cawg.ai_training", "cawg.ai_generative_training")


@pytest.fixture
def facts() -> ClaimInput:
    return ClaimInput(
        asset_id="SEL-000001",
        title="Fern lattice",
        mime="image/png",
        mark=("org.selvage.torus.1", b"\x01\x02\x03\x04"),
        generator_name="Selvage Separations",
        generator_version="1.0",
        model_sha256="ab" * 32,
        recipe={"seed": 7},
        prompt="fern lattice",
        training_mining={use: {"use": "notAllowed"} for use in USES},
        created_at="2026-11-21T03:00:00Z",
        studio="Studio 7",
    )


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.create(tmp_path_factory.mktemp("keys") / "pki", "Studio 7 Test")
