"""Decisions of people about scans: tiles left out, pictures known not to be ours, held findings released."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.domain.fields import Field
from ledger.domain.finding import Finding
from ledger.domain.ids import AssetId, FindingId
from ledger.errors import ConflictError
from ledger.store import assets, banks, findings
from ledger.store.banks import Exclusion, Negative

MAX_WHY = 500  # characters


def exclude(ledger: Ledger, asset: AssetId, why: str) -> Exclusion:
    """Leave a tile out of every scan that is opened from now on. FieldError, UnknownError."""
    Field(why, "why", FieldError).text(MAX_WHY)
    with ledger.store.transaction() as tx:
        assets.get(tx, asset)
        known = banks.find_exclusion(tx, asset)
        if known is not None:
            return known
        exclusion = Exclusion(asset, why, ledger.now())
        entry = tx.append("asset-excluded", asset, {"why": why}, exclusion.since)
        banks.exclude(tx, exclusion, entry.sequence)
    return exclusion


def add_negative(ledger: Ledger, name: str, data: bytes, why: str) -> Negative:
    """Remember a picture of somebody else's pattern: what looks like it is not reported without the mark.

    Raises FieldError, PictureError (it cannot be read) and StorageError.
    """
    from forensics import decode_image, fingerprint

    Field(why, "why", FieldError).text(MAX_WHY)
    sha256 = hashlib.sha256(data).hexdigest()
    prints = fingerprint(decode_image(data)).to_dict()
    ledger.blobs.put(data)
    with ledger.store.transaction() as tx:
        known = banks.find_negative(tx, sha256)
        if known is not None:
            return known
        negative = Negative(sha256, name, prints, why, ledger.now())
        entry = tx.append("negative-added", sha256, {"name": name, "why": why}, negative.since)
        banks.add_negative(tx, negative, entry.sequence)
    return negative


def release(ledger: Ledger, chosen: Sequence[FindingId], why: str) -> tuple[Finding, ...]:
    """Let held findings count again, because a person looked. FieldError, UnknownError, ConflictError."""
    Field(why, "why", FieldError).text(MAX_WHY)
    with ledger.store.transaction() as tx:
        for finding in chosen:
            if findings.get(tx, finding).held is None:
                raise ConflictError("finding", f"{finding} is not held; there is nothing to release")
        findings.set_held(tx, dict.fromkeys(chosen))
        for finding in chosen:
            tx.append("finding-released", finding, {"why": why}, ledger.now())
        return tuple(findings.get(tx, finding) for finding in chosen)
