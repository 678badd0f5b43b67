"""Sheets for the docs: `python -m generator.style.samples style|restyle PATH`, with their numbers as JSON.

`style` trains a style on twelve tiles of the archive and shows own tiles, before and after; `restyle` draws
over three tiles of the archive, each in the words it was drawn by, at rising strengths.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.draft import Pixels
    from generator.style import StyleTile

PALETTE = ("#f6ecd6", "#17274f", "#c8553d")
HAND, TILES, STEPS, EDGE = "line fern leaf, medium, balanced, scattered, one-way, folk", 12, 300, 256
BASES = (
    "target dots, large, balanced, grid",
    "fan scallop, large, balanced, grid",
    "daisy floral, large, balanced, grid, flat",
)
STRENGTHS = ("0.2", "0.4", "0.6", "0.8")
_UNITS = 2  # training units that a tile of the archive generator is wide


def tiles_of(prompt: str) -> list[StyleTile]:
    """TILES tiles that the archive draws to these words, to learn a hand from."""
    from generator import ArchiveGenerator
    from generator.style import StyleTile

    archive, inks = ArchiveGenerator(), len(PALETTE)
    drawn = [archive.generate(archive.plan(prompt, PALETTE, seed, EDGE)) for seed in range(TILES)]
    return [
        StyleTile(f"{prompt} {seed}", each.separations, prompt, seed, inks, _UNITS)
        for seed, each in enumerate(drawn)
    ]


def style() -> tuple[Pixels, dict[str, Any]]:
    """Own tiles, tiles before and tiles after, in three rows; the scores."""
    from generator import EmbeddedGenerator
    from generator.critic import Critic
    from generator.style import Training, read_adapter, score_style

    generator, tiles = EmbeddedGenerator.load(), tiles_of(HAND)
    training = Training(generator, tiles)
    training.run(STEPS, STEPS)
    found = score_style(generator, Critic.load(), read_adapter(training.adapter()), tiles)
    return found.sheet, {name: round(getattr(found, name), 3) for name in ("before", "after", "own")}


def restyle() -> tuple[Pixels, dict[str, Any]]:
    """A row for each of BASES: the base, then what is drawn over it; how much of its layout is left."""
    from PIL import Image

    from generator import ArchiveGenerator, EmbeddedGenerator
    from generator.preview import contact_sheet
    from generator.recipe import BasePattern
    from generator.style import layout_kept

    files: dict[str, bytes] = {}
    archive, generator = ArchiveGenerator(), EmbeddedGenerator.load(None, files.get)
    tiles: list[Pixels] = []
    left: dict[str, list[float]] = {}
    for prompt in BASES:
        base, file = archive.generate(archive.plan(prompt, PALETTE, 1, EDGE)), io.BytesIO()
        Image.fromarray(base.separations).save(file, "PNG")
        files[base.separations_sha256] = file.getvalue()
        tiles.append(base.pixels())
        for strength in STRENGTHS:
            over = BasePattern(base.separations_sha256, strength, _UNITS)
            drawn = generator.generate(replace(generator.plan(prompt, PALETTE, 1, EDGE), base=over))
            tiles.append(drawn.pixels())
            kept = layout_kept(base.separations, drawn.separations)
            left.setdefault(prompt, []).append(round(kept, 2))
    return contact_sheet(tiles, len(STRENGTHS) + 1, 6), {"strengths": STRENGTHS, "layout_kept": left}


def main(kind: str, path: str) -> None:
    """Draw the sheet, save it, and print its numbers."""
    from PIL import Image

    sheet, numbers = {"style": style, "restyle": restyle}[kind]()
    Image.fromarray(sheet).quantize(32).save(path, optimize=True)
    print(json.dumps(numbers))


if __name__ == "__main__":
    main(*sys.argv[1:3])
