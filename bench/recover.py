"""How long it takes to give a found picture its manifest back, and where that time goes.

A ledger of six tiles of the archive, 512 px, with one registered collection on the embedded devnet. The
pictures are what is met: the file without its metadata; tiles in repeat, cropped and saved as JPEG with
quality 60; the same reduced to 70 %. The register is read before the first.
"""

from __future__ import annotations

import io
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from api.compose import open_ledger
from api.settings import load_settings
from ledger import create, parties, recover, register, resolving
from ledger.context import Ledger
from ledger.domain.brief_text import parse_brief
from ledger.domain.terms_text import parse_terms
from ledger.searching import register as searched
from ledger.store import assets
from provenance.embedding import without_store

TILES = 6
BRIEF = {
    "name": "Bench",
    "prompts": ["large floral, scattered"],
    "palettes": [["#f4efe6", "#1b2a49", "#d1603d"]],
    "count": TILES,
    "size": 512,
    "seed": 3,
    "generator": "archive",
}
TERMS = {"preset": "standard", "price": "1.00", "split": {"studio": "100 %"}}


def main() -> None:
    """Print one line of JSON."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(load_settings(data=Path(folder) / "data"))
        signed = _register(ledger)
        searched(ledger)
        figures = {name: _measured(ledger, pictures) for name, pictures in _found(signed).items()}
        ledger.chain().close()
    print(json.dumps({"tiles": TILES, **figures}))


def _register(ledger: Ledger) -> list[bytes]:
    parties.add(ledger, "studio", "Studio")
    planned = create.plan(ledger, parse_brief(BRIEF), parse_terms(TERMS), "bench")
    with ledger.store.reading() as tx:
        drafts = assets.drafts(tx, planned.id)
    made = [create.make(ledger, draft.id) for draft in drafts]
    register.register(ledger, planned.id)
    return [ledger.blobs.get(tile.signed.sha256) for tile in made]


def _found(signed: list[bytes]) -> dict[str, list[bytes]]:
    laid = [_laid(each) for each in signed]
    small = [each.resize((each.width * 7 // 10, each.height * 7 // 10)) for each in laid]
    return {
        "stripped": [without_store(each, "image/png") for each in signed],
        "cropped_jpeg_60": [_jpeg(each) for each in laid],
        "cropped_jpeg_60_at_70_percent": [_jpeg(each) for each in small],
    }


def _laid(signed: bytes) -> Image.Image:
    tile = np.asarray(Image.open(io.BytesIO(signed)).convert("RGB"))
    return Image.fromarray(np.tile(tile, (3, 3, 1))).crop((83, 131, 1283, 1031))


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=60)
    return file.getvalue()


def _measured(ledger: Ledger, pictures: list[bytes]) -> dict[str, Any]:
    seconds, looking, recovered = [], [], 0
    for data in pictures:
        started = time.perf_counter()
        try:
            made = recover.recover(ledger, data)
        except recover.NotRecoveredError:
            continue
        finally:
            seconds.append(time.perf_counter() - started)
        recovered += 1
        started = time.perf_counter()
        resolving.examined(ledger, data if not made.whole else made.data)
        looking.append(time.perf_counter() - started)
    return {
        "pictures": len(pictures),
        "recovered": recovered,
        "seconds_median": round(statistics.median(seconds), 3),
        "seconds_most": round(max(seconds), 3),
        "of_which_examination_median": round(statistics.median(looking), 3) if looking else None,
    }


if __name__ == "__main__":
    main()
