"""The ways to look at a suspect, in the order they are tried: cheap and likely first.

`Looks` keeps what is known about one suspect, so that several readers share the work. Nothing in it depends
on a key: the bound of `watermark.torus.pvalue` counts every view as one hypothesis more, and needs no other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.folding import fold, whole
from watermark.lattice.fourier import PlaneSpectrum
from watermark.lattice.recovery import lattice_of, recover
from watermark.pictures import Pixels, Plane
from watermark.protocol import Lattice
from watermark.torus.layouts import multiples, parts
from watermark.torus.spectrum import CANVAS, Prefilter, Spectrum, detail, lattice_spectrum
from watermark.torus.sync import SHEARED, SYMMETRIES

Basis = NDArray[np.float64]

MOST_LATTICES = 20
FIRST_LATTICES = 4
MOST_TAKEN_APART = 3
MOST_EVENED = 3
_REPEATS = 0.25
_AS_GOOD = 0.03
SHORTEST_PERIOD = 90.0
_WORKING_PERIOD = 320.0
_MOST_PIXELS = 1_500_000


@dataclass(frozen=True)
class View:
    """One way to look at the suspect: the repeat it was taken by, and the spectrum of one tile.

    basis: rows are the sides of the tile in pixels of the suspect; not the period where the repeat is a
    half-drop or a mirror of the tile.
    """

    lattice: Lattice
    basis: Basis
    seen: Spectrum

    @property
    def orientations(self) -> int:
        """How many orientations are tried; an oblique repeat may have been drawn in a sheared basis."""
        u, v = self.basis
        oblique = abs(u @ v) > 0.2 * np.hypot(*u) * np.hypot(*v)
        return len(SHEARED) if oblique else len(SYMMETRIES)


class Looks:
    """What is known about a uint8 (H, W, 3) suspect without any key; made when first asked for, kept."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels
        self._folds: dict[tuple[Lattice, int], tuple[Plane, Plane]] = {}
        self._details: dict[tuple[int, int, Prefilter], tuple[PlaneSpectrum, Basis]] = {}

    @cached_property
    def whole(self) -> Lattice:
        """The hypothesis that the picture is one tile."""
        return whole(self.pixels)

    @cached_property
    def lattices(self) -> list[Lattice]:
        """Its repeats, as `watermark.lattice.recover` ranks them."""
        return recover(self.pixels, MOST_LATTICES)

    def fold(self, lattice: Lattice, size: int = CANVAS) -> tuple[Plane, Plane]:
        """`watermark.lattice.fold` of the suspect; the arrays are shared, do not write to them."""
        key = (lattice, size)
        if key not in self._folds:
            self._folds[key] = fold(self.pixels, lattice, size)
        return self._folds[key]

    def spectrum(self, basis: Basis, prefilter: Prefilter = "bilateral") -> Spectrum:
        """Whitened spectrum of the tile whose sides are the rows of `basis`, pixels of the suspect."""
        period = math.sqrt(abs(float(np.linalg.det(basis))))
        plane, scale = self._detail(period, prefilter)
        return lattice_spectrum(plane, basis * scale)

    def _detail(self, period: float, prefilter: Prefilter) -> tuple[PlaneSpectrum, Basis]:
        """(spectrum of the suspect without artwork, its scale); shared by periods of about one size."""
        halvings = max(0, math.floor(2 * math.log2(max(period, 1.0) / _WORKING_PERIOD)))
        scale = 2.0 ** (-halvings / 2)
        octaves = round(math.log2(_WORKING_PERIOD / max(period, 1.0)) - 0.1)
        width = 1 if halvings else 1 + 2 * min(3, max(0, octaves))
        key = (halvings, width, prefilter)
        if key not in self._details:
            working, exact = _scaled(self.pixels, scale)
            plane = detail(working, 2.0 ** (-width / 2), prefilter)
            self._details[key] = PlaneSpectrum(plane), exact
        return self._details[key]


def _scaled(pixels: Pixels, scale: float) -> tuple[Pixels, Basis]:
    """(the suspect at about this scale, its middle if that is too large; the exact scale (x, y))."""
    height, width = pixels.shape[:2]
    area = height * width * scale * scale
    if area > _MOST_PIXELS:
        keep = math.sqrt(_MOST_PIXELS / area)
        top, left = round(height * (1 - keep) / 2), round(width * (1 - keep) / 2)
        pixels = np.ascontiguousarray(pixels[top : height - top, left : width - left])
        height, width = pixels.shape[:2]
    if scale >= 1:
        return pixels, np.ones(2)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), np.array([size[0] / width, size[1] / height])


def first_views(looks: Looks) -> Iterator[View]:
    """The first lane: the picture as one tile, and its likeliest repeats as they were recovered."""
    yield _view(looks, looks.whole)
    for lattice in likely(looks)[:FIRST_LATTICES]:
        yield _view(looks, lattice)


def other_views(looks: Looks) -> Iterator[View]:
    """The other repeats; tiles that are not the period: mirrored, dropped, or of many equal motifs."""
    ranked = likely(looks)
    for lattice in ranked[FIRST_LATTICES:]:
        yield _view(looks, lattice)
    repeating = [lattice for lattice in ranked if lattice.score >= _REPEATS]
    for lattice in repeating[:MOST_TAKEN_APART]:
        for tile in parts(basis_of(lattice)):
            if tile.area >= SHORTEST_PERIOD**2:
                yield View(lattice, tile.basis, looks.spectrum(tile.basis) * tile.kept)
    yield from motif_views(looks)
    for lattice in repeating[:MOST_EVENED]:
        yield _view(looks, lattice, "local")


def motif_views(looks: Looks) -> Iterator[View]:
    """Tiles of many equal motifs."""
    size = (looks.pixels.shape[0], looks.pixels.shape[1])
    for basis in multiples(looks.lattices, size, SHORTEST_PERIOD):
        yield View(lattice_of(basis, size, "given"), basis, looks.spectrum(basis))


def _view(looks: Looks, lattice: Lattice, prefilter: Prefilter = "bilateral") -> View:
    return View(lattice, basis_of(lattice), looks.spectrum(basis_of(lattice), prefilter))


def basis_of(lattice: Lattice) -> Basis:
    """Its sides as rows, in pixels of the suspect."""
    return np.array([lattice.u, lattice.v], np.float64)


def likely(looks: Looks) -> list[Lattice]:
    """The repeats a mark may be in, taking turns: stripes, the best by all signs, the finest the artwork has.

    The signs can mislead: the blocks of a JPEG file line up with some multiples of a period more than with
    the period itself.
    """
    able = [lattice for lattice in looks.lattices if lattice.area >= SHORTEST_PERIOD**2]
    most = max((lattice.score for lattice in able), default=0.0)
    stripes = [lattice for lattice in able if lattice.kind == "stripe"]
    others = [lattice for lattice in able if lattice.kind != "stripe"]
    finest = sorted((x for x in others if x.score >= most - _AS_GOOD), key=lambda lattice: lattice.area)
    turns = zip_longest(stripes, others, finest)
    return list(dict.fromkeys(lattice for turn in turns for lattice in turn if lattice is not None))
