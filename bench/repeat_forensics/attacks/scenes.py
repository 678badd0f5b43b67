"""The pattern on things, in clutter, and beside other patterns."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from api.demo import products, studio
from bench.repeat_forensics.attacks.attack import Step
from bench.repeat_forensics.attacks.cloth import Cloth, lay
from bench.repeat_forensics.families import held_out, tuning
from bench.repeat_forensics.pencil import Pixels, Plane, Points

PRODUCTS: dict[str, Callable[[Pixels, np.random.Generator], Pixels]] = {
    "mug": products.mug,
    "cushion": products.cushion,
    "tote bag": products.tote,
    "papered wall": products.wall,
    "notebook": products.notebook,
}
_STRANGERS = {**tuning.FAMILIES, **held_out.FAMILIES}


def on(product: str) -> Step:
    """The pattern on a thing in a drawn room, photographed."""
    return Step(f"{product}, in its room, photographed", PRODUCTS[product])


def in_clutter() -> Step:
    """A folded cloth, in perspective, on about half of a picture full of other things."""

    def change(tile: Pixels, rng: np.random.Generator) -> Pixels:
        size = (1160, 900)
        scene = clutter(size, rng)
        scale = 512 * 0.55 / tile.shape[0]
        cloth = Cloth((3.0, 2.5), scale, (-8, 8), tilt=0.08, folds=1.5)
        piece = lay(tile, cloth, rng)
        scene = _placed(scene, piece, _corners(size, piece, rng))
        return studio.photographed(_things(scene, size, rng, 5), rng)

    return Step("folded cloth (3 x 2.5 periods of 282 px) in perspective among 60 other things", change)


def _corners(size: tuple[int, int], piece: Pixels, rng: np.random.Generator) -> Points:
    height, width = piece.shape[:2]
    left, top = (size[0] - width) / 2, (size[1] - height) / 2
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
    moved = unit + rng.uniform(-0.04, 0.04, (4, 2))
    return np.asarray(np.array([left, top]) + moved * np.array([width, height]), np.float64)


def _placed(scene: Plane, piece: Pixels, corners: Points) -> Plane:
    """The piece drawn into the corners given, with a shadow under it."""
    height, width = piece.shape[:2]
    size = (scene.shape[1], scene.shape[0])
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(own, corners.astype(np.float32))
    layer = cv2.warpPerspective(piece.astype(np.float32), matrix, size, flags=cv2.INTER_CUBIC)
    mask = studio.polygon(size, corners)
    scene = studio.shadow(scene, mask, blur=18, offset=(14, 18), depth=0.5)
    return studio.over(scene, np.asarray(layer, np.float32), mask)


def clutter(size: tuple[int, int], rng: np.random.Generator) -> Plane:
    """A table full of things: textured ground, boxes, discs, strokes and printed scraps."""
    tone = rng.uniform(90, 200, 3)
    scene = studio.backdrop(size, tuple(tone), tuple(0.8 * tone))
    grain = 0.06 * studio.streaks(rng, size, 40) + 0.06 * studio.clouds(rng, size, 120)
    return _things(studio.lit(scene, np.asarray(1 + grain, np.float32)), size, rng, 60)


def _things(scene: Plane, size: tuple[int, int], rng: np.random.Generator, count: int) -> Plane:
    for _ in range(count):
        at = rng.uniform(0, 1, 2) * size
        if count < 20:
            at = _border(at, size, rng)
        _lay(scene, at, float(rng.uniform(14, 70)), rng)
    return scene


def _lay(scene: Plane, at: Points, reach: float, rng: np.random.Generator) -> None:
    """One thing of a colour of its own, with its shade and shadow, put into the scene."""
    room = 2.5 * reach + 24
    low = np.maximum(np.floor(at - room), 0).astype(int)
    high = np.minimum(np.ceil(at + room), scene.shape[1::-1]).astype(int)
    box = scene[low[1] : high[1], low[0] : high[0]]
    size = (box.shape[1], box.shape[0])
    mask = _thing(size, at - low, reach, rng)
    shade = np.asarray(1 + 0.14 * studio.clouds(rng, size, reach), np.float32)
    layer = studio.lit(np.broadcast_to(rng.uniform(15, 245, 3).astype(np.float32), box.shape), shade)
    shaded = studio.shadow(box, mask, blur=6, offset=(5, 6), depth=0.35)
    box[:] = studio.over(shaded, layer, mask)


def _border(at: Points, size: tuple[int, int], rng: np.random.Generator) -> Points:
    """The place moved to the rim of the picture, where things may lie on the cloth's edge."""
    side, moved = int(rng.integers(4)), at.copy()
    moved[side % 2] = (0.1 + 0.8 * (side // 2)) * size[side % 2]
    return moved


def _thing(size: tuple[int, int], at: Points, reach: float, rng: np.random.Generator) -> Plane:
    kind = int(rng.integers(3))
    if kind == 0:
        return studio.ellipse(size, (float(at[0]), float(at[1])), (reach, reach * float(rng.uniform(0.5, 1))))
    if kind == 1:
        angle = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(4, 8))))
        return studio.polygon(size, at + reach * np.stack([np.cos(angle), np.sin(angle)], axis=1))
    path = at + np.clip(np.cumsum(rng.normal(0, reach / 2, (12, 2)), axis=0), -2 * reach, 2 * reach)
    return studio.stroke(size, path, float(rng.uniform(3, 16)))


def beside_others(count: int) -> Step:
    """A catalogue page: the pattern's swatch among swatches of strangers."""

    def change(tile: Pixels, rng: np.random.Generator) -> Pixels:
        columns = (count + 2) // 2
        width, height, gap = 480, 400, 24
        page = np.full((2 * (height + gap) + gap, columns * (width + gap) + gap, 3), 246, np.uint8)
        mine = int(rng.integers(count + 1))
        for place in range(count + 1):
            scale = 0.5 * 512 / tile.shape[0]
            art = tile if place == mine else _stranger(rng, tile.shape[0])
            periods = (width / (scale * tile.shape[0]), height / (scale * tile.shape[0]))
            swatch = lay(art, Cloth(periods, scale), rng)
            top, left = gap + (place // columns) * (height + gap), gap + (place % columns) * (width + gap)
            page[top : top + swatch.shape[0], left : left + swatch.shape[1]] = swatch
        return page

    return Step(f"a page with {count} swatches of other patterns, each 480 x 400 px, period 256 px", change)


def overlapping() -> Step:
    """A room: the pattern on one half, another pattern on the other, slanting between them."""

    def change(tile: Pixels, rng: np.random.Generator) -> Pixels:
        scale = 0.6 * 512 / tile.shape[0]
        cloth = Cloth((1080 / (scale * tile.shape[0]), 820 / (scale * tile.shape[0])), scale, (-6, 6))
        mine, other = lay(tile, cloth, rng), lay(_stranger(rng, tile.shape[0]), cloth, rng)
        size = (mine.shape[1], mine.shape[0])
        edge = float(rng.uniform(0.46, 0.54)) * size[0]
        corners = np.array([[0, 0], [edge + 60, 0], [edge - 60, size[1]], [0, size[1]]], np.float64)
        scene = studio.over(other.astype(np.float32), mine.astype(np.float32), studio.polygon(size, corners))
        return studio.photographed(scene, rng)

    return Step("half of a picture, the other half another pattern", change)


def _stranger(rng: np.random.Generator, size: int) -> Pixels:
    names = sorted(_STRANGERS)
    own = np.random.default_rng(int(rng.integers(1 << 62)))
    return _STRANGERS[names[int(rng.integers(len(names)))]](size, own)
