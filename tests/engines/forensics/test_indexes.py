"""The indexes in memory keep the contract of every index; the fast one's shortlist loses little."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from index_contract import Image, IndexContract, Make, artworks, references
from numpy.typing import NDArray

from forensics import BruteForceIndex, Reference, fingerprint
from forensics.fingerprints.prints import Fingerprint, shape_print
from forensics.fingerprints.shape import unpack
from forensics.indexes import codes
from forensics.indexes.memory import MemoryIndex


@pytest.fixture(scope="module")
def tiles() -> list[Image]:
    return artworks()


class TestBruteForce(IndexContract):
    @pytest.fixture
    def make(self) -> Make:
        return BruteForceIndex


class TestMemory(IndexContract):
    @pytest.fixture
    def make(self) -> Make:
        return MemoryIndex

    def test_many_suspects_at_once_are_answered_like_one_by_one(self, tiles: list[Image]) -> None:
        index = MemoryIndex(references(tiles))
        asked = [fingerprint(np.ascontiguousarray(np.rot90(tile))) for tile in tiles[:12]]
        assert index.copies_each(asked, threads=2) == [index.copies(each) for each in asked]
        assert index.copies_each([]) == []


def _bent(tile: Image, rng: np.random.Generator) -> Image:
    """Shifted, turned, in other colours, a little blurred and bent: a fold of a picture found somewhere."""
    picture = np.ascontiguousarray(
        np.rot90(np.roll(tile, tuple(rng.integers(0, 128, 2)), (0, 1)), rng.integers(4))
    )
    flow = cv2.GaussianBlur(rng.normal(0, 1, (*picture.shape[:2], 2)).astype(np.float32), (0, 0), 14)
    flow *= np.float32(1.0 / flow.std())
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    moved = cv2.remap(
        picture, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
    )
    return np.asarray(255 - cv2.GaussianBlur(moved[..., ::-1], (0, 0), 1.0), np.uint8)


def test_a_shortlist_of_a_tenth_keeps_the_tile(tiles: list[Image], monkeypatch: pytest.MonkeyPatch) -> None:
    # Among 420: the tiles and noise shapes with the same spectrum of strengths as some tile, dealt anew.
    monkeypatch.setattr(codes, "SHORTLIST", 42)
    rng = np.random.default_rng(8)
    held = references(tiles) + [
        Reference(f"n{i}", 9000 + i, Fingerprint(i, _scrambled(tiles[i % 20], rng)), lambda: tiles[0])
        for i in range(392)
    ]
    index = MemoryIndex(held)
    first = [index.nearest(shape_print(_bent(tile, rng)), 1)[0][0].asset_id for tile in tiles[:20]]
    assert sum(name == f"a{i}" for i, name in enumerate(first)) >= 18


def _scrambled(tile: Image, rng: np.random.Generator) -> bytes:
    shape = unpack(fingerprint(tile).shape)
    spectrum = np.fft.fft2(shape)
    rolled = np.abs(np.roll(spectrum, rng.integers(1, 31, 2), (0, 1)))
    mixed = np.fft.ifft2(rolled * np.exp(2j * np.pi * rng.random(rolled.shape))).real
    return np.clip(np.rint(mixed / np.abs(mixed).max() * 120), -127, 127).astype(np.int8).tobytes()


def test_codes_do_not_mind_shifts_and_orientations(tiles: list[Image]) -> None:
    shape: NDArray[np.float32] = unpack(fingerprint(tiles[4]).shape)
    own = codes.codes(shape[None])
    for picture in (np.roll(shape, (5, 9), (0, 1)), np.rot90(shape), shape[::-1], np.rot90(shape[::-1], 3)):
        alike = codes.likeness(codes.turned(np.ascontiguousarray(picture)), own)
        assert alike[0] == pytest.approx(1.0, abs=1e-3)


def test_a_flat_tile_has_an_empty_code() -> None:
    flat = np.zeros((1, 32, 32), np.float32)
    assert not codes.codes(flat).any()
    assert codes.likeness(codes.turned(flat[0]), codes.codes(flat))[0] == 0.0
