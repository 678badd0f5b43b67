"""The fingerprint: what it does not mind, and how it is written down."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forensics import (
    BruteForceIndex,
    Fingerprint,
    FingerprintFormatError,
    PictureError,
    Reference,
    fingerprint,
)
from forensics.fingerprints.shape import distances, spectra, unpack

Image = NDArray[np.uint8]


def _recoloured(tile: Image, rng: np.random.Generator) -> Image:
    grey = cv2.cvtColor(tile, cv2.COLOR_RGB2GRAY)
    run = np.sort(rng.uniform(0, 255, 4))
    table = np.stack(
        [np.interp(np.arange(256), np.linspace(0, 255, 4), rng.permutation(run)) for _ in range(3)], 1
    )
    return np.round(table[grey]).astype(np.uint8)


CHANGES = {
    "rolled": lambda t, r: np.roll(t, tuple(r.integers(0, 256, 2)), (0, 1)),
    "flipped": lambda t, r: np.roll(t[:, ::-1], 77, 1),
    "quarter turned": lambda t, r: np.rot90(t, int(r.integers(1, 4))),
    "half size": lambda t, r: cv2.resize(t, (120, 120), interpolation=cv2.INTER_AREA),
    "twice the size": lambda t, r: cv2.resize(t, (512, 512), interpolation=cv2.INTER_CUBIC),
    "channels exchanged": lambda t, r: t[..., ::-1],
    "gradient map": _recoloured,
    "blurred": lambda t, r: cv2.GaussianBlur(t, (0, 0), 1.5),
}


def _index(tiles: list[Image]) -> BruteForceIndex:
    return BruteForceIndex(Reference(f"a{i}", i, fingerprint(t), lambda t=t: t) for i, t in enumerate(tiles))


@pytest.mark.parametrize("change", CHANGES)
def test_changed_tile_is_retrieved_first(tiles: list[Image], change: str) -> None:
    # Measured over these 24 tiles: 24 of 24 at rank 1 for every change; a gradient map may merge two inks.
    index, rng = _index(tiles), np.random.default_rng(5)
    hits = 0
    for i, tile in enumerate(tiles):
        suspect = np.ascontiguousarray(CHANGES[change](tile, rng))
        hits += index.nearest(fingerprint(suspect), 1)[0][0].mark_id == i
    assert hits >= (22 if change == "gradient map" else 24)


def test_distance_is_symmetric_and_zero_to_itself(tiles: list[Image]) -> None:
    maps = np.stack([unpack(fingerprint(t).shape) for t in tiles[:8]])
    matrix = np.stack([distances(m, spectra(maps)) for m in maps])
    assert np.allclose(matrix, matrix.T, atol=1e-4)
    assert np.allclose(np.diag(matrix), 0, atol=1e-4)
    assert (matrix[~np.eye(8, dtype=bool)] > 0.2).all()


def test_phash_is_the_one_of_imagehash(tile: Image) -> None:
    import imagehash
    from PIL import Image as PillowImage

    assert f"{fingerprint(tile).phash:016x}" == str(imagehash.phash(PillowImage.fromarray(tile)))


def test_written_and_read_back(tile: Image) -> None:
    print_ = fingerprint(tile)
    assert Fingerprint.from_dict(json.loads(json.dumps(print_.to_dict()))) == print_
    assert len(print_.shape) * 8 >= 256


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("algorithm", "org.example.other.1"),
        ("phash", "xyz"),
        ("phash", 7),
        ("shape", "AAAA"),
        ("shape", "%%%"),
    ],
)
def test_damaged_fingerprint_names_the_field(tile: Image, field: str, value: object) -> None:
    stored: dict[str, object] = {**fingerprint(tile).to_dict(), field: value}
    with pytest.raises(FingerprintFormatError, match=field):
        Fingerprint.from_dict(stored)


def test_flat_tile_has_a_fingerprint_and_is_near_nothing(tiles: list[Image]) -> None:
    flat = np.full((64, 64, 3), 90, np.uint8)
    assert _index(tiles).nearest(fingerprint(flat), 1)[0][1] == pytest.approx(1.0)


@pytest.mark.parametrize("pixels", [np.zeros((8, 8), np.uint8), np.zeros((8, 8, 3), np.float32)])
def test_pixels_of_another_kind_are_refused(pixels: NDArray[np.generic]) -> None:
    with pytest.raises(PictureError, match="pixels"):
        fingerprint(pixels)  # type: ignore[arg-type]
