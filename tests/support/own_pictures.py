"""Pictures of somebody's own, in inks of their own: no tile of any ledger."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image

WORDS = (
    *("rose", "gingham", "large dots", "fern leaf", "plaid"),
    *("line fern leaf", "lattice", "stripe", "check"),
)
INKS = ("#f4efe6", "#1b2a49", "#c8553d")


def drawn(number: int, inks: Sequence[str] = INKS) -> Any:
    """Picture `number` below len(WORDS): uint8 (256, 256, 3)."""
    from generator import ArchiveGenerator
    from generator.draft import paint

    archive = ArchiveGenerator()
    made = archive.generate(archive.plan(WORDS[number], inks, 900 + number, 256))
    return paint(made.separations, tuple(inks))


def png(pixels: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
