"""What the tests of the Soft Binding Resolution API share: how to ask, and what strangers signed."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

from PIL import Image

API = "/c2pa/v1"
MARK, FINGERPRINT = "org.selvage.torus.2", "org.selvage.torusprint.2"
ISCC = "io.iscc.v0"
C2PA = {"Content-Type": "application/c2pa"}


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def named(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["manifestId"] for each in answer.json()["matches"]]


def by_value(client: Any, value: str, alg: str, **more: Any) -> Any:
    return client.get(f"{API}/matches/byBinding", params={"value": value, "alg": alg, **more})


def foreign_stores(folder: Path) -> dict[str, bytes]:
    """Manifest stores that somebody else's keys signed, whom nobody here trusts."""
    from provenance import ClaimInput, ClaimSigner, Pki, build_claim, serve_tsa
    from provenance.embedding import store_of

    uses = ("data_mining", "ai_inference", "ai_training", "ai_generative_training")
    pki = Pki.create(folder / "pki", "Somebody Else")
    made = {}
    with serve_tsa(pki) as tsa:
        signer = ClaimSigner.from_pki(pki, tsa.url)
        for number, name in enumerate(("first", "second")):
            facts = ClaimInput(
                asset_id=name,
                title=name,
                mime="image/png",
                mark=("com.example.watermark.1", name.encode()),
                generator_name="g",
                generator_version="1",
                model_sha256="ab" * 32,
                recipe={"seed": number},
                prompt="",
                training_mining={f"cawg.{use}": {"use": "notAllowed"} for use in uses},
                created_at="2026-11-21T03:00:00Z",
                studio="Somebody Else",
            )
            picture = png(Image.new("RGB", (64, 64), (number, 9, 9)))
            made[name] = store_of(signer.sign(picture, "image/png", build_claim(facts)), "image/png")
    return made
