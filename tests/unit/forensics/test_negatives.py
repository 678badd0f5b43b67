"""Where a negative is as near as our tile, likeness is no evidence; the mark always is."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from forensics import BruteForceIndex, Evidence, Fingerprint, Reference, Signal, fingerprint
from forensics.fingerprints.prints import shape_print
from forensics.indexes.negatives import NegativeBank, without_claimed

Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def prints(tiles: list[Image]) -> list[Fingerprint]:
    return [fingerprint(tile) for tile in tiles]


def _fold(tile: Image) -> Fingerprint:
    """The suspect folded: shifted and in other colours."""
    return shape_print(np.ascontiguousarray(255 - np.roll(tile, 70, 1)))


def _evidence(asset: str | None) -> list[Evidence]:
    return [Evidence(asset, 1, signal, 1e-12) for signal in Signal]


def test_a_negative_nearer_than_the_candidate_claims_the_suspect(
    tiles: list[Image], prints: list[Fingerprint]
) -> None:
    bank = NegativeBank([("far", prints[5]), ("theirs", prints[3])])
    assert bank.claims([_fold(tiles[3])], prints[4]) == "theirs"
    assert bank.claims([_fold(tiles[4])], prints[4]) is None


def test_a_tie_is_the_negatives(tiles: list[Image], prints: list[Fingerprint]) -> None:
    # Our tile was drawn after a motif that is everybody's: then its likeness is nobody's evidence.
    assert NegativeBank([("everybody's", prints[4])]).claims([_fold(tiles[4])], prints[4]) == "everybody's"


def test_a_copy_of_a_negative_is_claimed_by_its_hash(tiles: list[Image], prints: list[Fingerprint]) -> None:
    number = next(i for i, print_ in enumerate(prints) if print_.pdq)
    turned = fingerprint(np.ascontiguousarray(np.rot90(tiles[number])))
    shapeless = Fingerprint(0, bytes(1024), turned.pdq)
    other = prints[(number + 1) % len(prints)]
    assert NegativeBank([("stock", prints[number])]).claims([shapeless], other) == "stock"
    assert NegativeBank([("stock", other)]).claims([shapeless], prints[number]) is None


def test_no_negative_claims_nothing(tiles: list[Image], prints: list[Fingerprint]) -> None:
    assert NegativeBank([]).claims([_fold(tiles[0])], prints[0]) is None
    assert NegativeBank([("one", prints[0])]).claims([], prints[0]) is None


def test_only_likeness_is_dropped(tiles: list[Image], prints: list[Fingerprint]) -> None:
    index = BruteForceIndex(Reference(f"a{i}", i, p, lambda: tiles[0]) for i, p in enumerate(prints[:3]))
    suspect = [_fold(tiles[1])]
    bank = NegativeBank([("theirs", prints[1])])
    kept = without_claimed(_evidence("a1"), suspect, index, bank)
    assert {each.signal for each in kept} == set(Signal) - {Signal.COPY, Signal.GEOMETRY}
    for asset in ("gone", None):
        assert without_claimed(_evidence(asset), suspect, index, bank) == tuple(_evidence(asset))
    unclaimed = NegativeBank([("theirs", prints[9])])
    assert without_claimed(_evidence("a1"), suspect, index, unclaimed) == tuple(_evidence("a1"))
