"""What every watermark of this engine can do: put a number into pixels and read it back blind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from watermark.pictures import Picture
    from watermark.torus.views import Looks

    Pixels = NDArray[np.uint8]
    Matrix = NDArray[np.float64]

Point = tuple[float, float]
Homography = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
LatticeKind = Literal["whole", "content", "residual", "stripe", "coarse", "given"]


@dataclass(frozen=True)
class Lattice:
    """The repeat of a suspect picture.

    u, v: the two period vectors (x, y) in pixels of the suspect, measured at `origin`; u points roughly
    right, v roughly down. origin: the pixel (x, y) where cell (0, 0) starts (its phase is arbitrary).
    homography: maps (a, b, 1), counted in periods along u and v, to homogeneous pixels of the suspect; it is
    affine unless perspective was found. kind: where the hypothesis came from ("whole": the picture itself is
    the torus). orientation: index 0..7 into the symmetries of the square (`watermark.torus.sync.SYMMETRIES`),
    set by the reader when a mark fixed it. score: 0..1, mean correlation of the picture with its translates.
    """

    u: Point
    v: Point
    origin: Point = (0.0, 0.0)
    homography: Homography | None = None
    kind: LatticeKind = "given"
    orientation: int | None = None
    score: float = 0.0

    @property
    def area(self) -> float:
        """Area of one period in square pixels of the suspect."""
        return abs(self.u[0] * self.v[1] - self.u[1] * self.v[0])

    @property
    def matrix(self) -> Matrix:
        """3x3 float64: periods (a, b, 1) to homogeneous pixels (x, y, w) of the suspect."""
        import numpy as np

        if self.homography is not None:
            return np.array(self.homography, dtype=np.float64)
        return np.array(
            [[self.u[0], self.v[0], self.origin[0]], [self.u[1], self.v[1], self.origin[1]], [0.0, 0.0, 1.0]]
        )


@dataclass(frozen=True)
class Reading:
    """What a blind reading found.

    mark_id: the number, or None. p_value: an upper bound on the probability that a picture without this mark
    is read as marked this convincingly, over every hypothesis the reader tried (1.0 when nothing was found);
    each algorithm states its derivation. seconds: wall time spent. score: the accepted statistic, or the best
    one seen (z for the torus mark). lattice: the repeat the mark was read in. tile: the folded tile,
    (M, M, 3) uint8, in the lattice's own phase and orientation. cut_short: the safety limit on CPU time ended
    the search before it had tried every hypothesis; on a faster machine the answer may differ. key_id: the
    name of the secret the mark was read with (`watermark.keys.key_id`), None for a mark without one.
    """

    mark_id: int | None
    p_value: float
    seconds: float
    score: float = 0.0
    lattice: Lattice | None = None
    tile: Pixels | None = field(default=None, compare=False, repr=False)
    cut_short: bool = False
    key_id: str | None = None


class Watermarker(Protocol):
    """A blind, invisible, fixed-capacity mark. `algorithm` is the C2PA soft-binding name (reverse DNS)."""

    @property
    def algorithm(self) -> str:
        """Reverse-DNS name and version of the algorithm."""
        ...

    @property
    def bits(self) -> int:
        """Capacity: mark ids are 0 .. 2**bits - 1."""
        ...

    def embed(self, pixels: Picture, mark_id: int) -> Picture:
        """Return a marked copy, of the same type, of an RGB picture (H, W, 3), uint8 or float32 in 0..255.

        Raises MarkError if it cannot be marked. Other formats: `watermark.mark`.
        """
        ...

    def strengthened(self, factor: float) -> Watermarker:
        """The same algorithm and key with `factor` times the amplitude (factor >= 1)."""
        ...

    def read(
        self, pixels: Pixels, budget_seconds: float = 60, looks: Looks | None = None, *, fast: bool = False
    ) -> Reading:
        """Search a uint8 (H, W, 3) RGB picture for a mark, without the original.

        `looks`: what is known of these very pixels already. `fast`: only what is cheap, to sort pictures.
        """
        ...
