"""Which motions carry a drawing onto itself, and fields that are made to obey them.

A drawing in repeat has a wallpaper group. Here it is found on the torus: translations by whole latents, which
networks can obey while they draw, and reflections and the half turn, to the pixel. A drawing and its image
count as the same where their screens correlate by `AGREE` (Mitra et al. 2007, *Symmetrization*, finds them by
votes and lets shapes off the symmetry move onto it; here copies are averaged).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.lexicon.attributes import Attributes
from generator.motifs.draw import draw_tile
from generator.units import PIXELS_PER_LATENT, UNIT_PIXELS

AGREE = 0.85
Field = NDArray[np.float32]
Move = Callable[[NDArray[Any]], NDArray[Any]]
MIRRORS: dict[str, Move] = {
    "across": lambda field: field[..., :, ::-1],
    "down": lambda field: field[..., ::-1, :],
    "half turn": lambda field: field[..., ::-1, ::-1],
    "falling": lambda field: np.swapaxes(field, -1, -2),
    "rising": lambda field: np.swapaxes(field, -1, -2)[..., ::-1, ::-1],
}


@dataclass(frozen=True)
class Lattice:
    """A subgroup of the translations of a torus of `edge` x `edge`, in Hermite normal form.

    Its basis is (0 down, `across` across) and (`down` down, `lean` across).
    """

    edge: int
    across: int
    lean: int
    down: int

    @property
    def count(self) -> int:
        """How many translations there are."""
        return self.edge**2 // (self.across * self.down)

    def cosets(self) -> NDArray[np.intp]:
        """For each place (edge, edge) the number of its orbit."""
        down, across = np.indices((self.edge, self.edge))
        row, times = down % self.down, down // self.down
        return np.asarray(row * self.across + (across - times * self.lean) % self.across, dtype=np.intp)

    def members(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Every translation: down and across."""
        found = np.nonzero(self.cosets() == 0)
        return found[0], found[1]

    def meaned(self, field: Field) -> Field:
        """A field (..., edge, edge) with every value replaced by the mean of its orbit."""
        places = self.cosets().ravel()
        order = np.argsort(places, kind="stable")
        flat = field.reshape(-1, self.edge**2)[:, order]
        means = flat.reshape(len(flat), -1, self.count).mean(axis=2, dtype=np.float64)
        return np.asarray(means[:, places].reshape(field.shape), dtype=np.float32)

    def times(self, scale: int) -> Lattice:
        """The same on a ground with so many places for each of its own."""
        return Lattice(*(scale * each for each in (self.edge, self.across, self.lean, self.down)))

    def halved(self) -> Lattice | None:
        """The same on a quarter of the ground, where that repeats; else None."""
        half = self.edge // 2
        cosets = self.cosets()
        if self.edge % 2 or cosets[half, 0] or cosets[0, half]:
            return None
        return Lattice(half, self.across, self.lean, self.down)


@dataclass(frozen=True)
class Mirror:
    """A motion of order two: a reflection or the half turn, then a shift in pixels."""

    kind: str
    down: int
    across: int

    def applied(self, field: NDArray[Any]) -> NDArray[Any]:
        """The image of a field (..., edge, edge)."""
        return np.roll(MIRRORS[self.kind](field), (self.down, self.across), (-2, -1))


@dataclass(frozen=True)
class Symmetry:
    """Translations in latents and motions of order two in pixels, of a drawing."""

    lattice: Lattice
    mirrors: tuple[Mirror, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether there is any motion but standing still."""
        return self.lattice.count > 1 or bool(self.mirrors)

    def folded(self, least: int) -> tuple[Symmetry, int]:
        """The symmetry of the ground that repeats, at least `least` latents wide, and how often across."""
        smaller = self.lattice.halved()
        if smaller is None or smaller.edge < least:
            return self, 1
        edge = smaller.edge * PIXELS_PER_LATENT
        mirrors = tuple(Mirror(each.kind, each.down % edge, each.across % edge) for each in self.mirrors)
        inner, times = Symmetry(smaller, mirrors).folded(least)
        return inner, 2 * times

    def mirrored(self, screens: Field) -> Field:
        """Screens (n, edge, edge) in pixels, by turns the mean of what they are and each mirror's image."""
        for mirror in self.mirrors:
            screens = (screens + mirror.applied(screens)) / np.float32(2.0)
        return screens

    def copied(self, inks: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Separations (N, N) that nearly obey it, with the part that comes first set wherever it repeats.

        They are given back as they are where a motion would not carry samples onto samples.
        """
        edge, own = inks.shape[0], self.lattice.edge * PIXELS_PER_LATENT
        if edge % own or not self.moves:
            return inks
        scale = edge // own
        mirrors = [Mirror(each.kind, scale * each.down, scale * each.across) for each in self.mirrors]
        orbits = self.lattice.times(scale * PIXELS_PER_LATENT).cosets()
        first, before = np.arange(inks.size, dtype=np.int64).reshape(inks.shape), None
        while before is None or not np.array_equal(first, before):
            before, least = first, np.full(int(orbits.max()) + 1, inks.size)
            for mirror in mirrors:
                first = np.minimum(first, mirror.applied(first))
            np.minimum.at(least, orbits, first)
            first = least[orbits]
        return np.asarray(inks.ravel()[first])

    def shown(self, inks: NDArray[np.uint8]) -> float:
        """How well separations obey it: the least correlation of their screens with an image, of any size."""
        own = _Spectrum(inks)
        scale = own.edge / (self.lattice.edge * PIXELS_PER_LATENT)
        down, across = (
            np.rint(each * PIXELS_PER_LATENT * scale).astype(int) for each in self.lattice.members()
        )
        least = float(own.correlation()[down, across].min())
        for mirror in self.mirrors:
            place = (round(mirror.down * scale) % own.edge, round(mirror.across * scale) % own.edge)
            least = min(least, float(own.correlation(MIRRORS[mirror.kind])[place]))
        return least


def unmoved(edge: int) -> Symmetry:
    """The symmetry of what has none, `edge` latents wide."""
    return Symmetry(Lattice(edge, edge, 0, edge))


def symmetry_by_rule(words: Attributes, seed: int, units: int) -> Symmetry:
    """The symmetry of what the archive draws to words, `units` training units wide, as large as screens."""
    return symmetry_of(draw_tile(words, seed, units * UNIT_PIXELS, units))


def symmetry_of(inks: NDArray[np.uint8]) -> Symmetry:
    """The symmetry of separations (edge, edge), ink numbers; `edge` is a multiple of a latent's 8 pixels."""
    own = _Spectrum(inks)
    return Symmetry(_lattice(own), tuple(_mirrors(own)))


class _Spectrum:
    """Screens of a drawing, one for each ink it prints, and their correlation with an image of theirs."""

    def __init__(self, inks: NDArray[np.uint8]) -> None:
        screens = (inks[None] == np.unique(inks)[:, None, None]).astype(np.float64)
        self.edge = inks.shape[-1]
        self._screens = screens - screens.mean(axis=(1, 2), keepdims=True)
        self._own = np.fft.rfft2(self._screens)
        self._energy = max(float(self._at_shifts(self._own)[0, 0]), 1e-9)

    def correlation(self, move: Move | None = None) -> NDArray[np.float64]:
        """Of the drawing with itself, or with its image under `move`, at every shift (edge, edge)."""
        image = self._own if move is None else np.fft.rfft2(move(self._screens))
        return self._at_shifts(image) / self._energy

    def _at_shifts(self, image: NDArray[np.complex128]) -> NDArray[np.float64]:
        found = np.fft.irfft2((self._own * np.conj(image)).sum(axis=0), s=(self.edge, self.edge))
        return np.asarray(found, dtype=np.float64)


def _lattice(own: _Spectrum) -> Lattice:
    agree = own.correlation()[::PIXELS_PER_LATENT, ::PIXELS_PER_LATENT] >= AGREE
    edge = own.edge // PIXELS_PER_LATENT
    fitting = (lattice for lattice in lattices(edge) if agree[lattice.members()].all())
    return next(fitting, unmoved(edge).lattice)


@lru_cache(maxsize=4)
def lattices(edge: int) -> tuple[Lattice, ...]:
    """Every subgroup of the translations of a torus of `edge` x `edge`, the largest first."""
    divisors = [size for size in range(1, edge + 1) if edge % size == 0]
    found = [
        Lattice(edge, across, lean, down)
        for down in divisors
        for across in divisors
        for lean in range(across)
        if edge // down * lean % across == 0
    ]
    return tuple(sorted(found, key=lambda lattice: -lattice.count))


def _mirrors(own: _Spectrum) -> Iterator[Mirror]:
    for kind, move in MIRRORS.items():
        found = np.where(_twice_is_none(kind, own.edge), own.correlation(move), -1.0)
        down, across = np.unravel_index(int(found.argmax()), found.shape)
        if found[down, across] >= AGREE:
            yield Mirror(kind, int(down), int(across))


def _twice_is_none(kind: str, edge: int) -> NDArray[np.bool_]:
    """Where a shift after the reflection leaves a motion of order two: no glide."""
    down, across = np.indices((edge, edge))
    allowed = {
        "across": down == 0,
        "down": across == 0,
        "falling": (down + across) % edge == 0,
        "rising": down == across,
    }
    return np.asarray(allowed.get(kind, np.ones((edge, edge), dtype=bool)))
