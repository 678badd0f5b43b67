"""Outlines of motifs: closed polygons as float64 arrays (N, 2), x right, y down, in the motif's own units.

A motif is a list of (outline, ink) painted in order; the helpers here build, turn and combine them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.float64]
Shape = tuple[Outline, int]
Motif = list[Shape]


def circle(radius: float, x: float = 0.0, y: float = 0.0, points: int = 48) -> Outline:
    """A disc of `radius` about (x, y)."""
    return scalloped(radius, 0, 0.0, points) + (x, y)


def scalloped(radius: float, lobes: int, depth: float, points: int = 120, phase: float = 0.0) -> Outline:
    """A disc whose edge swings by the fraction `depth` in `lobes` round lobes."""
    angle = np.linspace(0.0, 2.0 * math.pi, points, endpoint=False)
    reach = radius * (1.0 - depth + depth * np.abs(np.cos(lobes * (angle - phase) / 2.0)) * 2.0 - depth * 0.5)
    if lobes == 0:
        reach = np.full_like(angle, radius)
    return np.stack([reach * np.sin(angle), -reach * np.cos(angle)], axis=1)


def blob(radius: float, waves: Sequence[tuple[float, float]], points: int = 64) -> Outline:
    """A rounded pebble: the n-th wave (amplitude, phase) swings the radius n + 2 times round."""
    angle = np.linspace(0.0, 2.0 * math.pi, points, endpoint=False)
    reach = np.ones_like(angle)
    for number, (amplitude, phase) in enumerate(waves, start=2):
        reach += amplitude * np.cos(number * angle + phase)
    return radius * np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1)


def petal(length: float, width: float, tip: float = 0.5, start: float = 0.0) -> Outline:
    """A petal from (0, -start) to (0, -length); `tip` runs from 0 (pointed) to 1 (blunt)."""
    along = np.linspace(0.0, 1.0, 24)
    pointed = np.sin(math.pi * along**0.8)
    blunt = np.sqrt(np.clip(1.0 - (2.0 * along**1.6 - 1.0) ** 2, 0.0, 1.0))
    half = 0.5 * width * ((1.0 - tip) * pointed + tip * blunt)
    spine = -(start + (length - start) * along)
    return mirrored(np.stack([half, spine], axis=1))


def leaf(length: float, width: float, bend: float = 0.0) -> Outline:
    """A pointed leaf from the origin up to (0, -length), its tip pushed sideways by `bend`."""
    along = np.linspace(0.0, 1.0, 24)
    half = 0.5 * width * np.sin(math.pi * along**0.85) ** 0.9
    right = np.stack([half, -length * along], axis=1)
    return bent(mirrored(right), length, bend)


def half_leaf(length: float, width: float, bend: float = 0.0) -> Outline:
    """The right half of `leaf`, for a leaf in two inks."""
    along = np.linspace(0.0, 1.0, 24)
    half = 0.5 * width * np.sin(math.pi * along**0.85) ** 0.9
    right = np.stack([half, -length * along], axis=1)
    spine = np.stack([np.zeros(24), -length * along], axis=1)[::-1]
    return bent(np.concatenate([right, spine]), length, bend)


def bent(outline: Outline, length: float, bend: float) -> Outline:
    """Push points sideways by the square of their height, reaching `bend` at `length`."""
    moved = outline.copy()
    moved[:, 0] += bend * (outline[:, 1] / length) ** 2
    return moved


def mirrored(right: Outline) -> Outline:
    """Close a right-hand edge with its mirror image."""
    left = right[::-1] * (-1.0, 1.0)
    return np.concatenate([right, left])


def ribbon(spine: Outline, start: float, end: float) -> Outline:
    """A stroke along `spine` (N, 2) whose width runs from `start` to `end`."""
    step = np.gradient(spine, axis=0)
    normal = np.stack([-step[:, 1], step[:, 0]], axis=1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    half = 0.5 * np.linspace(start, end, len(spine))[:, None]
    return np.concatenate([spine + half * normal, (spine - half * normal)[::-1]])


def curve(*control: tuple[float, float], points: int = 24) -> Outline:
    """A Bezier curve through the first and last of three or four control points."""
    t = np.linspace(0.0, 1.0, points)[:, None]
    degree = len(control) - 1
    terms = [
        math.comb(degree, k) * t**k * (1.0 - t) ** (degree - k) * np.array(point, dtype=np.float64)
        for k, point in enumerate(control)
    ]
    return np.asarray(sum(terms), dtype=np.float64)


def sector(inner: float, outer: float, start: float, stop: float, points: int = 40) -> Outline:
    """A piece of a ring between two radii and two angles (radians, clockwise from the top)."""
    angle = np.linspace(start, stop, points)
    unit = np.stack([np.sin(angle), -np.cos(angle)], axis=1)
    if inner <= 0.0:
        return np.concatenate([outer * unit, np.zeros((1, 2))])
    return np.concatenate([outer * unit, inner * unit[::-1]])


def archway(radius: float, leg: float, points: int = 40) -> Outline:
    """A filled arch: a half disc of `radius` above the origin, on legs of length `leg` below it."""
    angle = np.linspace(-math.pi / 2.0, math.pi / 2.0, points)
    top = radius * np.stack([np.sin(angle), -np.cos(angle)], axis=1)
    return np.concatenate([top, [[radius, leg], [-radius, leg]]])


def archband(outer: float, inner: float, leg: float, points: int = 40) -> Outline:
    """The band between two arches that stand on one line."""
    outside, inside = (np.roll(archway(radius, leg, points), 1, axis=0) for radius in (outer, inner))
    return np.concatenate([outside, inside[::-1]])


def turned(motif: Motif, angle: float) -> Motif:
    """The motif turned clockwise by `angle` radians about its origin."""
    cos, sin = math.cos(angle), math.sin(angle)
    matrix = np.array([[cos, sin], [-sin, cos]])
    return [(outline @ matrix, ink) for outline, ink in motif]


def scaled(motif: Motif, factor: float, flip: bool = False) -> Motif:
    """The motif made larger by `factor`, mirrored left to right on request."""
    by = (-factor if flip else factor, factor)
    return [(outline * by, ink) for outline, ink in motif]


def moved(motif: Motif, x: float, y: float) -> Motif:
    """The motif with its origin at (x, y)."""
    return [(outline + (x, y), ink) for outline, ink in motif]


def whorl(motif: Motif, count: int, phase: float = 0.0) -> Motif:
    """`count` copies of the motif turned evenly round the origin."""
    return joined(turned(motif, phase + 2.0 * math.pi * k / count) for k in range(count))


def joined(motifs: Iterable[Motif]) -> Motif:
    """Motifs one over the other."""
    return [shape for motif in motifs for shape in motif]


def ring_of_dots(count: int, distance: float, radius: float, ink: int) -> Motif:
    """Small discs evenly round the origin."""
    return whorl([(circle(radius, 0.0, -distance, 16), ink)], count)
