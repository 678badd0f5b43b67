"""Lay a wavy picture of a repeat flat: cloth in folds, paper in perspective.

Geometric phase analysis (Hytch, Snoeck and Kilaas, "Quantitative measurement of displacement and strain
fields", Ultramicroscopy 1998): every harmonic of the repeat is a carrier whose local phase says how far the
pattern is from where an even lattice would have it. Phase differences between neighbouring places need no
unwrapping; one sparse least-squares problem joins those of all harmonics to a smooth displacement. Low
harmonics come first, then, in the flatter picture, the exact high ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve

from watermark.lattice.basis import Basis
from watermark.lattice.fourier import PlaneSpectrum
from watermark.pictures import Pixels, Plane, blur, luma

Field = NDArray[np.float64]

_LONGEST_SIDE = 640
_WORKING_PERIOD = 110.0
_PASSES = ((2, 0.45), (4, 0.35), (8, 0.25))
_CARRIERS = 12
_NODES_PER_PERIOD = 4
_MOST_NODES = 40
_STIFFNESS = 0.005


@dataclass(frozen=True)
class Flattened:
    """pixels: the picture laid flat; source: (H, W, 2) float32, where each of its pixels (x, y) came from."""

    pixels: Pixels
    source: Plane


def flattened(pixels: Pixels, basis: Basis) -> Flattened:
    """The picture (H, W, 3) moved so that it repeats evenly by `basis`, rows u and v in its pixels."""
    height, width = pixels.shape[:2]
    period = float(np.sqrt(abs(np.linalg.det(basis))))
    shrink = min(1.0, _LONGEST_SIDE / max(height, width), _WORKING_PERIOD / period)
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    features = _features(np.asarray(small, np.uint8), period * shrink)
    moved = _identity(features.shape[:2])
    for radius, reach in _PASSES:
        flat = _sampled(features, moved, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT)
        step = _displacement(flat, basis * shrink, radius, reach)
        moved = _composed(moved, step)
    offset = np.asarray(moved - _identity(features.shape[:2]), np.float32) / np.float32(shrink)
    large = cv2.resize(offset, (width, height), interpolation=cv2.INTER_CUBIC)
    source = np.asarray(_identity((height, width)) + large, np.float32)
    flat_pixels = _sampled(pixels, source, cv2.INTER_CUBIC, cv2.BORDER_REFLECT)
    return Flattened(np.asarray(flat_pixels, np.uint8), source)


def _sampled(picture: Plane | Pixels, places: Plane, method: int, border: int) -> Plane:
    """The picture at `places`, (H, W, 2) pixels (x, y)."""
    x, y = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
    return np.asarray(cv2.remap(picture, x, y, method, borderMode=border))


def _identity(shape: tuple[int, int]) -> Plane:
    x, y = np.meshgrid(np.arange(shape[1]), np.arange(shape[0]))
    return np.stack([x, y], axis=-1).astype(np.float32)


def _features(pixels: Pixels, period: float) -> Plane:
    """(H, W, 2) light and warmth without their slow changes, of even loudness."""
    colours = pixels.astype(np.float32)
    planes = [luma(pixels), np.asarray(colours[..., 0] - colours[..., 2], np.float32)]
    even = [plane - blur(plane, 0.5 * period) for plane in planes]
    loudness = np.sqrt(blur(np.asarray(even[0] ** 2 + even[1] ** 2, np.float32), 0.5 * period)) + 3.0
    return np.stack([plane / loudness for plane in even], axis=-1)


def _displacement(features: Plane, basis: Basis, radius: int, reach: float) -> Plane:
    """(H, W, 2) px to add to each place to find there what the even lattice has here."""
    height, width = features.shape[:2]
    period = float(np.sqrt(abs(np.linalg.det(basis))))
    per_pixel = _NODES_PER_PERIOD / period
    rows, columns = (int(np.clip(per_pixel * side, 4, _MOST_NODES)) for side in (height, width))
    reciprocal = np.asarray(np.linalg.inv(basis), np.float64)
    index = _strongest(features, reciprocal, radius)
    phases = [_local(features, reciprocal @ k, (rows, columns), reach * period) for k in index]
    nodes = _joined(index, phases)
    step = np.asarray(-(nodes @ basis), np.float32)
    return np.asarray(cv2.resize(step, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def followed(features: Plane, wave: Field, harmonics: int, reach: float) -> tuple[Field, Field]:
    """(periods a wave of (H, W, 2) features is ahead of an even one, how loud it is), on (rows, columns).

    wave: frequency (x, y), cycles per px. reach: the width of the places that are told apart, in periods.
    """
    height, width = features.shape[:2]
    period = 1 / float(np.hypot(*wave))
    nodes = int(np.clip(height / period, 6, _MOST_NODES)), int(np.clip(width / period, 6, _MOST_NODES))
    highest = max(1, min(harmonics, int(0.4 / np.abs(wave).max())))
    index = np.stack([np.arange(1, highest + 1), np.zeros(highest, np.intp)], axis=1)
    phases = [_local(features, k * wave, nodes, reach * period) for k in index[:, 0]]
    loud = np.asarray(sum(np.abs(part) ** 2 for pair in phases for part in pair), np.float64)
    return np.asarray(_joined(index, phases)[..., 0], np.float64), loud


def _strongest(features: Plane, reciprocal: Basis, radius: int) -> NDArray[np.intp]:
    """(n, 2) the harmonics with most power near their place in the spectrum."""
    first, second = np.mgrid[-radius : radius + 1, 0 : radius + 1]
    index = np.stack([first.ravel(), second.ravel()], axis=1)
    index = index[(index[:, 1] > 0) | (index[:, 0] > 0)]
    frequency = index @ reciprocal.T
    kept = np.abs(frequency).max(1) < 0.4
    index, frequency = index[kept], frequency[kept]
    spread = np.linspace(-0.3, 0.3, 5)
    around = np.stack(np.meshgrid(spread, spread), axis=-1).reshape(-1, 2) @ reciprocal.T
    places = frequency[:, None, :] + around[None]
    power = np.zeros(places.shape[:2])
    for channel in (0, 1):
        plane = PlaneSpectrum(np.ascontiguousarray(features[..., channel]))
        power += np.abs(plane.at(places[..., 1], places[..., 0])) ** 2
    return np.asarray(index[np.argsort(-power.max(1), kind="stable")[:_CARRIERS]], np.intp)


def _local(
    features: Plane, frequency: Field, nodes: tuple[int, int], sigma: float
) -> tuple[NDArray[np.complex128], ...]:
    """Local amplitudes of one carrier at the nodes, (rows, columns), one array per feature."""
    height, width = features.shape[:2]
    x = np.exp(-2j * np.pi * frequency[0] * np.arange(width))
    y = np.exp(-2j * np.pi * frequency[1] * np.arange(height))
    carrier = np.asarray(np.outer(y, x), np.complex64)
    found = []
    spacing = min(height / nodes[0], width / nodes[1])
    for channel in (0, 1):
        turned = np.ascontiguousarray(features[..., channel] * carrier)
        parts = turned.view(np.float32).reshape(height, width, 2)
        grid = cv2.resize(parts, (nodes[1], nodes[0]), interpolation=cv2.INTER_AREA)
        grid = cv2.GaussianBlur(grid, (0, 0), max(sigma / spacing, 0.5), borderType=cv2.BORDER_REFLECT)
        found.append(np.asarray(grid[..., 0] + 1j * grid[..., 1], np.complex128))
    return tuple(found)


def _joined(index: NDArray[np.intp], phases: list[tuple[NDArray[np.complex128], ...]]) -> Field:
    """(rows, columns, 2) periods the pattern is ahead of the even lattice, its mean zero."""
    rows, columns = phases[0][0].shape
    count = rows * columns
    number = np.arange(count).reshape(rows, columns)
    matrix = sparse.csr_matrix((2 * count, 2 * count))
    right = np.zeros(2 * count)
    loudest = max(float((np.abs(plane) ** 2).mean()) for pair in phases for plane in pair) + 1e-12
    for one, other, cut in (
        (number[:, :-1], number[:, 1:], (slice(None), slice(None, -1), slice(None), slice(1, None))),
        (number[:-1], number[1:], (slice(None, -1), slice(None), slice(1, None), slice(None))),
    ):
        difference = _difference(one.ravel(), other.ravel(), count)
        for k, pair in zip(index, phases, strict=True):
            product = sum(p[cut[2], cut[3]] * p[cut[0], cut[1]].conj() for p in pair)
            weight = (np.abs(product) / loudest).ravel()
            turned = np.angle(product).ravel() / (2 * np.pi)
            block = difference.T @ sparse.diags(weight) @ difference
            matrix = matrix + sparse.kron(np.outer(k, k), block)
            right += np.kron(k, difference.T @ (weight * turned))
    smooth = sparse.kron(np.eye(2), _bending(rows, columns))
    scale = _STIFFNESS * float(np.mean(np.diag(index.T @ index)))
    whole = matrix + scale * smooth + 1e-6 * sparse.eye(2 * count)
    solved = spsolve(sparse.csc_matrix(whole), right).reshape(2, rows, columns)
    return np.asarray(np.moveaxis(solved - solved.mean((1, 2), keepdims=True), 0, -1), np.float64)


def _difference(one: NDArray[np.intp], other: NDArray[np.intp], count: int) -> sparse.csr_matrix:
    rows = np.arange(len(one))
    values = np.concatenate([np.ones(len(one)), -np.ones(len(one))])
    return sparse.csr_matrix((values, (np.tile(rows, 2), np.concatenate([other, one]))), (len(one), count))


def _bending(rows: int, columns: int) -> sparse.csr_matrix:
    """Second differences squared: what no carrier tells bends as little as possible."""
    down = sparse.diags([1.0, -2.0, 1.0], [0, 1, 2], shape=(rows - 2, rows))
    across = sparse.diags([1.0, -2.0, 1.0], [0, 1, 2], shape=(columns - 2, columns))
    return sparse.csr_matrix(
        sparse.kron(down.T @ down, sparse.eye(columns)) + sparse.kron(sparse.eye(rows), across.T @ across)
    )


def _composed(moved: Plane, step: Plane) -> Plane:
    """First the step, then what was moved before."""
    at = np.asarray(_identity(moved.shape[:2]) + step, np.float32)
    return _sampled(moved, at, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
