"""Sheets for the docs: `python -m generator.samples weights|archive PATH`.

`weights` draws one tile of each style the shipped weights know, `archive` four of each family by rule.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.draft import Pixels

PROMPTS = (
    *(
        "daisy, large",
        "rose, medium, dense",
        "tulip, large",
        "branch leaf",
        "single leaf",
        "palm leaf, large",
    ),
    *(
        "plain dots",
        "ringed dots",
        "petalled dots, large",
        "vertical stripe",
        "diagonal stripe",
        "zigzag chevron",
    ),
    *("stacked chevron, large", "ringed scallop", "fan scallop, large", "solid scallop", "rainbow arches"),
    *("nested arches, large", "sunrise arches", "chipped terrazzo, dense", "mixed terrazzo, large"),
)
PALETTES = (
    ("#f6ecd6", "#17274f", "#c8553d", "#d6a01f"),
    ("#17274f", "#f0c9c0", "#ee7360", "#f6ecd6"),
    ("#f6ecd6", "#1f4a36", "#a3b596", "#b5502a"),
    ("#1f4a36", "#f6ecd6", "#c8a248", "#ee7360"),
)
COLUMNS, SIZE = 7, 256
ARCHIVE_TILES, ARCHIVE_COLUMNS, ARCHIVE_SIZE = 84, 12, 128


def main(kind: str, path: str) -> None:
    """Draw the sheet and save it; `kind` is `weights` or `archive`."""
    from PIL import Image

    from generator.preview import contact_sheet

    tiles, columns = (_archive(), ARCHIVE_COLUMNS) if kind == "archive" else (_weights(), COLUMNS)
    sheet = Image.fromarray(contact_sheet(tiles, columns, 8))
    sheet.quantize(96).save(path, optimize=True)


def _archive() -> list[Pixels]:
    """The archive's first tiles, families by turns, laid out family after family."""
    from generator.draft import SUPERSAMPLING, paint
    from generator.lexicon.tables import families
    from generator.motifs.palettes import house_palette
    from generator.motifs.sampling import any_tile

    count = len(families())
    order = [row * count + family for family in range(count) for row in range(ARCHIVE_TILES // count)]
    tiles = []
    for number in order:
        words, separations = any_tile(number, SUPERSAMPLING * ARCHIVE_SIZE, span=2)
        tiles.append(paint(separations, house_palette(words, number)))
    return tiles


def _weights() -> list[Pixels]:
    """Every style once, by the seed of its place."""
    from generator.embedded import EmbeddedGenerator

    generator = EmbeddedGenerator.load()
    tiles = []
    for seed, prompt in enumerate(PROMPTS):
        recipe = generator.plan(prompt, PALETTES[seed % len(PALETTES)], seed, SIZE)
        tiles.append(generator.generate(recipe).pixels())
    return tiles


if __name__ == "__main__":
    main(*sys.argv[1:3])
