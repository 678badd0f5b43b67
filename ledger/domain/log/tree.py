"""Merkle trees of RFC 6962, section 2.1 (the same as RFC 9162, section 2.1): roots and proofs, SHA-256.

Nothing here holds a tree. `read(level, index)` gives the hash of the complete subtree over the leaves
`index * 2**level` up to, not including, `(index + 1) * 2**level`; it is asked for complete subtrees only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

Hash = bytes
Read = Callable[[int, int], Hash]

EMPTY_ROOT = hashlib.sha256(b"").digest()
MAX_PATH = 63  # hashes in a proof of the largest log there can be


def leaf_hash(data: bytes) -> Hash:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(read: Read, size: int) -> Hash:
    """The Merkle tree hash of the first `size` leaves."""
    return _subtree(read, 0, size) if size else EMPTY_ROOT


def inclusion(read: Read, index: int, size: int) -> tuple[Hash, ...]:
    """PATH(index, D[size]): from the sibling of the leaf up to a child of the root. `0 <= index < size`."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not among the first {size}")
    return tuple(_path(read, index, 0, size))


def consistency(read: Read, old: int, new: int) -> tuple[Hash, ...]:
    """PROOF(old, D[new]); empty where either is the other, or `old` is empty. `0 <= old <= new`."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not continue one of {old}")
    return () if old in (0, new) else tuple(_growth(read, old, 0, new, whole=True))


def split(size: int) -> int:
    """The largest power of two smaller than `size`, which is at least 2: the leaves of the left subtree."""
    return 1 << (size - 1).bit_length() - 1


def _subtree(read: Read, start: int, end: int) -> Hash:
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return read(level, start >> level)
    middle = start + split(size)
    return node_hash(_subtree(read, start, middle), _subtree(read, middle, end))


def _path(read: Read, index: int, start: int, end: int) -> list[Hash]:
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle:
        return [*_path(read, index, start, middle), _subtree(read, middle, end)]
    return [*_path(read, index, middle, end), _subtree(read, start, middle)]


def _growth(read: Read, old: int, start: int, end: int, whole: bool) -> list[Hash]:
    """SUBPROOF(old, D[start:end], whole): `whole` while the old tree's root is the subtree itself."""
    if old == end:
        return [] if whole else [_subtree(read, start, end)]
    middle = start + split(end - start)
    if old <= middle:
        return [*_growth(read, old, start, middle, whole), _subtree(read, middle, end)]
    return [*_growth(read, old, middle, end, whole=False), _subtree(read, start, middle)]
