"""How long one signature and one verification take, and what they add to the file.

A 1024x1024 PNG of two flat inks with a faint noise, as a marked tile has; file key and time-stamp authority
on loopback, both in this process, so a signature includes the authority's work.
"""

from __future__ import annotations

import io
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from provenance import ClaimInput, ClaimSigner, Pki, build_claim, serve_tsa, verify

SIDE = 1024
ROUNDS = 30
USES = ("cawg.data_mining", "cawg.ai_inference", "cawg.ai_training", "cawg.ai_generative_training")
FACTS = ClaimInput(
    asset_id="urn:uuid:6b7c1f0e-2f2e-4b7a-9a55-0d1e6a3b2c11",
    title="Fern lattice",
    mime="image/png",
    mark=("org.selvage.torus.1", bytes(8)),
    fingerprint=("org.selvage.ring.1", bytes(64)),
    generator_name="Selvage Separations",
    generator_version="1.0",
    model_sha256="ab" * 32,
    recipe={"seed": 1, "palette": ["#102030", "#f0e0d0"], "prompt": "fern lattice"},
    prompt="fern lattice",
    training_mining={use: {"use": "notAllowed"} for use in USES},
    licence={
        "@context": "http://www.w3.org/ns/odrl.jsonld",
        "@type": "Offer",
        "uid": "urn:selvage:policy:1",
        "permission": [{"action": "reproduce"}],
    },
    registration="eip155:31337/erc721:0xABC123DEF4567890ABCDEF1234567890ABCDEF12/42",
    created_at="2026-11-21T03:00:00Z",
    studio="Studio 7",
)


def main() -> None:
    """Print one line of JSON."""
    image = tile()
    with tempfile.TemporaryDirectory() as folder:
        pki = Pki.create(Path(folder) / "pki", "Bench")
        with serve_tsa(pki) as tsa:
            signer = ClaimSigner.from_pki(pki, tsa.url)
            claim = build_claim(FACTS)
            signed = signer.sign(image, "image/png", claim)
            figures = {
                "claim_ms": milliseconds(lambda: build_claim(FACTS)),
                "sign_ms": milliseconds(lambda: signer.sign(image, "image/png", claim)),
                "verify_ms": milliseconds(lambda: verify(signed, "image/png", pki.trust)),
                "image_bytes": len(image),
                "bytes_added": len(signed) - len(image),
            }
    figures["signs_per_second"] = round(1000 / figures["sign_ms"], 1)
    print(json.dumps(figures))


def tile() -> bytes:
    """A seamless lattice with noise, as PNG bytes."""
    angle = np.linspace(0, 2 * np.pi, SIDE, endpoint=False)
    lattice = np.sin(8 * angle)[:, None] * np.sin(8 * angle)[None, :] > 0
    inks = np.where(lattice[..., None], (16, 32, 48), (240, 224, 208))
    noise = np.random.default_rng(0).integers(-3, 4, inks.shape)
    out = io.BytesIO()
    Image.fromarray((inks + noise).clip(0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median time of `work` over so many runs."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return round(1000 * statistics.median(times), 2)


if __name__ == "__main__":
    main()
