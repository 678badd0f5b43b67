"""Roots and proofs of the log against the tree of the RFC made naively, and published vectors."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.log.checks import is_consistent, is_included
from ledger.domain.log.tree import (
    EMPTY_ROOT,
    Hash,
    Read,
    consistency,
    inclusion,
    leaf_hash,
    node_hash,
    root,
    split,
)

MOST = 70
LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(MOST)]
# Leaves of the reference tests of Certificate Transparency, and the roots over the first one to eight.
TOLD = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def _reader(leaves: Sequence[Hash]) -> Read:
    @functools.cache
    def read(level: int, index: int) -> Hash:
        if level == 0:
            return leaves[index]
        return node_hash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1))

    return read


READ = _reader(LEAVES)


def _naive(leaves: Sequence[Hash]) -> Hash:
    """MTH of RFC 6962, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    middle = split(len(leaves))
    return node_hash(_naive(leaves[:middle]), _naive(leaves[middle:]))


def test_published_vectors() -> None:
    read = _reader([leaf_hash(bytes.fromhex(each)) for each in TOLD])
    assert [root(read, size).hex() for size in range(1, 9)] == ROOTS
    assert [each.hex() for each in inclusion(read, 0, 1)] == []
    assert [each.hex()[:8] for each in inclusion(read, 5, 8)] == ["bc1a0643", "ca854ea1", "d37ee418"]
    assert [each.hex()[:8] for each in consistency(read, 6, 8)] == ["0ebc5d34", "ca854ea1", "d37ee418"]


@pytest.mark.parametrize("size", range(MOST))
def test_every_root_is_that_of_the_rfc(size: int) -> None:
    assert root(READ, size) == _naive(LEAVES[:size])


@given(st.data())
def test_an_entry_is_proven_at_its_own_place_only(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, MOST))
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-1, size))
    path, top = inclusion(READ, index, size), root(READ, size)
    assert is_included(LEAVES[index], index, size, path, top)
    assert is_included(LEAVES[index], other, size, path, top) == (other == index)
    assert not is_included(leaf_hash(b"another"), index, size, path, top)
    for wrong in _bent(path):
        assert not is_included(LEAVES[index], index, size, wrong, top)


@given(st.data())
def test_growth_is_proven_and_nothing_else(data: st.DataObject) -> None:
    new = data.draw(st.integers(0, MOST))
    old = data.draw(st.integers(0, new))
    path, before, after = consistency(READ, old, new), root(READ, old), root(READ, new)
    assert is_consistent(old, new, before, after, path)
    assert not is_consistent(old, new, leaf_hash(b"another"), after, path)
    assert is_consistent(old, new, before, leaf_hash(b"another"), path) == (old == 0 < new)
    assert not is_consistent(new + 1, new, before, after, path)
    for wrong in _bent(path) if old != new else ():
        assert not is_consistent(old, new, before, after, wrong)


@given(st.integers(0, MOST))
def test_a_log_that_dropped_or_changed_an_entry_is_not_the_same_log(size: int) -> None:
    changed = _reader([*LEAVES[:3], leaf_hash(b"edited"), *LEAVES[4:]])
    dropped = _reader([*LEAVES[:2], *LEAVES[3:], leaf_hash(b"new")])
    if size <= 4:
        return
    for other in (changed, dropped):
        path = consistency(other, size - 1, MOST)
        assert not is_consistent(size - 1, MOST, root(READ, size - 1), root(other, MOST), path)


def test_what_is_not_in_the_tree_is_not_proven() -> None:
    for index, size in ((0, 0), (-1, 3), (3, 3)):
        with pytest.raises(ValueError, match="not among"):
            inclusion(READ, index, size)
    with pytest.raises(ValueError, match="does not continue"):
        consistency(READ, 4, 3)
    assert root(READ, 0) == EMPTY_ROOT
    assert not is_consistent(3, 5, root(READ, 3), root(READ, 5), ())


def _bent(path: tuple[Hash, ...]) -> list[tuple[Hash, ...]]:
    """Paths with a hash more, less, or other."""
    longer = [(*path, LEAVES[0]), (LEAVES[0], *path)]
    return [*longer, path[1:], path[:-1], (LEAVES[-1], *path[1:])] if path else longer
