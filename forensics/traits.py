"""What was done to a tile where it was found: how it repeats, how large it lies, in which colours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RepeatType(StrEnum):
    """How the tile is laid. HALF_DROP: every other column is half a tile lower; BRICK: every other row is
    half a tile along; MIRROR: every other cell is a reflection; SINGLE: too little is seen to tell."""

    BLOCK = "block"
    HALF_DROP = "half-drop"
    BRICK = "brick"
    MIRROR = "mirror"
    SINGLE = "single"


class ColourChange(StrEnum):
    """What became of the registered colours. MONOTONE: one rising or falling curve of lightness; REINKED:
    each ink was exchanged for another; UNKNOWN: too little was seen to tell."""

    SAME = "same"
    HUE = "hue-turned"
    GREY = "grey"
    INVERTED = "inverted"
    CHANNELS = "channels-exchanged"
    MONOTONE = "monotone-map"
    REINKED = "re-inked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Overlay:
    """What to draw over the suspect: the tile's frame in suspect pixels (x right, y down).

    ``homography`` is row-major 3x3 and maps unit tile coordinates (x, y in [0, 1), repeating) to suspect
    pixels, so the repeats are its images of the integer grid.
    """

    homography: tuple[float, ...]

    @property
    def origin(self) -> tuple[float, float]:
        """Suspect pixel of the tile's corner (0, 0)."""
        scale = self.homography[8]
        return self.homography[2] / scale, self.homography[5] / scale


@dataclass(frozen=True)
class Repeat:
    """The repeat found in the suspect, in pixels of the picture given.

    ``width_px`` and ``height_px``: size of one tile as it lies; ``angle_deg``: of its upper edge, clockwise;
    ``kind``: how the repeat was found. ``type`` is told by laying the registered tile in every way and
    ``sure`` (0..1) says by how much it won over those that would look otherwise; ``alike``: the types that
    would look the same with this tile, so that nobody could tell. ``count``: tiles visible, as area, so
    fractions are meant. ``scale``: suspect px per registered px. ``size_mm``: width and height of one tile in
    the picture, when its resolution is known; ``enlarged``: that against the registered physical size.
    """

    width_px: float
    height_px: float
    angle_deg: float
    kind: str
    overlay: Overlay
    type: RepeatType = RepeatType.SINGLE
    sure: float = 0.0
    alike: tuple[RepeatType, ...] = ()
    count: float | None = None
    scale: float | None = None
    size_mm: tuple[float, float] | None = None
    enlarged: float | None = None


@dataclass(frozen=True)
class Ink:
    """One ink of the registered tile and the colour seen in its place, both "#rrggbb"; ``share`` of area."""

    registered: str
    seen: str
    share: float


@dataclass(frozen=True)
class Colourway:
    """How the colours changed. ``hue_deg``: HUE only. ``channels``: CHANNELS only, such as "bgr".

    ``inks``: largest first. ``left``: mean colour difference (CIE 1976, Lab) the change does not explain.
    """

    change: ColourChange
    inks: tuple[Ink, ...] = ()
    hue_deg: float | None = None
    channels: str | None = None
    left: float | None = None
