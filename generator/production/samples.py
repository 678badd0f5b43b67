"""One tile as a mill sees it, for the docs: `python -m generator.production.samples PATH`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from generator.draft import Pixels
from generator.embedded import EmbeddedGenerator
from generator.palettes import resolve
from generator.preview import contact_sheet, repeat
from generator.production.enlarging import Enlarger
from generator.production.screens import screen

PROMPT, SEED, SIDE, DPI = "large daisy floral, half-drop", 21, 480, 60
OWN, OTHER = ("chalk", "indigo", "terracotta", "honey"), ("midnight", "blush", "coral", "celadon")


def sheet() -> Pixels:
    """Cloth in a block repeat and in a mirrored one, two colourways, and the screen of each ink."""
    from PIL import Image

    maker = EmbeddedGenerator.load()
    own, other = resolve(OWN), resolve(OTHER)
    draft = maker.generate(maker.plan(PROMPT, own, SEED, 256))
    enlarger = Enlarger(draft.separations)
    painted, recoloured = (enlarger.painted(SIDE // 2, inks) for inks in (own, other))
    cloths = [
        repeat(painted, "block", 2, 2),
        repeat(recoloured, "mirror", 2, 2),
        enlarger.painted(SIDE, own),
        enlarger.painted(SIDE, other),
    ]
    index = enlarger.index(SIDE)
    plates = (screen(index, ink, DPI, f"ink {ink}  {name}") for ink, name in enumerate(OWN))
    small = (plate.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS) for plate in plates)
    return contact_sheet([*cloths, *(np.asarray(each) for each in small)])


if __name__ == "__main__":
    from PIL import Image

    Image.fromarray(sheet()).quantize(96).save(Path(sys.argv[1]), optimize=True)
