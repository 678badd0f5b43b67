"""Pictures that show none of the collection's tiles: other designs, unmarked, and plain textures."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from api.demo import products, studio
from api.demo.cloth import Image, cloth

Stranger = Callable[[np.random.Generator], Image]

# Far above the seeds a brief gives its tiles, so that no stranger is a tile of the collection drawn again.
_FOREIGN_SEED = 910_000_000
_PALETTES = (
    ("#faf3e8", "#7a9e7e", "#e07a5f", "#3d405b"),
    ("#102a43", "#f0b429", "#e4e7eb", "#d64545"),
    ("#fdf0d5", "#003049", "#c1121f", "#669bbc"),
)


def _foreign(family: str, number: int) -> Image:
    """An unmarked tile of the house archive that no brief asks for."""
    from generator import ArchiveGenerator

    archive = ArchiveGenerator()
    palette = _PALETTES[number % len(_PALETTES)]
    return archive.generate(archive.plan(family, palette, _FOREIGN_SEED + number)).pixels()


def _floral(rng: np.random.Generator) -> Image:
    return cloth(_foreign("floral", 1), (940, 780), scale=0.7, degrees=4, phase=(rng.uniform(), 0.3))


def _dots(rng: np.random.Generator) -> Image:
    return cloth(_foreign("dots", 2), (900, 760), scale=0.65, phase=(rng.uniform(), 0.1))


def _chevron(rng: np.random.Generator) -> Image:
    return cloth(_foreign("chevron", 3), (960, 760), scale=0.8, phase=(rng.uniform(), 0.7))


def _cushion(rng: np.random.Generator) -> Image:
    return products.cushion(_foreign("leaf", 4), rng)


def _gingham(rng: np.random.Generator) -> Image:
    y, x = np.mgrid[0:760, 0:940]
    side = int(rng.integers(38, 52))
    warp, weft = (x // side) % 2, (y // side) % 2
    twill = 0.06 * (((x + y) // 2) % 2)
    tone = (1 - 0.38 * (warp + weft) - twill)[..., None]
    ink = np.array([60, 90, 150], float)
    return np.asarray(np.clip(np.round(255 * tone + ink * (1 - tone)), 0, 255), np.uint8)


def _wood(rng: np.random.Generator) -> Image:
    size = (980, 760)
    rings = 0.10 * studio.streaks(rng, size, 90) + 0.08 * studio.clouds(rng, size, 180)
    knots = np.sin(9 * studio.clouds(rng, size, 260) + 0.02 * np.mgrid[0:760, 0:980][0]) * 0.05
    base = studio.backdrop(size, (172, 128, 86), (150, 108, 70))
    return studio.photographed(base * (1 + rings + knots)[..., None].astype(np.float32), rng)


def _granite(rng: np.random.Generator) -> Image:
    size = (900, 800)
    grains = sum(
        studio.clouds(rng, size, cell) * weight for cell, weight in ((4, 16.0), (9, 20.0), (60, 8.0))
    )
    base = studio.backdrop(size, (150, 146, 144), (138, 136, 138))
    specks = (studio.clouds(rng, size, 6) > 1.7)[..., None] * np.array([-70.0, -72.0, -66.0])
    return studio.photographed(np.asarray(base + np.asarray(grains)[..., None] + specks, np.float32), rng)


def _hills(rng: np.random.Generator) -> Image:
    size = (1040, 720)
    scene = studio.backdrop(size, (146, 186, 220), (246, 226, 198))
    x = np.arange(0, 1041, 8, dtype=float)
    for layer in range(5):
        waves = sum(rng.uniform(12, 40) / k * np.sin(x * k / 130 + rng.uniform(0, 6.3)) for k in (1, 2, 3))
        ridge = np.stack([x, 330 + 80 * layer + waves], axis=1)
        outline = np.vstack([ridge, [[1040, 720], [0, 720]]])
        shade = tuple(float(c) for c in np.array([120, 146, 142]) * (1 - 0.17 * layer))
        scene = studio.over(scene, (shade[0], shade[1], shade[2]), studio.polygon(size, outline))
    leaves = studio.clouds(rng, size, 5)[..., None] * np.linspace(0, 14, 720)[:, None, None]
    return studio.photographed(np.asarray(cv2.GaussianBlur(scene, (0, 0), 1.2) + leaves, np.float32), rng)


STRANGERS: tuple[tuple[str, Stranger], ...] = (
    ("stranger: another floral", _floral),
    ("stranger: other dots", _dots),
    ("stranger: another chevron", _chevron),
    ("stranger: another design on a cushion", _cushion),
    ("stranger: gingham", _gingham),
    ("stranger: wood", _wood),
    ("stranger: granite", _granite),
    ("stranger: hills", _hills),
)
