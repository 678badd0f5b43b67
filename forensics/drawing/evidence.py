"""The evidence as one picture for a person.

Above, the suspect with the repeat drawn over it, what is not the tile dimmed; beside it the registered tile
and the suspect folded into one tile. Below, a closer look: the suspect, the registered tile laid back on it,
and what became of the inks.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.describing.colourway import colourway
from forensics.describing.laying import Laid, lay, unlaid
from forensics.describing.plane import Image
from forensics.describing.regions import filled, region
from forensics.describing.repeats import frames
from forensics.describing.unrolled import folded, laid_back
from forensics.describing.words import change_words
from forensics.drawing.lines import lattice_over
from forensics.drawing.sheet import ACCENT, INK, LINE, Sheet, fitted, scaled, shortened
from forensics.report import Evidence, Found, Overlay
from forensics.traits import Colourway, RepeatType

WIDTH_PX = 1120
_MARGIN = 24
_GAP = 20
_CAPTION = 22
_TILE_PX = 264
_SUSPECT_PX = (WIDTH_PX - 2 * _MARGIN - _GAP - _TILE_PX, 2 * _TILE_PX + _CAPTION + _GAP)
_CLOSE_PX = (386, 268)
_FOLD_SIDE = 256
_CLOSE_CELLS = 1.35
_SWATCH = 30
_MOST_SWATCHES = 6
_DIMMED = 0.45


@dataclass(frozen=True)
class _Case:
    """What is drawn: the suspect, the registered tile if known, how the tile lies in it."""

    pixels: Image
    tile: Image | None
    laid: Laid | None
    region: tuple[tuple[float, float], ...]
    colourway: Colourway | None


def draw(pixels: Image, shown: Found | Evidence, reference_tile: Image | None) -> Image:
    """The evidence sheet, RGB uint8 (H <= 1010, 1120, 3), for a finding or for one piece of its evidence.

    ``pixels``: the suspect (H, W, 3) uint8; ``reference_tile``: the registered tile, None for an unknown
    asset. The tile is laid again from the overlay, so a finding read back from a record draws the same.
    """
    case = _case(pixels, shown, reference_tile)
    rows = 2 * _MARGIN + _SUSPECT_PX[1] + _CAPTION
    close = case.laid is not None and case.tile is not None
    sheet = Sheet(WIDTH_PX, rows + (_GAP + _CLOSE_PX[1] + _CAPTION if close else 0))
    _draw_suspect(sheet, case)
    _draw_tiles(sheet, case)
    if close:
        _draw_close(sheet, case, rows - _MARGIN + _GAP)
    return sheet.image


def _case(pixels: Image, shown: Found | Evidence, tile: Image | None) -> _Case:
    overlay = overlay_of(shown)
    if overlay is None:
        return _Case(pixels, tile, None, (), None)
    unit = np.array(overlay.homography, np.float64).reshape(3, 3)
    if tile is None:
        return _Case(pixels, None, unlaid(pixels, unit), (), None)
    laid = lay(pixels, [unit, *other_frames(pixels, unit, tile)], tile)
    if laid is None:
        return _Case(pixels, tile, unlaid(pixels, unit), (), None)
    given = shown.region if isinstance(shown, Found) else ()
    known = shown.colourway if isinstance(shown, Found) else None
    place = given or region(pixels, laid, tile)
    return _Case(pixels, tile, laid, place, known or colourway(pixels, laid, tile))


def overlay_of(shown: Found | Evidence) -> Overlay | None:
    """The frame of a finding's repeat, else of its strongest evidence that has one."""
    if isinstance(shown, Evidence):
        return shown.overlay
    if shown.repeat is not None:
        return shown.repeat.overlay
    placed = sorted((e for e in shown.evidence if e.overlay), key=lambda e: e.p_value)
    return placed[0].overlay if placed else None


def other_frames(pixels: Image, unit: NDArray[np.float64], tile: Image) -> list[NDArray[np.float64]]:
    """Frames of the tile that a lattice with this frame may stand for as well."""
    middle = (pixels.shape[1] / 2, pixels.shape[0] / 2)
    return frames(unit, middle, tile.shape[1] / tile.shape[0])


def _draw_suspect(sheet: Sheet, case: _Case) -> None:
    small = fitted(case.pixels, *_SUSPECT_PX)
    if case.laid is not None:
        scale = small.shape[1] / case.pixels.shape[1]
        place = tuple((x * scale, y * scale) for x, y in case.region)
        size = (small.shape[1], small.shape[0])
        within = filled(place, size) if place else np.ones(size[::-1], np.bool_)
        small = _dimmed(small, within)
        small = lattice_over(small, np.diag([scale, scale, 1.0]) @ case.laid.unit, case.laid, within)
        small = _outlined(small, place)
    x = _MARGIN + (_SUSPECT_PX[0] - small.shape[1]) // 2
    y = _MARGIN + (_SUSPECT_PX[1] - small.shape[0]) // 2
    sheet.put(small, x, y)
    sheet.write(_repeat_in_words(case), _MARGIN, _MARGIN + _SUSPECT_PX[1] + 6)


def _draw_tiles(sheet: Sheet, case: _Case) -> None:
    x, y = WIDTH_PX - _MARGIN - _TILE_PX, _MARGIN
    if case.tile is not None:
        sheet.put(_square(case.tile), x, y)
        sheet.write("the tile as registered", x, y + _TILE_PX + 5)
        y += _TILE_PX + _CAPTION + _GAP
    if case.laid is not None:
        mean, weight = folded(case.pixels, case.laid, case.tile, _FOLD_SIDE)
        sheet.put(_square(np.clip(np.rint(mean), 0, 255).astype(np.uint8)), x, y)
        number = float(weight.mean())
        sheet.write(f"the picture folded into one tile: {number:.1f} repeats", x, y + _TILE_PX + 5)


def _square(tile: Image) -> Image:
    inner = fitted(tile, _TILE_PX, _TILE_PX)
    square: Image = np.full((_TILE_PX, _TILE_PX, 3), LINE, np.uint8)
    top, left = (_TILE_PX - inner.shape[0]) // 2, (_TILE_PX - inner.shape[1]) // 2
    square[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return square


def _draw_close(sheet: Sheet, case: _Case, y: int) -> None:
    """A closer look at the middle of the region: the suspect, then the registered tile laid back on it."""
    assert case.laid is not None  # noqa: S101 - the caller looked
    assert case.tile is not None  # noqa: S101
    box = _closer(case)
    back = _back(case, box)
    seen = case.pixels[box[1] : box[3], box[0] : box[2]]
    for number, (image, words) in enumerate(
        ((seen, "seen"), (back, "the registered tile laid on it, in its registered inks"))
    ):
        x = _MARGIN + number * (_CLOSE_PX[0] + _GAP)
        sheet.put(scaled(image, _CLOSE_PX), x, y)
        sheet.write(words, x, y + _CLOSE_PX[1] + 5)
    _draw_inks(sheet, case, _MARGIN + 2 * (_CLOSE_PX[0] + _GAP), y)


def _closer(case: _Case) -> tuple[int, int, int, int]:
    """A box (x0, y0, x1, y1) of about 1.35 tiles around the middle of the region, of the panel's shape."""
    assert case.laid is not None  # noqa: S101
    height, width = case.pixels.shape[:2]
    mask = filled(case.region, (width, height)) if case.region else np.ones((height, width), np.bool_)
    inner = cv2.distanceTransform(cv2.copyMakeBorder(mask.astype(np.uint8), *(1,) * 4, 0), cv2.DIST_L2, 5)
    deep = np.argwhere(np.asarray(inner) > 0.8 * float(np.max(inner))) - 1
    across = min(_CLOSE_CELLS * case.laid.period_px * _CLOSE_PX[0] / _CLOSE_PX[1], width)
    across = min(across, height * _CLOSE_PX[0] / _CLOSE_PX[1])
    size = np.array([across, across * _CLOSE_PX[1] / _CLOSE_PX[0]])
    middle = deep.mean(0)[::-1]
    low = np.clip(middle - size / 2, 0, np.maximum(np.array([width, height]) - size, 0))
    x0, y0 = (int(v) for v in np.round(low))
    x1, y1 = (int(v) for v in np.round(low + size))
    return x0, y0, min(max(x1, x0 + 2), width), min(max(y1, y0 + 2), height)


def _back(case: _Case, box: tuple[int, int, int, int]) -> Image:
    assert case.laid is not None  # noqa: S101
    assert case.tile is not None  # noqa: S101
    size = (case.pixels.shape[1], case.pixels.shape[0])
    side = int(np.clip(case.laid.period_px, 64, 360))
    back = np.clip(np.rint(laid_back(case.tile, case.laid, size, side)), 0, 255).astype(np.uint8)
    within = filled(case.region, size) if case.region else np.ones(size[::-1], np.bool_)
    shown = np.where(within[..., None], back, _dimmed(case.pixels, within))
    return np.asarray(shown, np.uint8)[box[1] : box[3], box[0] : box[2]]


def _draw_inks(sheet: Sheet, case: _Case, x: int, y: int) -> None:
    if case.colourway is None:
        return
    sheet.write(f"Colours: {change_words(vars(case.colourway))}", x, y, size=14, colour=INK)
    sheet.write("registered ink, seen ink", x, y + 20, size=12)
    for number, ink in enumerate(case.colourway.inks[:_MOST_SWATCHES]):
        top = y + 44 + number * (_SWATCH + 7)
        for place, colour in ((0, ink.registered), (1, ink.seen)):
            left = x + place * (_SWATCH + 18)
            sheet.box(left - 1, top - 1, _SWATCH + 2, _SWATCH + 2, LINE)
            sheet.box(left, top, _SWATCH, _SWATCH, _rgb(colour))
        sheet.write("›", x + _SWATCH + 9, top + 4, size=18, align="middle")
        words = f"{ink.registered} › {ink.seen}"
        sheet.write(words, x + 2 * _SWATCH + 28, top + 1, size=12, colour=INK)
        sheet.write(f"{ink.share:.0%} of the tile", x + 2 * _SWATCH + 28, top + 16, size=12)


def _rgb(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _repeat_in_words(case: _Case) -> str:
    if case.laid is None:
        return "no repeat was measured"
    laid, kind = case.laid, case.laid.laying.type
    words = f"{kind.value} repeat" if kind is not RepeatType.SINGLE else "one tile"
    share = float((filled(case.region, case.pixels.shape[1::-1])).mean()) if case.region else 1.0
    text = f"{words}, {laid.period_px:.0f} px a tile; the tile covers {share:.0%} of the picture"
    return shortened(text, 13, _SUSPECT_PX[0])


def _dimmed(picture: Image, within: NDArray[np.bool_]) -> Image:
    """What lies outside loses its colour and contrast."""
    grey = picture.mean(-1, keepdims=True) * _DIMMED + 255 * (1 - _DIMMED) * 0.82
    soft = np.asarray(cv2.GaussianBlur(within.astype(np.float32), (0, 0), 1.0))[..., None]
    return np.asarray(np.clip(np.rint(picture * soft + grey * (1 - soft)), 0, 255), np.uint8)


def _outlined(picture: Image, place: tuple[tuple[float, float], ...]) -> Image:
    if len(place) < 3:
        return picture
    points = np.round(np.array(place) * 16).astype(np.int32)
    drawn = picture.copy()
    cv2.polylines(drawn, [points], True, (255, 255, 255), 5, cv2.LINE_AA, 4)
    cv2.polylines(drawn, [points], True, ACCENT, 2, cv2.LINE_AA, 4)
    return np.asarray(drawn, np.uint8)
