"""Arithmetic of plane lattices: a basis is a (2, 2) array, its rows the period vectors (x, y) in pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Basis = NDArray[np.float64]


def reduced(basis: Basis) -> Basis:
    """The shortest basis of the same lattice (Lagrange-Gauss)."""
    u, v = np.array(basis[0], float), np.array(basis[1], float)
    for _ in range(64):
        if u @ u > v @ v:
            u, v = v, u
        if u @ u < 1e-9:
            break
        turns = np.rint(u @ v / (u @ u))
        if turns == 0:
            break
        v = v - turns * u
    return np.array([u, v])


def upright(basis: Basis) -> Basis:
    """The same two vectors with u the flatter one, pointing right, and v on its right-hand side (down)."""
    flatness = np.abs(basis[:, 0]) / np.linalg.norm(basis, axis=1)
    across, down = basis if flatness[0] >= flatness[1] else basis[::-1]
    across = across if across[0] >= 0 else -across
    return np.array([across, down if across[0] * down[1] > across[1] * down[0] else -down])


def area(basis: Basis) -> float:
    """Area of one period in square pixels."""
    return float(abs(np.linalg.det(basis)))


def is_square(basis: Basis) -> bool:
    """Whether a reduced basis is square to within a few percent."""
    u, v = np.hypot(*basis[0]), np.hypot(*basis[1])
    return bool(abs(basis[0] @ basis[1]) < 0.05 * u * v and max(u, v) < 1.05 * min(u, v))


def same_lattice(one: Basis, other: Basis) -> bool:
    """Whether two bases span the same lattice to within a few percent of a period."""
    change = other @ np.linalg.inv(one)
    return bool(np.abs(change - np.rint(change)).max() < 0.06 and abs(abs(np.linalg.det(change)) - 1) < 0.1)


def distinct(bases: list[Basis]) -> list[Basis]:
    """The bases without later repetitions of the same lattice."""
    kept: list[Basis] = []
    for basis in bases:
        if not any(same_lattice(known, basis) for known in kept):
            kept.append(basis)
    return kept
