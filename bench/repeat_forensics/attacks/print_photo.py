"""Printed, then photographed: inks on paper, a halftone screen, uneven light, optics, grain."""

from __future__ import annotations

import cv2
import numpy as np

from bench.repeat_forensics.attacks.attack import Step
from bench.repeat_forensics.attacks.signal import clipped
from bench.repeat_forensics.pencil import Pixels, Plane

_ANGLES = (15.0, 75.0, 0.0, 45.0)


def halftone(cell: float) -> Step:
    """Four amplitude-modulated screens (cyan, magenta, yellow, black) of `cell` px, optically softened."""

    def change(picture: Pixels, _rng: np.random.Generator) -> Pixels:
        return _screened(picture, cell)

    return Step(f"halftone of {cell:g} px, four screens", change)


def _screened(picture: Pixels, cell: float) -> Pixels:
    large = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    separations = 1 - large
    black = 0.7 * separations.min(axis=-1)
    plates = [separations[..., k] - black for k in range(3)] + [black]
    printed = [_screen(plate, angle, 2 * cell) for plate, angle in zip(plates, _ANGLES, strict=True)]
    rgb = np.stack([(1 - plate) * (1 - printed[3]) for plate in printed[:3]], axis=-1)
    small = cv2.resize(rgb.astype(np.float32), picture.shape[1::-1], interpolation=cv2.INTER_AREA)
    return clipped(255 * np.asarray(small, np.float32))


def _screen(plate: Plane, degrees: float, cell: float) -> Plane:
    y, x = np.mgrid[0 : plate.shape[0], 0 : plate.shape[1]].astype(np.float32)
    turn = np.deg2rad(degrees)
    u = (x * np.cos(turn) + y * np.sin(turn)) * 2 * np.pi / cell
    v = (y * np.cos(turn) - x * np.sin(turn)) * 2 * np.pi / cell
    level = (np.cos(u) + np.cos(v)) / 4 + 0.5
    return np.asarray(1 / (1 + np.exp(-14 * (1.02 * plate - level))), np.float32)


def printed() -> Step:
    """The narrower range and the warmer white of ink on paper."""

    def change(picture: Pixels, _rng: np.random.Generator) -> Pixels:
        ink = 255 * (picture / 255.0) ** 1.1 * 0.86 + 14
        return clipped(ink * np.array([1.04, 1.0, 0.92]))

    return Step("printed (gamma 1.1, contrast 86 %, warm paper)", change)


def lit_unevenly(depth: float) -> Step:
    """Light falling off smoothly by up to `depth`."""

    def change(picture: Pixels, rng: np.random.Generator) -> Pixels:
        coarse = rng.uniform(1 - depth, 1, (3, 3)).astype(np.float32)
        light = cv2.resize(coarse, picture.shape[1::-1], interpolation=cv2.INTER_CUBIC)
        return clipped(picture * light[..., None])

    return Step(f"light uneven by {depth:.0%}", change)


def camera(blur: float, grain: float) -> Step:
    """A little blur and grain."""

    def change(picture: Pixels, rng: np.random.Generator) -> Pixels:
        soft = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), blur)
        return clipped(soft + rng.normal(0, grain, picture.shape))

    return Step(f"camera blur {blur:g} px, grain {grain:g}", change)
