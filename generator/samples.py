"""Sheets for the docs: `python -m generator.samples weights|archive PATH`.

`archive` draws four tiles of each family by rule, `weights` what the shipped weights make of the same words.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.draft import Pixels
    from generator.lexicon.attributes import Attributes

TILES, COLUMNS, SIZE = 84, 12, 128


def main(kind: str, path: str) -> None:
    """Draw the sheet and save it; `kind` is `weights` or `archive`."""
    from PIL import Image

    from generator.preview import contact_sheet

    tiles = _archive() if kind == "archive" else _weights()
    sheet = Image.fromarray(contact_sheet(tiles, COLUMNS, 8))
    sheet.quantize(96).save(path, optimize=True)


def _numbers() -> list[int]:
    """The numbers of the archive's first tiles, families by turns, family after family."""
    from generator.lexicon.tables import families

    count = len(families())
    return [row * count + family for family in range(count) for row in range(TILES // count)]


def _archive() -> list[Pixels]:
    from generator.draft import SUPERSAMPLING, paint
    from generator.motifs.palettes import house_palette
    from generator.motifs.sampling import any_tile

    tiles = []
    for number in _numbers():
        words, separations = any_tile(number, SUPERSAMPLING * SIZE, span=2)
        tiles.append(paint(separations, house_palette(words, number)))
    return tiles


def _weights() -> list[Pixels]:
    """What the shipped weights make of the same words, each by its number as seed."""
    from generator.embedded import EmbeddedGenerator
    from generator.motifs.palettes import house_palette
    from generator.motifs.sampling import any_attributes

    generator = EmbeddedGenerator.load()
    tiles = []
    for number in _numbers():
        words = any_attributes(number)
        recipe = generator.plan(_prompt(words), house_palette(words, number), number, 2 * SIZE)
        tiles.append(generator.generate(recipe).pixels())
    return tiles


def _prompt(words: Attributes) -> str:
    told = (words.era, words.scale, words.density, words.stroke, words.layout, words.symmetry)
    return " ".join((*told, words.style, words.family))


if __name__ == "__main__":
    main(*sys.argv[1:3])
