"""The transaction that registered an asset, once it is confirmed: in an update manifest, or in a new claim.

A claim names the token before the transaction exists. When it does, an update manifest (C2PA 2.4, section
11.2.3) says so over the manifest that is there, without binding the bytes anew. Only PNG and JPEG can hold
one: in the other formats a length or an address that the hard binding covers grows with the manifest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from provenance.assertions import assertion
from provenance.errors import MediaError
from provenance.labels import CLAIM_VERSION, CONFIRMATION
from provenance.schema import validate_part

EVENT: Final = "CollectionRegistered"
UPDATABLE: Final = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class Confirmation:
    """Where the registry said that a collection is registered.

    `contract` is the registry on the chain `chain_id`, `collection` the collection's token in decimal,
    `log_index` the place of the log in its block. Hashes are 0x and 64 lower-case hex digits.
    """

    chain_id: int
    contract: str
    collection: str
    transaction: str
    block: int
    block_hash: str
    log_index: int

    def to_dict(self) -> dict[str, Any]:
        """As ``org.selvage.confirmation`` holds it."""
        return {
            "version": 1,
            "chain": f"eip155:{self.chain_id}",
            "contract": self.contract,
            "event": EVENT,
            "collection": self.collection,
            "transaction": self.transaction,
            "block": self.block,
            "blockHash": self.block_hash,
            "logIndex": self.log_index,
        }

    def is_of(self, registration: str | None) -> bool:
        """Whether a CAIP-19 identifier names a token of this registry."""
        return (registration or "").startswith(f"eip155:{self.chain_id}/erc721:{self.contract}/")


def from_dict(said: Mapping[str, Any]) -> Confirmation:
    """The confirmation of an assertion. ClaimError where it breaks its schema."""
    validate_part(CONFIRMATION, said)
    return Confirmation(
        chain_id=int(said["chain"].removeprefix("eip155:")),
        contract=said["contract"],
        collection=said["collection"],
        transaction=said["transaction"],
        block=said["block"],
        block_hash=said["blockHash"],
        log_index=said["logIndex"],
    )


def build_update(facts: Confirmation, mime: str) -> dict[str, Any]:
    """The update manifest. Raises MediaError for a format that cannot hold one, ClaimError."""
    if mime not in UPDATABLE:
        raise MediaError(
            f"mime: {mime} cannot hold an update manifest, whose bytes would break the binding of the one "
            f"before; use one of {', '.join(UPDATABLE)}, or sign a new file, whose claim can say the same"
        )
    told = facts.to_dict()
    validate_part(CONFIRMATION, told)
    return {
        "claim_generator_info": [{"name": "Selvage", "version": CLAIM_VERSION}],
        "assertions": [assertion(CONFIRMATION, told)],
    }
