"""Names of things. All are derived from what they name, so that doing a step twice names the same thing."""

from __future__ import annotations

import hashlib
import re
from typing import NewType

from ledger.domain.errors import FieldError

AssetId = NewType("AssetId", str)  # 32 lower-case hex digits; the ERC-721 token id is derived from it
CollectionId = NewType("CollectionId", str)  # 32 lower-case hex digits
MarkId = NewType("MarkId", int)  # 48 bits, what the watermark carries
PartyId = NewType("PartyId", str)  # a slug such as "north-mill"
LicenceId = NewType("LicenceId", str)
OfferId = NewType("OfferId", str)
UsageId = NewType("UsageId", str)
ScanId = NewType("ScanId", str)
FindingId = NewType("FindingId", str)
InvoiceId = NewType("InvoiceId", str)

_HEX = re.compile(r"[0-9a-f]{32}")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


def derive(kind: str, *parts: str | int) -> str:
    """128 bits of SHA-256 over the kind and its parts, each length-prefixed so that no two lists collide."""
    hasher = hashlib.sha256()
    for part in (kind, *parts):
        data = str(part).encode()
        hasher.update(len(data).to_bytes(4, "big") + data)
    return hasher.hexdigest()[:32]


def derive_seed(kind: str, *parts: str | int) -> int:
    """The first 48 bits of `derive`: a seed that is exact as a JSON number."""
    return int(derive(kind, *parts)[:12], 16)


def collection_id(ledger: str, key: str) -> CollectionId:
    return CollectionId(derive("collection", ledger, key))


def asset_id(collection: CollectionId, index: int) -> AssetId:
    return AssetId(derive("asset", collection, index))


def mark_id(ledger: str, asset: AssetId, attempt: int = 0) -> MarkId:
    """A 48-bit mark id, never 0; `attempt` counts up when the store finds the number taken."""
    return MarkId(int(derive("mark", ledger, asset, attempt)[:12], 16) or 1)


def parse_id(field: str, text: str) -> str:
    """`text` if it is 32 lower-case hex digits, else FieldError."""
    if not _HEX.fullmatch(text):
        raise FieldError(field, f"{text[:80]!r} is not an id; ids are 32 lower-case hex digits")
    return text


def parse_party(field: str, text: str) -> PartyId:
    """`text` if it is a slug of 1 to 64 of a-z, 0-9 and -, else FieldError."""
    if not _SLUG.fullmatch(text):
        raise FieldError(field, f"{text[:80]!r} is not a party id; use a-z, 0-9 and -, such as north-mill")
    return PartyId(text)
