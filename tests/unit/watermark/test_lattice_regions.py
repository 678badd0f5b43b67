import cv2
import numpy as np
import pytest

from watermark.lattice import regions
from watermark.lattice.basis import same_lattice
from watermark.lattice.features import artwork
from watermark.lattice.flattening import flattened
from watermark.lattice.fourier import PlaneSpectrum
from watermark.lattice.harmonics import Harmonics
from watermark.lattice.panels import panels
from watermark.pictures import luma


def cloud(side, seed):
    """A seamless tile without symmetry or sub-period."""
    rng = np.random.default_rng(seed)
    spectrum = np.fft.fft2(rng.standard_normal((side, side, 3)), axes=(0, 1))
    radius = np.hypot(*np.meshgrid(np.fft.fftfreq(side) * side, np.fft.fftfreq(side) * side))
    soft = np.fft.ifft2(spectrum * np.exp(-((radius / 14) ** 2))[..., None], axes=(0, 1)).real
    return np.clip(128 + 50 * soft / soft.std(), 0, 255).astype(np.uint8)


def sheet(side, seed, width, height):
    return np.tile(cloud(side, seed), (9, 9, 1))[31 : 31 + height, 17 : 17 + width]


def test_samples_the_spectrum_between_the_lines_of_its_transform():
    rng = np.random.default_rng(0)
    plane = rng.normal(size=(61, 84)).astype(np.float32)
    fy, fx = rng.uniform(-0.45, 0.45, (2, 40, 1))
    y, x = np.mgrid[0:61, 0:84] - np.array([30, 42])[:, None, None]
    exact = [
        (plane * np.exp(-2j * np.pi * (a * y + b * x))).sum() for a, b in zip(fy[:, 0], fx[:, 0], strict=True)
    ]
    error = np.abs(PlaneSpectrum(plane).at(fy, fx)[:, 0] - exact)
    assert np.sqrt((error**2).mean()) < 0.04 * np.sqrt((np.abs(exact) ** 2).mean())


def test_harmonics_tell_a_period_to_hundredths_of_a_pixel():
    turn = cv2.getRotationMatrix2D((0, 0), 5, 0.7)
    turn[:, 2] = (-300, -200)
    suspect = cv2.warpAffine(np.tile(cloud(150, 3), (12, 12, 1)), turn, (640, 480), flags=cv2.INTER_AREA)
    truth = 150 * turn[:, :2].T
    rough = truth + np.array([[0.08, -0.05], [0.06, 0.07]])
    found = Harmonics(artwork(suspect)).refined(rough)
    assert np.abs(found - truth).max() < 0.02


@pytest.mark.parametrize("size", [(400, 300), (260, 250)])
def test_one_repeat_is_one_region(size):
    picture = sheet(160, 5, *size)
    (region,) = regions(picture)
    assert region.box == (0, 0, *size)
    assert same_lattice(np.array([region.lattices[0].u, region.lattices[0].v]), 160 * np.eye(2))


def test_a_picture_without_repeat_is_one_region():
    noise = np.random.default_rng(2).integers(0, 256, (300, 400, 3), np.uint8)
    (region,) = regions(noise)
    assert region.box == (0, 0, 400, 300)
    assert region.lattices == ()


def test_a_page_is_cut_along_its_gutters():
    page = np.full((420, 640, 3), 250, np.uint8)
    places = [(20, 20, 300, 400), (330, 20, 620, 200), (330, 220, 620, 400)]
    for seed, (left, top, right, bottom) in enumerate(places):
        page[top:bottom, left:right] = sheet(90 + 20 * seed, seed, right - left, bottom - top)
    assert panels(luma(page)) == places
    found = regions(page)
    assert len(found) == 3
    for region, box in zip(found, places, strict=True):
        assert np.abs(np.subtract(region.box, box)).max() <= 4


def test_two_patterns_in_a_scene_are_two_regions():
    scene = sheet(120, 1, 700, 420).copy()
    scene[:, 360:] = sheet(95, 2, 340, 420)
    found = sorted(regions(scene), key=lambda region: region.box[0])
    periods = [np.hypot(*region.lattices[0].u) for region in found]
    assert periods == pytest.approx([120, 95], abs=2)
    assert found[0].box[2] == pytest.approx(360, abs=70)
    assert found[1].box[0] == pytest.approx(360, abs=70)


def test_lays_waves_of_a_fine_motif_flat():
    flat = sheet(60, 4, 600, 480)
    y, x = np.mgrid[0:480, 0:600].astype(np.float32)
    wave = 4 * np.sin(2 * np.pi * y / 310)
    waved = cv2.remap(flat, x + wave, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    ironed = flattened(waved, 60 * np.eye(2))
    inside = ironed.source[90:-90, 90:-90]
    left = inside[..., 0] + 4 * np.sin(2 * np.pi * inside[..., 1] / 310) - x[90:-90, 90:-90]
    assert left.std() < 0.6 < wave.std()
