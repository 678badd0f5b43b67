"""A striped tile on something that bends: its stripes say how far across, its mark how far along."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forensics.asking.informed import PROVEN_LOG, Answer, Inquiry, Look
from forensics.placing.barcodes import likest_bars
from forensics.placing.bars import bars_of
from forensics.placing.blocks import SIDE
from forensics.placing.following import Followed, follow
from forensics.placing.known import KnownTile, coarse_edges
from watermark import TorusMark, mark

Image = NDArray[np.uint8]
Plane = NDArray[np.float32]

_KEY, _OTHER_KEY = b"k" * 32, b"o" * 32
_ID, _OTHER_ID = 0x2F00BA5E0001, 0x2F00BA5E0002
_SCALE = 0.6


def _striped(seed: int) -> Image:
    """Upright bars of uneven widths in four inks, like ticking."""
    rng = np.random.default_rng(seed)
    inks = rng.uniform(40, 220, (4, 3))
    widths = rng.choice([6, 9, 14, 22, 35], 40)
    row = np.repeat(inks[np.arange(40) % 4], widths, axis=0)[:SIDE]
    return np.broadcast_to(np.rint(row), (SIDE, SIDE, 3)).astype(np.uint8)


def _swaying() -> tuple[Plane, Plane]:
    """Tile px across and down at every px of a suspect of 480 x 480: stretched, sheared and bent."""
    y, x = np.mgrid[0:480, 0:480].astype(np.float32) / _SCALE
    across = x + 14 * np.sin(y / 190)
    down = 0.93 * y + 0.05 * x + 40 * np.cos((x - 400) / 420)
    return np.asarray(across + 77, np.float32), np.asarray(down + 200, np.float32)


def _worn(tile: Image) -> Image:
    across, down = _swaying()
    wrapped = cv2.copyMakeBorder(tile, 4, 4, 4, 4, cv2.BORDER_WRAP)
    shown = cv2.remap(wrapped, across % SIDE + 4, down % SIDE + 4, cv2.INTER_LINEAR)
    noise = np.random.default_rng(2).normal(0, 1.5, shown.shape)
    return np.asarray(np.clip(np.rint(shown * 0.9 + 10 + noise), 0, 255), np.uint8)


@pytest.fixture(scope="module")
def drawn() -> Image:
    return _striped(5)


@pytest.fixture(scope="module")
def known(drawn: Image) -> KnownTile:
    return KnownTile(drawn, drawn=True)


@pytest.fixture(scope="module")
def suspect(drawn: Image) -> Image:
    return _worn(mark(TorusMark(_KEY), drawn, _ID))


def _decoders(key: bytes) -> list[object]:
    return list(TorusMark(key).decoders.values())


def _asked(known: KnownTile, found: Followed, key: bytes, mark_id: int) -> list[Answer]:
    look = Look(known, found.unfolded.tile, found.unfolded.weight, SIDE * _SCALE)
    return Inquiry(TorusMark(key)).ask(look, [mark_id])


def _proven(answers: list[Answer]) -> bool:
    return bool(answers) and answers[0].log_p <= PROVEN_LOG


def test_bars_say_how_far_across(known: KnownTile, drawn: Image) -> None:
    assert known.wave == (1, 0)
    found = bars_of(_worn(drawn), known.art, (1, 0))
    assert len(found) >= 4
    across, _ = _swaying()
    for bars in found:
        x, y = np.rint(bars.centre).astype(int)
        away = (bars.place[0] - across[y, x] + SIDE / 2) % SIDE - SIDE / 2
        assert abs(away) < 4
        assert bars.unit == pytest.approx(_SCALE, rel=0.1)


def test_the_right_bar_code_is_chosen(tiles: list[Image], suspect: Image) -> None:
    others = [_striped(seed) for seed in range(6, 12)]
    registered = [KnownTile(art, drawn=True) for art in (*tiles[:4], *others, _striped(5))]
    planes = [coarse_edges(known.edges) for known in registered]
    assert likest_bars(suspect, planes)[:1] == [len(planes) - 1]
    assert likest_bars(_worn(tiles[5].repeat(2, 0).repeat(2, 1)), planes) == []


def test_a_bent_tile_is_followed_along_its_stripes(known: KnownTile, suspect: Image) -> None:
    found = follow(suspect, known, _decoders(_KEY))
    assert found is not None
    assert found.unfolded.matched > 1.5
    answers = _asked(known, found, _KEY, _ID)
    assert _proven(answers)
    assert answers[0].mark_id == _ID
    assert not any(a.mark_id == _OTHER_ID for a in _asked(known, found, _KEY, _OTHER_ID) if _proven([a]))


def test_what_is_not_marked_with_the_key_is_not_followed_to_a_proof(
    known: KnownTile, drawn: Image, suspect: Image
) -> None:
    for picture, key in ((_worn(drawn), _KEY), (suspect, _OTHER_KEY)):
        found = follow(picture, known, _decoders(key))
        assert found is None or not _proven(_asked(known, found, key, _ID))


def test_another_striped_tile_of_the_same_key_is_not_proven(suspect: Image) -> None:
    other = KnownTile(_striped(6), drawn=True)
    found = follow(suspect, other, _decoders(_KEY))
    answers = _asked(other, found, _KEY, _OTHER_ID) if found is not None else []
    assert not any(a.mark_id == _OTHER_ID and _proven([a]) for a in answers)


def test_tiles_without_stripes_or_drawing_are_left_alone(tile: Image, drawn: Image, suspect: Image) -> None:
    assert follow(suspect, KnownTile(tile, drawn=True), _decoders(_KEY)) is None
    assert follow(suspect, KnownTile(drawn, drawn=False), _decoders(_KEY)) is None
    assert follow(suspect, KnownTile(drawn, drawn=True), []) is None
    blank = np.full((300, 300, 3), 128, np.uint8)
    assert bars_of(blank, drawn, (1, 0)) == []
