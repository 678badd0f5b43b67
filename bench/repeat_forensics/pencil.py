"""Drawing on cloth without edges, for the benchmark's own tiles (apart from the generator's archive)."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]
Points = NDArray[np.float64]
Ink = tuple[int, int, int]

_SUPERSAMPLING = 3
_FRACTION_BITS = 4


def ink(code: str) -> Ink:
    """An ink from its hexadecimal code."""
    value = int(code.lstrip("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


def inks(codes: str) -> tuple[Ink, ...]:
    """Inks from codes with spaces between them; the first is the ground."""
    return tuple(ink(code) for code in codes.split())


class Sheet:
    """A square RGB torus drawn at three times its size; positions and lengths are fractions of its side."""

    def __init__(self, size: int, ground: Ink) -> None:
        self.size = size
        self.side = _SUPERSAMPLING * size
        self.large = np.full((self.side, self.side, 3), ground, np.uint8)

    def fill(self, outline: Points, colour: Ink) -> None:
        """One closed outline (n, 2) and its copies across the edges."""
        low, high = outline.min(axis=0), outline.max(axis=0)
        for right in range(-math.floor(high[0]), 1 - math.floor(low[0])):
            for down in range(-math.floor(high[1]), 1 - math.floor(low[1])):
                corners = ((outline + np.array([right, down])) * self.side - 0.5) * 2**_FRACTION_BITS
                place = np.rint(corners).astype(np.int32)
                cv2.fillPoly(self.large, [place], colour, cv2.LINE_8, _FRACTION_BITS)

    def disc(self, at: Points, radius: float, colour: Ink) -> None:
        """A circle."""
        self.fill(at + ellipse(radius, radius, 0.0), colour)

    def stroke(self, path: Points, width: float | Points, colour: Ink) -> None:
        """A line along points (n, 2), as wide as said, or as wide as said at each point."""
        self.fill(ribbon(path, width), colour)

    def pixels(self) -> Pixels:
        """The sheet at its own size, anti-aliased."""
        small = cv2.resize(self.large, (self.size, self.size), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)


def ellipse(across: float, down: float, turn: float, corners: int = 48) -> Points:
    """(corners, 2) outline about the origin; `turn` in radians."""
    angle = np.linspace(0, 2 * math.pi, corners, endpoint=False)
    return turned(np.stack([across * np.cos(angle), down * np.sin(angle)], axis=1), turn)


def turned(points: Points, turn: float) -> Points:
    """Points turned about the origin by radians."""
    cosine, sine = math.cos(turn), math.sin(turn)
    return np.asarray(points @ np.array([[cosine, sine], [-sine, cosine]]), np.float64)


def blade(length: float, width: float, turn: float) -> Points:
    """The outline of a leaf or petal that starts at the origin."""
    t = np.linspace(0, 1, 22)
    half = width / 2 * np.sin(np.pi * t**0.8) ** 0.9
    edge = np.stack([t * length, half], axis=1)
    return turned(np.vstack([edge, edge[::-1] * (1, -1)]), turn)


def ribbon(path: Points, width: float | Points) -> Points:
    """The outline of a line along points (n, 2)."""
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-12
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    half = np.broadcast_to(np.asarray(width, np.float64), (len(path),))[:, None] / 2
    return np.vstack([path + across * half, (path - across * half)[::-1]])


def scatter(rng: np.random.Generator, wanted: int, tries: int = 40) -> list[Points]:
    """Well-spread points on the unit torus (Mitchell's best candidate, 1991)."""
    placed = rng.uniform(size=(1, 2))
    while len(placed) < wanted:
        candidates = rng.uniform(size=(tries, 2))
        gap = np.abs(candidates[:, None] - placed[None])
        room = (np.minimum(gap, 1 - gap) ** 2).sum(axis=2).min(axis=1)
        placed = np.vstack([placed, candidates[np.argmax(room)]])
    return list(placed)


def noise(size: int, rng: np.random.Generator, slope: float, stretch: tuple[float, float] = (1, 1)) -> Plane:
    """(size, size) seamless noise of unit deviation whose amplitude falls as frequency ** -slope."""
    axis = np.fft.fftfreq(size) * size
    radius = np.hypot(axis[:, None] * stretch[0], axis[None, :] * stretch[1])
    radius[0, 0] = 1
    weight = radius**-slope
    weight[0, 0] = 0
    field = np.fft.ifft2(np.fft.fft2(rng.standard_normal((size, size))) * weight).real
    return np.asarray(field / field.std(), np.float32)


def softened(plane: Plane, sigma: float) -> Plane:
    """Gaussian blur on the torus; sigma in px."""
    margin = int(4 * sigma) + 1
    wide = cv2.copyMakeBorder(plane, margin, margin, margin, margin, cv2.BORDER_WRAP)
    blurred = cv2.GaussianBlur(wide, (0, 0), sigma)
    return np.asarray(blurred[margin:-margin, margin:-margin], np.float32)


def warped(plane: Plane, across: Plane, down: Plane) -> Plane:
    """The plane sampled at its own places moved by so many px, wrapping round."""
    size = plane.shape[0]
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    wide = cv2.copyMakeBorder(plane, 2, 2, 2, 2, cv2.BORDER_WRAP)
    to_x = np.asarray((x + across) % size + 2, np.float32)
    to_y = np.asarray((y + down) % size + 2, np.float32)
    return np.asarray(cv2.remap(wide, to_x, to_y, cv2.INTER_LINEAR), np.float32)


def run_of(colours: tuple[Ink, ...], at: Plane) -> Plane:
    """A run of colours: 0 gives the first, 1 the last."""
    table = np.array(colours, np.float32)
    place = np.clip(at, 0, 1) * (len(table) - 1)
    low = np.minimum(place.astype(int), len(table) - 2)
    share = (place - low)[..., None]
    return np.asarray(table[low] * (1 - share) + table[low + 1] * share, np.float32)


def rounded(picture: Plane) -> Pixels:
    """Float RGB to uint8."""
    return np.asarray(np.clip(np.rint(picture), 0, 255), np.uint8)
