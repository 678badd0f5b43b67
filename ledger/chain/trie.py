"""Merkle-Patricia tries (Yellow Paper, appendix D): root of a whole one, proof of one key, check of a proof.

Nodes are RLP; one that is shorter than 32 bytes stands inside its parent, every other is named by its hash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from ledger.chain.encoding import keccak
from ledger.chain.errors import ReceiptError

Nibbles = tuple[int, ...]
BRANCHES, HASH_BYTES = 16, 32
MAX_NODES, MAX_NODE_BYTES = 32, 1 << 20
MAX_DEPTH = 32  # lists in lists: a receipt has four, a node as many as stand inside it


class Trie:
    """The trie of `items`, a key and a value that is not empty each."""

    def __init__(self, items: Mapping[bytes, bytes]) -> None:
        self._nodes: dict[bytes, bytes] = {}
        top = _encoded(self._node(sorted((_nibbles(key), value) for key, value in items.items())))
        self.root = keccak(top)
        self._nodes[self.root] = top

    def prove(self, key: bytes) -> tuple[bytes, ...]:
        """The nodes from the root to the value of `key`, which is there; those inside others left out."""
        found: list[bytes] = []
        path: Nibbles | None = _nibbles(key)
        at: Any = self.root
        while path is not None:
            if isinstance(at, bytes):
                found.append(self._nodes[at])
                at = _decoded(found[-1])
            at, path = _step(at, path)
        return tuple(found)

    def _node(self, items: Sequence[tuple[Nibbles, bytes]]) -> list[Any]:
        first, last = items[0][0], items[-1][0]
        if len(items) == 1:
            return [_packed(first, ends=True), items[0][1]]
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
        if shared:
            below = self._node([(path[shared:], value) for path, value in items])
            return [_packed(first[:shared], ends=False), self._reference(below)]
        branches: list[Any] = [b""] * (BRANCHES + 1)
        for nibble in {path[0] for path, _ in items}:
            under = [(path[1:], value) for path, value in items if path[0] == nibble]
            branches[nibble] = self._reference(self._node(under))
        return branches

    def _reference(self, node: list[Any]) -> Any:
        data = _encoded(node)
        if len(data) < HASH_BYTES:
            return node
        name = keccak(data)
        self._nodes[name] = data
        return name


def proven(root: bytes, key: bytes, nodes: Sequence[bytes]) -> bytes:
    """The value of `key` in the trie with this `root`. ReceiptError where the nodes do not lead there."""
    if not 1 <= len(nodes) <= MAX_NODES or any(len(node) > MAX_NODE_BYTES for node in nodes):
        raise ReceiptError("nodes", f"give 1 to {MAX_NODES} of at most {MAX_NODE_BYTES} bytes")
    rest, at = list(nodes), root
    path: Nibbles | None = _nibbles(key)
    while path is not None:
        node: Any = at
        if isinstance(at, bytes):
            if not rest or keccak(rest[0]) != at:
                raise ReceiptError("nodes", "do not lead from the root to this key")
            node = _decoded(rest.pop(0))
        at, path = _step(node, path)
    if rest:
        raise ReceiptError("nodes", "are more than lead to this key")
    return at


def _step(node: Any, path: Nibbles) -> tuple[Any, Nibbles | None]:
    """What `node` leads to along `path`, and the rest of the path; None with the value.

    A key of ours is never the beginning of another, so no branch has a value of its own.
    """
    if isinstance(node, list) and len(node) == BRANCHES + 1 and path and node[path[0]] != b"":
        return _child(node[path[0]], path[1:])
    if isinstance(node, list) and len(node) == 2 and isinstance(node[0], bytes) and node[0]:
        part, ends = _unpacked(node[0])
        if ends and part == path and isinstance(node[1], bytes) and node[1]:
            return node[1], None
        if not ends and part and path[: len(part)] == part:
            return _child(node[1], path[len(part) :])
    raise ReceiptError("nodes", "do not lead from the root to this key")


def _child(reference: Any, path: Nibbles) -> tuple[Any, Nibbles]:
    whole = isinstance(reference, bytes) and len(reference) == HASH_BYTES
    if not (whole or isinstance(reference, list)):
        raise ReceiptError("nodes", "do not lead from the root to this key")
    return reference, path


def _nibbles(key: bytes) -> Nibbles:
    return tuple(nibble for byte in key for nibble in divmod(byte, 16))


def _packed(path: Nibbles, *, ends: bool) -> bytes:
    """Hex-prefix encoding: whether the path ends here, and whether it is odd, before its nibbles."""
    flag = 2 * ends + len(path) % 2
    padded = (flag, *path) if len(path) % 2 else (flag, 0, *path)
    return bytes(16 * high + low for high, low in zip(padded[::2], padded[1::2], strict=True))


def _unpacked(data: bytes) -> tuple[Nibbles, bool]:
    flag, *path = _nibbles(data)
    if flag > 3 or (not flag % 2 and path[0] != 0):
        raise ReceiptError("nodes", "hold a path that is not written as one")
    return tuple(path if flag % 2 else path[1:]), flag >= 2


def _encoded(node: Any) -> bytes:
    import rlp

    return bytes(rlp.encode(node))


def _decoded(data: bytes) -> Any:
    return decode_rlp("nodes", data)


def decode_rlp(field: str, data: bytes) -> Any:
    """Bytes and lists of them. ReceiptError where `data` is not one RLP item, whole and in its only form."""
    import rlp
    from rlp.exceptions import RLPException

    try:
        return _plain(rlp.decode(data))
    except (RLPException, RecursionError, IndexError) as error:
        raise ReceiptError(field, f"is no RLP ({type(error).__name__})") from None


def _plain(item: Any, depth: int = 0) -> Any:
    if isinstance(item, bytes | bytearray):
        return bytes(item)
    if depth == MAX_DEPTH:
        raise RecursionError
    return [_plain(each, depth + 1) for each in item]
