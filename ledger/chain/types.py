"""Values that cross the border to the chain. Addresses are checksummed strings, amounts are minor units.

The ids below are scoped by who makes them, so that nobody can occupy another's id by sending first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ledger.chain.encoding import encode, keccak, to_address, to_bytes32, to_uint
from ledger.chain.errors import MessageError

NATIVE = "0x0000000000000000000000000000000000000000"  # stands for the chain's own coin
WHOLE_BPS = 10_000
EDITION = 3  # 2: LicenceBook keeps exclusivity, runs and sublicences; 3: its grants cost less


def collection_id(creator: str, root: bytes) -> int:
    """PatternRegistry's id of the collection with this Merkle root, known before it is registered."""
    return int.from_bytes(keccak(encode(("address", creator), ("bytes32", root))), "big")


def token_id(creator: str, asset_id: int) -> int:
    """ERC-721 token id of an asset of `creator`, known before anything is registered."""
    return int.from_bytes(keccak(encode(("address", creator), ("uint256", asset_id))), "big")


@dataclass(frozen=True)
class Tx:
    """A mined transaction: `hash` 0x hex, gas used, block time in Unix seconds, the decoded event it made."""

    kind: str
    hash: str
    block: int
    gas: int
    timestamp: int
    event: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Deployment:
    """Where our contracts live: contract name -> address, on the chain with this id and genesis hash.

    `block` is one before which none of their events can be. `edition` counts what we
    changed in our contracts.
    """

    addresses: Mapping[str, str]
    chain_id: int
    genesis: str
    block: int
    edition: int = EDITION

    def __getitem__(self, name: str) -> str:
        return self.addresses[name]


@dataclass(frozen=True)
class Leaf:
    """One member of a collection: uint256 asset id, SHA-256 of the signed file, uint64 watermark id."""

    asset_id: int
    content_hash: bytes
    mark_id: int

    def __post_init__(self) -> None:
        to_uint("asset_id", self.asset_id, 256)
        to_bytes32("content_hash", self.content_hash)
        to_uint("mark_id", self.mark_id, 64)

    @property
    def hash(self) -> bytes:
        """Leaf of OpenZeppelin's StandardMerkleTree: hashed twice, so that no inner node passes for one."""
        words = encode(("uint256", self.asset_id), ("bytes32", self.content_hash), ("uint64", self.mark_id))
        return keccak(keccak(words))


@dataclass(frozen=True)
class Collection:
    """A registered collection as the chain has it; `root` and `uri` come from its event."""

    id: int
    creator: str
    size: int
    royalty_receiver: str
    royalty_bps: int
    terms_hash: bytes
    terms_version: int
    root: bytes
    uri: str
    tx: Tx


@dataclass(frozen=True)
class Split:
    """Who shares a payment: addresses and basis points that add up to 10,000; order decides ties."""

    payees: tuple[str, ...]
    bps: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.payees) != len(self.bps) or not self.payees:
            raise MessageError(
                "split", f"{len(self.payees)} payees for {len(self.bps)} shares; give one each"
            )
        if sum(self.bps) != WHOLE_BPS:
            raise MessageError("split", f"shares add up to {sum(self.bps)}, not {WHOLE_BPS} basis points")
        for index, (payee, bps) in enumerate(zip(self.payees, self.bps, strict=True)):
            if to_address(f"split.payees[{index}]", payee) == NATIVE:
                raise MessageError(f"split.payees[{index}]", "the zero address cannot be paid")
            to_uint(f"split.bps[{index}]", bps, 16)

    @property
    def hash(self) -> bytes:
        return keccak(encode(("address[]", list(self.payees)), ("uint16[]", list(self.bps))))


@dataclass(frozen=True)
class Invoice:
    """What RoyaltyVault keeps the hash of. `amount` in minor units of `currency`, `due` in Unix seconds."""

    reference: bytes
    issuer: str
    payer: str
    amount: int
    currency: str
    due: int
    split: Split

    def __post_init__(self) -> None:
        to_bytes32("reference", self.reference)
        for name in ("issuer", "payer", "currency"):
            to_address(name, getattr(self, name))
        if to_uint("amount", self.amount, 128) == 0:
            raise MessageError("amount", "an invoice over nothing cannot be paid; give at least 1 minor unit")
        to_uint("due", self.due, 40)

    @property
    def id(self) -> bytes:
        """Id in the vault: keccak(issuer, reference), so that no one else can occupy it."""
        return keccak(encode(("address", self.issuer), ("bytes32", self.reference)))


class InvoiceState(Enum):
    NONE = 0
    ISSUED = 1
    SETTLED = 2
    CANCELLED = 3


@dataclass(frozen=True)
class Authorization:
    """A payer's EIP-3009 signature over one invoice; anyone may relay it, the payer needs no gas."""

    payer: str
    value: int
    valid_after: int
    valid_before: int
    nonce: bytes
    signature: bytes

    def to_dict(self) -> dict[str, Any]:
        """JSON form: hex strings for bytes, decimal strings for amounts."""
        return {
            "payer": self.payer,
            "value": str(self.value),
            "valid_after": self.valid_after,
            "valid_before": self.valid_before,
            "nonce": "0x" + self.nonce.hex(),
            "signature": "0x" + self.signature.hex(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Authorization:
        """The reverse of `to_dict`; MessageError names the field that is missing or malformed."""
        from ledger.chain.payment import parse_authorization

        return parse_authorization(data)
