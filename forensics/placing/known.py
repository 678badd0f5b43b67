"""A registered tile ready to be looked for: its artwork, edges, features and the ways it resembles itself.

Everything here is made from the tile as drawn, before the mark went in, where the register keeps it: what is
found with it owes nothing to the key, so it costs the mark's p-value nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.asking.recolouring import inks
from forensics.errors import FingerprintFormatError, ReferenceOutOfReachError, ReferenceTileError
from forensics.fingerprints.details import RECORDS_BYTES, describe
from forensics.fingerprints.prints import Fingerprint
from forensics.index import Reference
from forensics.placing.blocks import SIDE, BlockReference, Plane, edge_map
from forensics.placing.features import TileViews

_KEPT = 32
_DETAILS_KEPT = 4096
_SAME_SIDE = 128
_EDGES_SIDE = 64
_EDGES_BYTES = 2 * _EDGES_SIDE**2
_SAME = 0.8
_NEARLY_SAME = 0.7
_MANY_SHIFTS = 30
# In the order of ``watermark.torus.sync.SYMMETRIES``, acting on (y, x).
ORIENTATIONS = tuple(
    np.array(matrix) for a in (1, -1) for b in (1, -1) for matrix in (((a, 0), (0, b)), ((0, a), (b, 0)))
)


class KnownTile:
    """``art`` (512, 512, 3) uint8. ``drawn``: made without the key; else it is the registered tile."""

    def __init__(self, pixels: NDArray[np.uint8], *, drawn: bool) -> None:
        self.size = (pixels.shape[1], pixels.shape[0])
        self.drawn = drawn
        self.art = _shrunk(pixels)
        self.views = TileViews(self.art)

    @property
    def blocks(self) -> BlockReference:
        """What blocks of a suspect are matched with."""
        return self.views.blocks

    @cached_property
    def edges(self) -> Plane:
        """Edge map at (128, 128), zero mean, unit norm: what a fold is laid on."""
        return small_edges(self.art.astype(np.float32))

    @cached_property
    def details(self) -> Details:
        """What finds it."""
        edges = coarse_edges(self.edges).astype(np.float16).astype(np.float32)  # as it is kept
        return Details(describe(self.views), edges)

    @cached_property
    def sameness(self) -> list[tuple[int, NDArray[np.bool_]]]:
        """Orientations and the shifts (512, 512) of each that leave the tile's edges as they are.

        Orientation 0 always comes first and always allows the shifts of 3 px and less. A stripe may slide
        along itself, dots may be counted from any dot, a gingham may lie on its side.
        """
        correlations = lay(self.edges, self.edges)
        allowed: list[tuple[int, NDArray[np.bool_]]] = []
        for k, surface in enumerate(correlations):
            near = cv2.dilate((surface > _SAME).astype(np.uint8), np.ones((3, 3), np.uint8))
            mask = np.asarray(near, np.uint8)
            if k == 0:
                mask[0, 0] = 1
            if mask.any():
                allowed.append((k, _spread(mask)))
        return allowed

    @cached_property
    def repeating(self) -> bool:
        """Whether shifts far shorter than the tile leave its edges nearly as they are."""
        return int((lay(self.edges, self.edges)[0] > _NEARLY_SAME).sum()) > _MANY_SHIFTS

    @cached_property
    def inks(self) -> list[Plane]:
        """Masks (512, 512) of its colours."""
        return inks(self.art)

    @cached_property
    def steps(self) -> NDArray[np.float64] | None:
        """Two shortest translations (x, y), in tiles, that repeat the art within the tile; None for none."""
        return _steps(lay(self.edges, self.edges)[0])

    @cached_property
    def wave(self) -> tuple[int, int] | None:
        """How often the one wave of a striped tile goes up along its sides (x, y); None for other art."""
        from watermark.lattice.stripes import wave_of

        found = wave_of(np.tile(self.art, (2, 2, 1)))
        if found is None:
            return None
        across, down = np.rint(found * SIDE).astype(int).tolist()
        return (across, down) if across or down else None


def _spread(mask: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """From the 128 grid to the 512 grid: each cell opens the shifts within 3 px of it, cyclically."""
    unit = SIDE // _SAME_SIDE
    large = np.zeros((SIDE, SIDE), np.uint8)
    large[::unit, ::unit] = mask
    wrapped = cv2.copyMakeBorder(large, 4, 4, 4, 4, cv2.BORDER_WRAP)
    return np.asarray(cv2.dilate(wrapped, np.ones((7, 7), np.uint8))[4:-4, 4:-4] > 0)


def small_edges(tile: NDArray[np.float32], seen: Plane | None = None) -> Plane:
    """(512, 512, 3) -> (128, 128) edge map of zero mean and unit norm (zero for a flat tile).

    ``seen`` (128, 128) 0 or 1: only there the map is not zero.
    """
    edges = cv2.resize(edge_map(tile), (_SAME_SIDE, _SAME_SIDE), interpolation=cv2.INTER_AREA)
    inside = np.ones_like(edges) if seen is None else seen
    edges = (edges - (edges * inside).sum() / max(1.0, float(inside.sum()))) * inside
    return np.asarray(edges / (np.sqrt((edges**2).sum()) + 1e-9), np.float32)


def coarse_edges(edges: Plane) -> Plane:
    """An edge map at half the resolution, of unit norm again."""
    side = len(edges) // 2
    half = cv2.resize(edges, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(half / (np.sqrt((half**2).sum()) + 1e-9), np.float32)


def lay(fold: Plane, tile: Plane, seen: Plane | None = None) -> NDArray[np.float32]:
    """Correlation (8, n, n) of a fold in each orientation with a tile at each circular shift (y, x).

    Both have unit norm. Orientation M and shift s mean fold(p) = tile(M p - s), with p = (y, x). ``seen``
    (n, n) 0 or 1: where the fold holds anything, the rest of the tile is left out of its norm.
    """
    from scipy import fft

    side = len(tile)
    surfaces = laid_by(orientation_spectra(fold), tile)
    if seen is None:
        return surfaces
    energy = fft.irfft2(fft.rfft2(_turned(seen)) * fft.rfft2(tile * tile).conj(), (side, side))
    return np.asarray(surfaces / np.sqrt(np.maximum(energy, 0.02)), np.float32)


def orientation_spectra(plane: Plane) -> NDArray[np.complex64]:
    """Half spectra of a plane in each of the eight orientations, (8, n, n // 2 + 1)."""
    from scipy import fft

    return np.asarray(fft.rfft2(_turned(plane)), np.complex64)


def laid_by(spectra: NDArray[np.complex64], tile: Plane) -> NDArray[np.float32]:
    """``lay`` of a wholly seen fold whose ``orientation_spectra`` are at hand."""
    from scipy import fft

    return np.asarray(fft.irfft2(spectra * fft.rfft2(tile).conj(), tile.shape), np.float32)


def _turned(plane: Plane) -> NDArray[np.float32]:
    """The plane in each of the eight orientations, (8, n, n)."""
    side = len(plane)
    rows, columns = np.mgrid[0:side, 0:side]
    turned = np.empty((len(ORIENTATIONS), side, side), np.float32)
    for k, matrix in enumerate(ORIENTATIONS):
        (a, b), (c, d) = np.rint(np.linalg.inv(matrix)).astype(int)
        turned[k] = plane[(a * rows + b * columns) % side, (c * rows + d * columns) % side]
    return turned


def _steps(surface: NDArray[np.float32]) -> NDArray[np.float64] | None:
    side = len(surface)
    wrapped = cv2.copyMakeBorder(surface, 2, 2, 2, 2, cv2.BORDER_WRAP)
    summit = surface >= cv2.dilate(wrapped, np.ones((5, 5), np.uint8))[2:-2, 2:-2] - 1e-6
    y, x = np.nonzero(summit & (surface > _SAME))
    if len(x) > 400:  # stripes: every shift along them is a summit
        return None
    places = np.stack([np.where(x > side // 2, x - side, x), np.where(y > side // 2, y - side, y)], 1)
    places = np.vstack([places[np.hypot(*places.T) > 4], [[side, 0], [0, side]]]).astype(np.float64)
    places = places[np.argsort(np.hypot(*places.T), kind="stable")]
    first = places[0]
    for second in places[1:]:
        area = abs(first[0] * second[1] - first[1] * second[0])
        if area > 0.25 * np.hypot(*first) * np.hypot(*second):
            return None if area > 0.9 * side * side else np.array([first, second]) / side
    return None


@dataclass(frozen=True)
class _Named:
    """A reference by what it is, not by the function that loads it: registers are built again and again."""

    asset_id: str
    fingerprint: Fingerprint
    drawn: bool
    reference: Reference = field(compare=False)


def _named(reference: Reference) -> _Named:
    return _Named(reference.asset_id, reference.fingerprint, reference.drawn is not None, reference)


def known(reference: Reference) -> KnownTile:
    """A registered tile as drawn, or as registered where no drawing is kept; ReferenceTileError if lost."""
    return _known(_named(reference))


@lru_cache(maxsize=_KEPT)
def _known(named: _Named) -> KnownTile:
    pixels, drawn = _loaded(named.reference)
    return KnownTile(pixels, drawn=drawn)


@dataclass(frozen=True)
class Details:
    """What finds a tile: its ``fingerprints.details`` and its edge map (64, 64) in half precision."""

    details: bytes
    edges: Plane

    def to_bytes(self) -> bytes:
        """20,792 bytes: the details, then the edges."""
        return self.details + self.edges.astype("<f2").tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Details:
        """The inverse of ``to_bytes``; FingerprintFormatError for anything else."""
        whole = RECORDS_BYTES + _EDGES_BYTES
        if len(stored) != whole:
            raise FingerprintFormatError(f"details: {len(stored)} bytes, not {whole}; describe it again")
        edges = np.frombuffer(stored, "<f2", offset=RECORDS_BYTES).astype(np.float32)
        return cls(stored[:RECORDS_BYTES], edges.reshape(_EDGES_SIDE, _EDGES_SIDE))


def described(drawn: NDArray[np.uint8]) -> Details:
    """Of a tile (H, W, 3) uint8 as drawn: half a second of work, done once when the tile is registered."""
    return KnownTile(drawn, drawn=True).details


def kept(reference: Reference) -> Details | None:
    """Of a registered tile as it was described; None where that was not kept or is not readable any more.

    It can be made again of the drawing: one damaged file must not stop every scan.
    """
    stored = reference.details() if reference.details is not None else None
    try:
        return None if stored is None else Details.from_bytes(stored)
    except FingerprintFormatError:
        return None


def details(reference: Reference) -> Details:
    """Of a registered tile: as it was described, else made when first asked for."""
    return _details(_named(reference))


@lru_cache(maxsize=_DETAILS_KEPT)
def _details(named: _Named) -> Details:
    stored = kept(named.reference)
    if stored is not None:
        return stored
    return KnownTile(_loaded(named.reference)[0], drawn=named.drawn).details


def _shrunk(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def _loaded(reference: Reference) -> tuple[NDArray[np.uint8], bool]:
    """The tile's pixels, and whether they are those from before the mark went in."""
    try:
        pixels = reference.drawn() if reference.drawn is not None else None
        return (reference.tile(), False) if pixels is None else (pixels, True)
    except ReferenceOutOfReachError:
        raise
    except Exception as error:  # whatever the store behind ``tile`` raises
        raise ReferenceTileError(
            f"asset {reference.asset_id}: its registered tile cannot be loaded ({error}); restore the file"
        ) from error
