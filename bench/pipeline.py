"""From recipe to registered file, step by step: seconds, bytes, PSNR and SSIM of a 1024 x 1024 tile."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from api.compose import engines
from api.settings import load_settings
from forensics import fingerprint
from generator import ArchiveGenerator, EmbeddedGenerator
from ledger.domain.use import AiUse
from ledger.making import encode_png
from provenance import ClaimInput, build_claim
from watermark import mark
from watermark.quality import psnr, ssim

PALETTE = ("#f4ead8", "#16324f", "#d1603d", "#e3b23c")
PROMPTS = (
    "large floral, scattered",
    "scallop, medium scale",
    "stripe, medium scale",
    "chevron, medium scale",
)
SIZE = 1024
MARK_ID = 0x5E17A6E00001
Result = TypeVar("Result")


def timed(seconds: dict[str, list[float]], step: str, work: Callable[[], Result]) -> Result:
    began = time.perf_counter()
    done = work()
    seconds.setdefault(step, []).append(time.perf_counter() - began)
    return done


def claim() -> dict[str, Any]:
    return build_claim(
        ClaimInput(
            asset_id="0" * 32,
            title="bench",
            mime="image/png",
            mark=("org.selvage.torus.1", MARK_ID.to_bytes(6, "big")),
            generator_name="selvage-bench",
            generator_version="1",
            model_sha256="0" * 64,
            recipe={"prompt": PROMPTS[0]},
            prompt=PROMPTS[0],
            training_mining={f"cawg.{use.value}": {"use": "notAllowed"} for use in AiUse},
            created_at="2026-01-01T00:00:00Z",
            studio="bench",
        )
    )


def main() -> None:
    seconds: dict[str, list[float]] = {}
    rows: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        parts = engines(load_settings(data=Path(folder)))
        embedded, archive = EmbeddedGenerator.load(), ArchiveGenerator()
        embedded.generate(embedded.plan(PROMPTS[0], PALETTE, 0, 128))  # builds the networks
        for seed, prompt in enumerate(PROMPTS):
            recipe = embedded.plan(prompt, PALETTE, seed, SIZE)
            drawn = timed(seconds, "generate_embedded", lambda r=recipe: embedded.generate(r).pixels())
            other = archive.plan(prompt, PALETTE, seed, SIZE)
            timed(seconds, "generate_archive", lambda r=other: archive.generate(r).pixels())
            marked = timed(seconds, "mark", lambda p=drawn: mark(parts.watermarker, p, MARK_ID))
            timed(seconds, "fingerprint", lambda p=marked: fingerprint(p))
            plain, encoded = encode_png(drawn), timed(seconds, "encode_png", lambda p=marked: encode_png(p))
            signed = timed(seconds, "sign", lambda d=encoded: parts.signer.sign(d, "image/png", claim()))
            rows.append(
                {
                    "plain_bytes": len(plain),
                    "marked_bytes": len(encoded),
                    "signed_bytes": len(signed),
                    "psnr_db": psnr(drawn, marked),
                    "ssim": ssim(drawn, marked),
                }
            )
    print(json.dumps({"size_px": SIZE, "tiles": len(rows), **summary(seconds, rows)}))


def summary(seconds: dict[str, list[float]], rows: list[dict[str, float]]) -> dict[str, Any]:
    mean = {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}
    return {
        "median_seconds": {step: float(np.median(times)) for step, times in seconds.items()},
        "tiles_per_second": {step: float(1 / np.median(times)) for step, times in seconds.items()},
        "mean": mean,
        "worst_psnr_db": min(row["psnr_db"] for row in rows),
        "worst_ssim": min(row["ssim"] for row in rows),
    }


if __name__ == "__main__":
    main()
