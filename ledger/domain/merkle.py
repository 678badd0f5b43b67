"""Merkle tree of a collection: double-hashed leaves, sorted pairs, as OpenZeppelin's MerkleProof reads them.

Leaves are sorted first; an odd node moves up a layer unhashed. The hash (Keccak-256 on an EVM chain) is
handed in, because the standard library has none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId, MarkId

Hash = Callable[[bytes], bytes]
Proof = tuple[bytes, ...]


def leaf(keccak: Hash, asset: AssetId, content: bytes, mark: MarkId) -> bytes:
    """Leaf of one asset: keccak(keccak(abi.encode(uint256 assetId, bytes32 contentHash, uint64 markId)))."""
    if len(content) != 32:
        raise FieldError("content", f"a content hash has 32 bytes, this one {len(content)}")
    words = int(asset, 16).to_bytes(32, "big") + content + mark.to_bytes(32, "big")
    return keccak(keccak(words))


def root(keccak: Hash, leaves: Sequence[bytes]) -> bytes:
    return _layers(keccak, leaves)[-1][0]


def prove(keccak: Hash, leaves: Sequence[bytes], member: bytes) -> Proof:
    """Siblings from `member` up to the root; FieldError when it is not one of `leaves`."""
    layers = _layers(keccak, leaves)
    if member not in layers[0]:
        raise FieldError("member", "this leaf is not in the tree; ask for the proof of its own collection")
    index, proof = layers[0].index(member), []
    for layer in layers[:-1]:
        if index ^ 1 < len(layer):
            proof.append(layer[index ^ 1])
        index //= 2
    return tuple(proof)


def is_member(keccak: Hash, member: bytes, proof: Proof, top: bytes) -> bool:
    node = member
    for sibling in proof:
        node = keccak(b"".join(sorted((node, sibling))))
    return node == top


def _layers(keccak: Hash, leaves: Sequence[bytes]) -> list[list[bytes]]:
    if not leaves:
        raise FieldError("leaves", "a collection needs at least one asset")
    layers = [sorted(leaves)]
    while len(layers[-1]) > 1:
        below = layers[-1]
        pairs = [below[i : i + 2] for i in range(0, len(below), 2)]
        layers.append([keccak(b"".join(sorted(pair))) if len(pair) == 2 else pair[0] for pair in pairs])
    return layers
