"""Laying a tile out: repeat, phase, scale, turn, stretch, shear, perspective and folds in one sampling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from api.demo.cloth import sample
from api.demo.studio import clouds
from bench.repeat_forensics.attacks.attack import Step
from bench.repeat_forensics.pencil import Pixels, Plane

Layout = Literal["block", "half-drop", "brick", "mirror"]


@dataclass(frozen=True)
class Cloth:
    """How a tile lies in the picture.

    periods: how many repeats across and down; scale: px of the picture per px of the tile; degrees: range of
    the turn; stretch: of the height against the width; shear: sideways per height; tilt: perspective, the
    relative change of scale from the middle to the edge, its direction drawn; folds: range of a smooth
    displacement in px, which also shades.
    """

    periods: tuple[float, float] = (2.1, 1.6)
    scale: float = 1.0
    degrees: tuple[float, float] = (0.0, 0.0)
    layout: Layout = "block"
    stretch: float = 1.0
    shear: float = 0.0
    tilt: float = 0.0
    folds: float = 0.0

    def says(self) -> str:
        """The parameters that differ from a plain repeat, in words."""
        words = [f"{self.layout} repeat, {self.periods[0]} x {self.periods[1]} periods, any phase"]
        if self.scale != 1:
            words.append(f"scale {self.scale}")
        if self.degrees != (0.0, 0.0):
            words.append(f"turned {self.degrees[0]:g} to {self.degrees[1]:g} degrees")
        for name in ("stretch", "shear", "tilt", "folds"):
            value = getattr(self, name)
            if value != getattr(Cloth(), name):
                words.append(f"{name} {value}")
        return ", ".join(words)


def laid(cloth: Cloth) -> Step:
    """The tile as cloth lies."""
    return Step(cloth.says(), lambda tile, rng: lay(tile, cloth, rng))


def lay(tile: Pixels, cloth: Cloth, rng: np.random.Generator) -> Pixels:
    """One sampling of the endless repeat of a tile."""
    side = tile.shape[0] * cloth.scale
    width, height = round(cloth.periods[0] * side), round(cloth.periods[1] * side)
    x, y = _flat((width, height), cloth, rng)
    phase = rng.uniform(size=2)
    if cloth.layout != "mirror":
        across, down = _f32(x / side + phase[0]), _f32(y / side + phase[1])
        picture = sample(tile, across, down, layout=cloth.layout, scale=cloth.scale)
    else:
        across, down = _f32(x / (2 * side) + phase[0]), _f32(y / (2 * side) + phase[1])
        picture = sample(mirrored(tile), across, down, scale=cloth.scale)
    return picture if cloth.folds == 0 else _shaded(picture, rng)


def mirrored(tile: Pixels) -> Pixels:
    """The two by two tiles of a mirror repeat."""
    row = np.hstack([tile, tile[:, ::-1]])
    return np.ascontiguousarray(np.vstack([row, row[::-1]]))


def _flat(
    size: tuple[int, int], cloth: Cloth, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pixels of the unturned cloth, (height, width) each, from its middle, at every pixel of the picture."""
    width, height = size
    x, y = np.meshgrid(np.arange(width) + 0.5 - width / 2, np.arange(height) + 0.5 - height / 2)
    if cloth.tilt:
        towards = float(rng.uniform(0, 2 * np.pi))
        gain = cloth.tilt * (np.cos(towards) * 2 * x / width + np.sin(towards) * 2 * y / height)
        x, y = x / (1 - gain), y / (1 - gain)
    angle = np.deg2rad(float(rng.uniform(*cloth.degrees)))
    x, y = np.cos(angle) * x + np.sin(angle) * y, -np.sin(angle) * x + np.cos(angle) * y
    x, y = x - cloth.shear * y, y / cloth.stretch
    if cloth.folds:
        x = x + cloth.folds * clouds(rng, size, 180)
        y = y + cloth.folds * clouds(rng, size, 180)
    return x, y


def _shaded(picture: Pixels, rng: np.random.Generator) -> Pixels:
    size = (picture.shape[1], picture.shape[0])
    light = 0.9 - 0.18 * np.clip(clouds(rng, size, 150), -1, 1)
    return np.asarray(np.clip(np.rint(picture * light[..., None]), 0, 255), np.uint8)


def _f32(values: NDArray[np.float64]) -> Plane:
    return np.asarray(values, np.float32)


def part(share: float) -> Step:
    """A square part of one period, of so large a share of its area."""

    def change(tile: Pixels, rng: np.random.Generator) -> Pixels:
        return lay(tile, Cloth(periods=(share**0.5, share**0.5)), rng)

    return Step(f"{share:.0%} of one period, any phase", change)


def resized(factor: float) -> Step:
    """The picture in another size."""
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC

    def change(picture: Pixels, _rng: np.random.Generator) -> Pixels:
        return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=method), np.uint8)

    return Step(f"resized to {factor:g}", change)


def turned_over() -> Step:
    """Mirrored and turned by 90 degrees."""
    return Step("turned by 90 degrees and mirrored", lambda p, _rng: np.rot90(p)[:, ::-1])


def flipped() -> Step:
    """Mirrored left to right."""
    return Step("mirrored", lambda p, _rng: p[:, ::-1])


def rotated_90() -> Step:
    """Turned by a quarter."""
    return Step("turned by 90 degrees", lambda p, _rng: np.rot90(p))


def rolled() -> Step:
    """One period that starts elsewhere."""

    def change(tile: Pixels, rng: np.random.Generator) -> Pixels:
        by = rng.integers(0, tile.shape[0], 2)
        return np.roll(tile, (int(by[0]), int(by[1])), (0, 1))

    return Step("exactly one period, any phase", change)
