"""A sheet of what the shipped weights draw: `python -m generator.samples docs/pictures/generator.png`."""

from __future__ import annotations

import sys

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


def main(path: str) -> None:
    """Draw every style once, by the seed of its place, and save the sheet."""
    from PIL import Image

    from generator.embedded import EmbeddedGenerator
    from generator.preview import contact_sheet

    generator = EmbeddedGenerator.load()
    tiles = []
    for seed, prompt in enumerate(PROMPTS):
        recipe = generator.plan(prompt, PALETTES[seed % len(PALETTES)], seed, SIZE)
        tiles.append(generator.generate(recipe).pixels())
    sheet = Image.fromarray(contact_sheet(tiles, COLUMNS, 8))
    sheet.quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
