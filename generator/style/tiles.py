"""The tiles a style is trained on: separations and a prompt, from the house's own or from uploads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.critic.printing import seam, separations
from generator.draft import Pixels, separations_digest
from generator.errors import StyleTilesError
from generator.palette import MAX_INKS

FEWEST, MOST = 10, 100
SMALLEST_PX = 128
OFFER = "give --repair (over HTTP: repair) to have it done"
FOREIGN = 0.05  # the share of an upload that may be in none of its inks
_SHARE = 0.004  # of the tile: an ink that prints less is taken for a blended edge
_LIKE = 28.0  # RGB distance at which two colours are one ink


@dataclass(frozen=True, eq=False)
class StyleTile:
    """One tile to learn from: `inks` is an index map (H, W), uint8, of ink numbers, the ground 0.

    `units` says how many training units it is wide. An empty `prompt` teaches the hand without words.
    """

    name: str
    inks: Pixels
    prompt: str
    seed: int
    count: int
    units: int = 1

    @property
    def sha256(self) -> str:
        """Names the separations."""
        if self.inks.shape[0] == self.inks.shape[1]:
            return separations_digest(self.inks)
        return hashlib.sha256(self.inks.tobytes()).hexdigest()


def check_count(tiles: int) -> None:
    """Raise StyleTilesError unless there are as many as a style is trained on."""
    if not FEWEST <= tiles <= MOST:
        few = tiles < FEWEST
        problem = f"{tiles} are too {'few to show a hand' if few else 'many for one style'}"
        raise StyleTilesError("", problem, f"give {FEWEST} to {MOST}")


def upload(name: str, pixels: Pixels, *, repair: bool = False) -> tuple[Pixels, tuple[str, ...], int]:
    """(separations, inks, units) of a picture (H, W, 3) that is one repeat; inks that print most come first.

    It is one training unit wide, and two once it is mirrored: its motifs stay as large as they are.

    Raises StyleTilesError for one that is too small, not square, of more than 6 inks or like a photograph,
    and where it does not meet itself. With `repair` its middle is cut out, its colours go to the nearest
    of the 6 that print most, and it is mirrored on both sides until it meets itself.
    """
    square = _square(name, pixels, repair=repair)
    palette = _palette(name, square, repair=repair)
    found = separations(square, palette)
    if found.foreign > FOREIGN and not repair:
        problem = f"{found.foreign:.0%} of it is in none of its {len(palette)} inks, as in a photograph"
        raise StyleTilesError(name, problem, f"separate it into at most {MAX_INKS} flat inks, or {OFFER}")
    broken, most = seam(found.inks)
    if broken <= most:
        return found.inks, palette, 1
    if not repair:
        problem = f"it does not meet itself: {broken:.0%} of its edge breaks"
        raise StyleTilesError(name, problem, f"close the seam, or {OFFER} by mirroring")
    return _mirrored(found.inks), palette, 2


def _square(name: str, pixels: Pixels, *, repair: bool) -> Pixels:
    height, width = pixels.shape[:2]
    edge = min(height, width)
    if edge < SMALLEST_PX:
        problem = f"it is {width} x {height} px"
        raise StyleTilesError(name, problem, f"give {SMALLEST_PX} px or more a side")
    if height == width:
        return pixels
    if not repair:
        problem = f"it is {width} x {height} px, and a tile is square"
        raise StyleTilesError(name, problem, f"cut it to {edge} x {edge} px, or {OFFER}")
    top, left = (height - edge) // 2, (width - edge) // 2
    return np.ascontiguousarray(pixels[top : top + edge, left : left + edge])


def _palette(name: str, pixels: Pixels, *, repair: bool) -> tuple[str, ...]:
    """The flat colours of a picture, those that cover most first."""
    inks = _flat(pixels)
    if len(inks) < 2:
        problem = "it is of one colour, or its colours cannot be told from blends"
        raise StyleTilesError(name, problem, "give a tile of 2 to 6 flat inks")
    if len(inks) > MAX_INKS and not repair:
        remedy = f"bring it to {MAX_INKS} (selvage palette --photo shows which), or {OFFER}"
        raise StyleTilesError(name, f"it has {len(inks)} inks, more than print", remedy)
    return tuple("#" + bytes(ink).hex() for ink in inks[:MAX_INKS])


def _flat(pixels: Pixels) -> list[NDArray[np.uint8]]:
    """Colours of enough pixels whose neighbours are like them: no anti-aliased edge is."""
    wide = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="wrap").astype(np.int16)
    inner = wide[1:-1, 1:-1]
    calm = np.ones(pixels.shape[:2], np.bool_)
    for down, across in ((0, 1), (2, 1), (1, 0), (1, 2)):
        near = wide[down : down + inner.shape[0], across : across + inner.shape[1]]
        calm &= np.abs(near - inner).max(2) <= 12
    colours, counts = np.unique(pixels[calm], axis=0, return_counts=True)
    found: list[NDArray[np.uint8]] = []
    covered: list[int] = []
    for number in np.argsort(-counts, kind="stable"):
        colour = colours[number]
        apart = [float(np.linalg.norm(colour.astype(float) - each)) for each in found]
        if apart and min(apart) < _LIKE:
            covered[int(np.argmin(apart))] += int(counts[number])
        elif counts[number] > 0.0002 * calm.size:
            found.append(colour)
            covered.append(int(counts[number]))
    order = sorted(range(len(found)), key=lambda each: -covered[each])
    return [found[each] for each in order if covered[each] >= _SHARE * calm.size]


def _mirrored(inks: Pixels) -> Pixels:
    """The tile beside its mirror images: it meets itself on every side, and its repeat is twice as wide."""
    row = np.concatenate([inks, inks[:, ::-1]], axis=1)
    return np.ascontiguousarray(np.concatenate([row, row[::-1]], axis=0))


def to_screens(inks: Pixels, screens: int, edge: int) -> NDArray[np.float32]:
    """An index map as the networks take it: (screens, edge, edge) in -1..1, ink k in screen k - 1."""
    masks = [(inks == ink).astype(np.float32) for ink in range(1, screens + 1)]
    small = [cv2.resize(mask, (edge, edge), interpolation=cv2.INTER_AREA) for mask in masks]
    return np.asarray(np.stack(small) * 2.0 - 1.0, np.float32)
