import cv2
import numpy as np
import pytest

from watermark.lattice import fold, recover, refine
from watermark.lattice.basis import area, reduced, same_lattice, upright
from watermark.lattice.perspective import Elation, straightening, vanishing_line
from watermark.protocol import Lattice


def cloud(side=200):
    """A seamless tile without symmetry or sub-period."""
    rng = np.random.default_rng(8)
    spectrum = np.fft.fft2(rng.standard_normal((side, side, 3)), axes=(0, 1))
    radius = np.hypot(*np.meshgrid(np.fft.fftfreq(side) * side, np.fft.fftfreq(side) * side))
    soft = np.fft.ifft2(spectrum * np.exp(-((radius / 14) ** 2))[..., None], axes=(0, 1)).real
    return np.clip(128 + 50 * soft / soft.std(), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("periods", [1.3, 2.4, 4])
def test_recovers_an_upright_repeat(periods):
    sheet = np.tile(cloud(), (5, 5, 1))[: int(200 * periods), 37 : 37 + int(200 * periods)]
    best = recover(sheet)[0]
    assert same_lattice(np.array([best.u, best.v]), 200 * np.eye(2))


def test_recovers_a_turned_and_scaled_repeat():
    sheet = np.tile(cloud(), (8, 8, 1))
    turn = cv2.getRotationMatrix2D((800, 800), 17, 0.8)
    suspect = cv2.warpAffine(sheet, turn, (1600, 1600), flags=cv2.INTER_AREA)[550:1050, 550:1050]
    best = recover(np.ascontiguousarray(suspect))[0]
    assert np.hypot(*best.u) == pytest.approx(160, abs=0.5)
    assert same_lattice(np.array([best.u, best.v]), 200 * turn[:, :2].T)


def dotted(side, step):
    """A tile of equal dots `step` px apart, over a ground that repeats once a tile and is hardly seen."""
    y, x = np.mgrid[:side, :side]
    dots = np.hypot(x % step - step / 2, y % step - step / 2) < 0.3 * step
    art = np.where(dots[..., None], (200, 60, 60), (235, 230, 220))
    return np.clip(art + 0.02 * cloud(side), 0, 255).astype(np.uint8)


def test_one_repeat_found_by_several_signs_leaves_room_for_the_next():
    sheet = np.tile(dotted(240, 40), (4, 4, 1))[:720, 37:757]
    found = [np.array([lattice.u, lattice.v]) for lattice in recover(sheet, 6)]
    assert len(found) == 6
    assert any(same_lattice(basis, 240 * np.eye(2)) for basis in found)


def test_finds_no_convincing_repeat_in_noise():
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    assert all(lattice.score < 0.3 for lattice in recover(noise))


def test_folding_gives_the_tile_up_to_its_phase():
    tile = cloud()
    sheet = np.tile(tile, (3, 3, 1))[30:480, 45:560]
    folded, weight = fold(sheet, Lattice((200, 0), (0, 200), (155, 170)), 200)
    assert folded.shape == (200, 200, 3)
    assert folded.dtype == np.float32
    assert weight.min() >= 1
    assert np.abs(folded - tile).mean() < 1.5


def test_folding_past_the_horizon_gives_the_mean_and_no_weight():
    crossing = Lattice((50, 0), (0, 50), homography=((50.0, 0, 0), (0, 50.0, 0), (0.4, 0, -1.0)))
    folded, weight = fold(cloud(), crossing, 64)
    assert weight.max() == 0
    assert np.ptp(folded) == 0


def test_refine_finds_the_perspective_of_a_photograph():
    sheet = np.tile(cloud(), (6, 6, 1))
    line, centre = np.array([2.0e-4, -1.5e-4]), np.array([300.0, 300.0])
    bent = np.linalg.inv(straightening(line, centre)) @ np.array([[1, 0, -300.0], [0, 1, -300], [0, 0, 1]])
    suspect = cv2.warpPerspective(sheet, bent, (600, 600))
    found = refine(suspect, Lattice((200, 0), (0, 200), (300, 300)))
    assert found is not None
    assert np.allclose(vanishing_line(found.matrix, centre), line, atol=2e-5)


def test_refine_leaves_the_whole_picture_and_strangers_alone():
    noise = np.random.default_rng(1).integers(0, 256, (400, 400, 3), np.uint8)
    assert refine(noise, Lattice((150, 0), (0, 150), (200, 200))) is None
    assert refine(cloud(), Lattice((200, 0), (0, 200), kind="whole")) is None


def test_an_elation_is_the_map_it_describes():
    elation = Elation(np.array([1e-4, 2e-4]), np.array([[90.0, 4], [-6, 80]]), np.array([200.0, 150]))
    cells = np.array([[0.2, 0.3], [0.7, -0.4]])
    steps = np.array([[1.0, 0], [1, -1]])
    start, end = (cv2.perspectiveTransform(c[None], elation.matrix)[0] for c in (cells, cells + steps))
    assert np.allclose(elation.moved(start, steps), end)


def test_a_basis_is_reduced_and_set_upright():
    basis = reduced(np.array([[100.0, 3], [605, 118]]))
    assert area(basis) == pytest.approx(area(np.array([[100.0, 3], [605, 118]])))
    assert abs(basis[0] @ basis[1]) <= basis[0] @ basis[0] / 2 + 1e-9
    u, v = upright(np.array([[2.0, -90], [-100, 5]]))
    assert u[0] > 0
    assert v[1] > 0
