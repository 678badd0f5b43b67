"""Checking what a log hands out, with no tree at hand: RFC 9162, sections 2.1.3.2 and 2.1.4.2."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.domain.log.tree import EMPTY_ROOT, Hash, node_hash


def is_included(leaf: Hash, index: int, size: int, proof: Sequence[Hash], root: Hash) -> bool:
    """Whether `leaf` (its hash) stands at `index` of the tree of `size` leaves with this `root`."""
    if not 0 <= index < size:
        return False
    node, at, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            at, last = _up_to_a_left(at, last)
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def is_consistent(old: int, new: int, old_root: Hash, new_root: Hash, proof: Sequence[Hash]) -> bool:
    """Whether the tree of `new` leaves begins with all those of the tree of `old` leaves, in their order."""
    if not 0 <= old <= new:
        return False
    if old == new or old == 0:
        same = old_root == (new_root if old == new else EMPTY_ROOT)
        return same and not proof
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return bool(path) and _grows(old - 1, new - 1, path) == (old_root, new_root)


def _grows(at: int, last: int, path: Sequence[Hash]) -> tuple[Hash, Hash] | None:
    """The roots, before and after, that a path leads to; None where it is too long or too short."""
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            at, last = _up_to_a_left(at, last)
        else:
            after = node_hash(after, sibling)
        at, last = at >> 1, last >> 1
    return (before, after) if last == 0 else None


def _up_to_a_left(at: int, last: int) -> tuple[int, int]:
    """On the right edge of the tree, the levels where the node has no sibling are passed by."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last
