"""The demo's wild pictures: 24 uses of the collection's tiles, and 8 strangers that must not match.

Everything is drawn from the seed, so a second run makes the same files. Names tell nothing; the truth stands
beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from api.demo import products
from api.demo.cloth import Image, cloth, gradient_mapped, greyed, hue_turned, jpeg, palette_swapped
from api.demo.strangers import STRANGERS

Draw = Callable[[Image, np.random.Generator], Image]
_QUALITY = 92
_INK = [(24, 32, 64), (178, 58, 72), (244, 172, 96), (250, 240, 220)]
_SEA = [(12, 52, 61), (26, 120, 124), (142, 196, 178), (246, 242, 226)]
_BERRY = [(66, 20, 58), (158, 42, 92), (226, 132, 150), (252, 228, 214), (70, 96, 84)]


@dataclass(frozen=True)
class Truth:
    """What a wild picture really shows: the asset, None for a stranger, and what was done to it."""

    asset: str | None
    transform: str


@dataclass(frozen=True)
class Wild:
    """One wild picture: its file name, the bytes of the JPEG, and the truth."""

    file: str
    data: bytes
    truth: Truth


@dataclass(frozen=True)
class _Use:
    transform: str
    draw: Draw
    quality: int = _QUALITY


def make_wild(tiles: Mapping[str, Image], seed: int) -> Iterator[Wild]:
    """24 uses of the tiles (asset id -> marked pixels, (n, n, 3) uint8) and 8 strangers, shuffled.

    Which tile is used how depends on the order of `tiles` and on `seed`, not on the ids.
    """
    if not tiles:
        raise ValueError("tiles: none given; make a collection first")
    rng = np.random.default_rng(seed)
    order = list(tiles)
    names = [order[i] for i in rng.permutation(len(order))]
    uses = list(_USES)
    places = rng.permutation(len(uses) + len(STRANGERS))
    for number, place in enumerate(places, start=1):
        own = np.random.default_rng([seed, int(place)])
        file = f"wild-{number:02d}.jpg"
        if place < len(uses):
            name, use = names[place % len(names)], uses[place]
            yield Wild(file, jpeg(use.draw(tiles[name], own), use.quality), Truth(name, use.transform))
        else:
            label, draw = STRANGERS[place - len(uses)]
            yield Wild(file, jpeg(draw(own), _QUALITY), Truth(None, label))


def _phase(rng: np.random.Generator) -> tuple[float, float]:
    return float(rng.uniform()), float(rng.uniform())


def _block(tile: Image, rng: np.random.Generator) -> Image:
    return cloth(tile, (960, 760), scale=0.6, phase=_phase(rng))


def _half_drop(tile: Image, rng: np.random.Generator) -> Image:
    return cloth(tile, (1000, 900), scale=0.62, phase=_phase(rng), layout="half-drop")


def _brick(tile: Image, rng: np.random.Generator) -> Image:
    return cloth(tile, (1000, 900), scale=0.62, phase=_phase(rng), layout="brick")


def _crop(tile: Image, rng: np.random.Generator) -> Image:
    return cloth(tile, (720, 700), scale=1.0, phase=_phase(rng))


def _scaled(factor: float) -> Draw:
    def draw(tile: Image, rng: np.random.Generator) -> Image:
        return cloth(tile, (1080, 860), scale=factor, phase=_phase(rng))

    return draw


def _turned(degrees: float, scale: float = 0.8) -> Draw:
    def draw(tile: Image, rng: np.random.Generator) -> Image:
        return cloth(tile, (980, 800), scale=scale, degrees=degrees, phase=_phase(rng))

    return draw


def _recoloured(change: Callable[[Image], Image], *, scale: float = 0.75, degrees: float = 0.0) -> Draw:
    def draw(tile: Image, rng: np.random.Generator) -> Image:
        return change(cloth(tile, (900, 760), scale=scale, degrees=degrees, phase=_phase(rng)))

    return draw


def _mirrored(tile: Image, rng: np.random.Generator) -> Image:
    return np.ascontiguousarray(np.rot90(_block(tile, rng))[:, ::-1])


def _combined(tile: Image, rng: np.random.Generator) -> Image:
    return gradient_mapped(cloth(tile, (980, 820), scale=0.7, degrees=6, phase=_phase(rng)), _SEA)


_USES = (
    _Use("in repeat, block", _block),
    _Use("in repeat, half-drop", _half_drop),
    _Use("in repeat, brick", _brick),
    _Use("cropped to 1.4 repeats", _crop),
    _Use("scaled to 50 %", _scaled(0.5)),
    _Use("scaled to 75 %", _scaled(0.75)),
    _Use("scaled to 150 %", _scaled(1.5)),
    _Use("rotated by 7 degrees", _turned(7)),
    _Use("rotated by -12 degrees", _turned(-12)),
    _Use("hue turned by 120 degrees", _recoloured(lambda image: hue_turned(image, 120))),
    _Use("new colourway by gradient map", _recoloured(lambda image: gradient_mapped(image, _INK))),
    _Use("new colourway by palette swap", _recoloured(lambda image: palette_swapped(image, _BERRY))),
    _Use("turned grey", _recoloured(greyed)),
    _Use("JPEG quality 75", _block, 75),
    _Use("JPEG quality 50", _block, 50),
    _Use("JPEG quality 30", _block, 30),
    _Use("mirrored and turned by 90 degrees", _mirrored, 80),
    _Use("gradient map, scaled, rotated, JPEG 70", _combined, 70),
    _Use(
        "hue turned, scaled to 60 %, rotated",
        _recoloured(lambda i: hue_turned(i, 200), scale=0.6, degrees=-5),
    ),
    _Use("on a cushion", products.cushion),
    _Use("on a mug", products.mug),
    _Use("on a tote bag", products.tote),
    _Use("on a papered wall", products.wall),
    _Use("on a notebook", products.notebook),
)
