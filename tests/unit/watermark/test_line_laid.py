"""A suspect left on its own pixels: the artwork is brought to them, and the line read where it was seen."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from watermark.line import LineMark
from watermark.line.aligning import aligned, aligned_by_inks
from watermark.line.laid import Laid
from watermark.line.motion import observe, observe_laid
from watermark.line.palette import FLAT, Palette

Picture = NDArray[np.uint8]
LINE = LineMark(b"a key of the line, for laid suspects")
ID = 0x1DEA5EED1234
SIDE = 512
INKS = np.array([(20, 60, 200), (230, 220, 90), (90, 20, 60), (200, 120, 230), (40, 160, 120)], np.float32)
OPPONENT = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]], np.float32)


@pytest.fixture(scope="module")
def art() -> Picture:
    rng = np.random.default_rng(5)
    inks = [(246, 233, 228), (196, 69, 106), (63, 95, 66), (242, 184, 160), (40, 52, 92)]
    sheet = np.full((3 * SIDE, 3 * SIDE, 3), inks[0], np.uint8)
    for _ in range(200):
        (x, y), radius = rng.integers(0, 3 * SIDE, 2), int(rng.uniform(0.02, 0.06) * SIDE)
        for dx in (-3 * SIDE, 0, 3 * SIDE):
            for dy in (-3 * SIDE, 0, 3 * SIDE):
                cv2.circle(sheet, (int(x) + dx, int(y) + dy), radius, inks[int(rng.integers(1, 5))], -1)
    return np.asarray(cv2.resize(sheet, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def laid_by(
    off: tuple[float, float], shape: tuple[int, int], scale: float = 1.0, degrees: float = 0.0
) -> Laid:
    """A plain repeat, reduced and turned, whose first pixel lies `off` on the tile."""
    turn = np.deg2rad(degrees)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) / scale
    pixels = np.mgrid[0 : shape[0], 0 : shape[1]]
    places = np.einsum("ab,byx->ayx", matrix, pixels) + np.array(off)[:, None, None]
    turns = np.broadcast_to(matrix[:, :, None, None], (2, 2, *shape))
    mask = np.zeros(shape, np.float32)
    mask[4:-4, 4:-4] = 1
    return Laid((places % SIDE).astype(np.float32), turns.astype(np.float32), mask)


def posterised(picture: NDArray[np.float32]) -> tuple[Picture, NDArray[np.float32]]:
    """Every pixel one of five new inks, after JPEG; and the centres that chose them."""
    cv2.setRNGSeed(3)
    some = picture.reshape(-1, 3)[::17].copy()
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    _, _, centres = cv2.kmeans(some, 5, np.zeros(0, np.int32), stop, 2, cv2.KMEANS_PP_CENTERS)
    label = ((picture[:, :, None] - centres) ** 2).sum(-1).argmin(-1)
    data = cv2.imencode(".jpg", INKS[label].astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8), np.asarray(centres, np.float32)


def test_a_slope_is_carried_back_to_the_tile_in_the_tiles_directions(art: Picture) -> None:
    """The picture's slope times what a place moves is the tile's: their matched filters agree."""
    laid = laid_by((100.3, 40.7), (500, 520), 0.9, 30.0)
    rows = np.sin(2 * np.pi * 3 * laid.places[0] / SIDE)
    down, right = np.gradient(rows)
    carried = laid.carried(np.stack([down, right]).astype(np.float32) * laid.mask)
    assert np.abs(carried[1]).sum() < 0.02 * np.abs(carried[0]).sum()


def test_a_suspect_off_by_a_pixel_is_laid_to_a_few_hundredths(art: Picture) -> None:
    true = laid_by((100.37, 40.81), (700, 760))
    marked = LINE.displace(art, ID).astype(np.float32)
    picture, centres = posterised(true.showing(marked))
    seen = cv2.transform(picture.astype(np.float32), OPPONENT)
    palette = Palette(centres, cv2.transform(INKS[None], OPPONENT)[0], FLAT)
    drawn = art.astype(np.float32)
    rough = aligned(laid_by((101.0, 40.0), (700, 760)), drawn, np.asarray(seen, np.float32))
    fine = aligned_by_inks(rough, drawn, np.asarray(seen, np.float32), palette)
    off = np.abs((fine.places - true.places + SIDE / 2) % SIDE - SIDE / 2)
    assert float(off.mean()) < 0.05


@pytest.mark.parametrize(("scale", "degrees"), [(1.0, 0.0), (0.7, 8.0)])
def test_the_line_of_a_posterised_suspect_is_read(art: Picture, scale: float, degrees: float) -> None:
    true = laid_by((77.4, 300.6), (720, 760), scale, degrees)
    picture, _ = posterised(true.showing(LINE.displace(art, ID).astype(np.float32)))
    guess = laid_by((78.0, 300.0), (720, 760), scale, degrees)
    motion = observe_laid(picture.astype(np.float32), guess, art)
    assert motion is not None
    asked, *others = motion.evidence(LINE.field, [ID, *range(1, 80)])
    assert asked > 8
    assert max(others) < 6


def test_without_the_mark_nothing_is_heard(art: Picture) -> None:
    """z of ids nobody put there, in a suspect laid to the pixel: no wider than a normal law."""
    laid = laid_by((77.4, 300.6), (720, 760), 0.7, 8.0)
    picture, _ = posterised(laid.showing(art.astype(np.float32)))
    motion = observe_laid(picture.astype(np.float32), laid, art)
    assert motion is not None
    scale = np.sqrt((np.abs(motion.spectra) ** 2).sum((1, 2)) / 2)
    phases = np.stack([LINE.field.phases(number) for number in range(300)])
    z = np.einsum("vac,nac->nv", motion.spectra, phases.conj()).real / scale
    assert np.all(np.abs(z.mean(0)) < 0.3)
    assert np.all(z.std(0) < 1.15)


def test_too_little_to_tell_its_inks_is_not_read(art: Picture) -> None:
    laid = laid_by((0.0, 0.0), (40, 40))
    assert observe_laid(np.zeros((40, 40, 3), np.float32), laid, art) is None


def test_a_suspect_left_as_it_is_says_more_than_one_resampled(art: Picture) -> None:
    true = laid_by((0.0, 0.0), (SIDE, SIDE)).moved(np.full((2, SIDE, SIDE), 0.5, np.float32))
    picture, _ = posterised(true.showing(LINE.displace(art, ID).astype(np.float32)))
    whole = observe_laid(picture.astype(np.float32), true, art)
    assert whole is not None
    folded = observe(picture.astype(np.float32), np.ones((SIDE, SIDE), np.float32), art)
    assert whole.evidence(LINE.field, [ID])[0] > folded.evidence(LINE.field, [ID])[0]
