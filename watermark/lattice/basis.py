"""Arithmetic of plane lattices: a basis is a (2, 2) array whose rows are the period vectors (x, y) in pixels."""

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
    """The same two vectors, ordered and signed: right-handed, u as far right and v as far down as can be."""
    u, v = basis
    choices = [np.array([s * a, t * b]) for a, b in ((u, v), (v, u)) for s in (1, -1) for t in (1, -1)]
    handed = [c for c in choices if np.linalg.det(c) > 0]
    return max(handed, key=lambda c: c[0, 0] / np.hypot(*c[0]) + c[1, 1] / np.hypot(*c[1]))


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
