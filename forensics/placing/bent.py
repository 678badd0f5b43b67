"""A tile that lies on no plane: places of it found one by one in a suspect, and what lies between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import SIDE, Plane
from forensics.placing.unfold import MAX_REPEATS, Cell, Matrix

_NEAR_PX = 110.0
_ARM_PX = 64.0
_COVERED_PX = 80.0
_MESH = 33
_ARMS = _ARM_PX * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]], np.float64)
_FIRM = 1e-9

Vector = NDArray[np.float64]


@dataclass
class Bent:
    """Pairs of ``places``, tile px unwrapped over the repeats, and where each is ``seen``, suspect px.

    ``matrices`` (2, 2): tile px to suspect px around each.
    """

    places: list[Vector] = field(default_factory=list)
    seen: list[Vector] = field(default_factory=list)
    matrices: list[Matrix] = field(default_factory=list)

    def keep(self, place: Vector, seen: Vector, matrix: Matrix) -> None:
        """One place more."""
        self.places.append(place)
        self.seen.append(seen)
        self.matrices.append(matrix)

    def around(self, places: Vector) -> tuple[Vector, NDArray[np.float64]]:
        """Suspect px (n, 2) of tile places (n, 2), and the matrices (n, 2, 2) there.

        Affine by moving least squares over the known places, each with four arms that point where its own
        matrix has them.
        """
        known = np.concatenate([place + _ARMS for place in self.places])
        arms = zip(self.seen, self.matrices, strict=True)
        shown = np.concatenate([seen + _ARMS @ matrix.T for seen, matrix in arms])
        away = known[None] - places[:, None]
        weight = np.exp(-(away**2).sum(-1) / (2 * _NEAR_PX**2)) + _FIRM
        terms = np.concatenate([np.ones((*away.shape[:2], 1)), away / SIDE], axis=-1)
        weighted = terms * weight[..., None]
        normal = np.swapaxes(weighted, 1, 2) @ terms + _FIRM * np.eye(3)
        fitted = np.linalg.solve(normal, np.swapaxes(weighted, 1, 2) @ shown)
        return fitted[:, 0], np.swapaxes(fitted[:, 1:], 1, 2) / SIDE

    def homography(self) -> Matrix:
        """3x3 from tile px to suspect px around the first place."""
        matrix = np.eye(3)
        matrix[:2, :2] = self.matrices[0]
        matrix[:2, 2] = self.seen[0] - self.matrices[0] @ self.places[0]
        return matrix

    def repeats(self, pixels: NDArray[np.uint8]) -> Iterator[tuple[Plane, Plane]]:
        """Each repeat's pixels (512, 512, 3) laid flat, and where it was followed (512, 512) 0 or 1."""
        axis = np.linspace(0, SIDE, _MESH)
        mesh = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
        known = np.array(self.places)
        height, width = pixels.shape[:2]
        for cell in self._cells():
            places = mesh + np.array(cell) * SIDE
            near = np.abs(places[:, None] - known[None]).max(-1).min(1) <= _COVERED_PX
            at, inside = _enlarged(self.around(places)[0]), _enlarged(near[:, None])[..., 0] > 0.5
            inside &= ((at >= 0) & (at <= np.array([width - 1, height - 1]))).all(-1)
            x, y = (np.ascontiguousarray(at[..., k]) for k in (0, 1))
            patch = cv2.remap(pixels, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
            yield patch.astype(np.float32), inside.astype(np.float32)

    def _cells(self) -> list[Cell]:
        """The repeats it reaches into, those with most places first."""
        numbers = np.floor(np.array(self.places) / SIDE).astype(int)
        cells, counts = np.unique(numbers, axis=0, return_counts=True)
        order = np.argsort(-counts, kind="stable")[:MAX_REPEATS]
        return [(int(x), int(y)) for x, y in cells[order]]


def _enlarged(values: NDArray[np.generic]) -> NDArray[np.float32]:
    """Values (n, ...) at the corners of the mesh for every px, (512, 512, ...)."""
    at = (np.arange(SIDE) / SIDE * (_MESH - 1)).astype(np.float32)
    x, y = np.meshgrid(at, at)
    mesh = values.reshape(_MESH, _MESH, -1).astype(np.float32)
    large = cv2.remap(mesh, x, y, cv2.INTER_LINEAR)
    return np.asarray(large, np.float32).reshape(SIDE, SIDE, -1)
