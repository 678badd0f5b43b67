"""Decisions of people about scans: tiles left out, pictures known not to be ours, held findings released."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.domain.fields import Field
from ledger.domain.finding import Finding
from ledger.domain.ids import AssetId, FindingId
from ledger.domain.rulings import Ending, Ruling
from ledger.errors import ConflictError, UnknownError
from ledger.store import Tx, assets, banks, findings
from ledger.store.banks import Exclusion, Negative

MAX_WHY = 500  # characters


def exclude(ledger: Ledger, asset: AssetId, why: str) -> Exclusion:
    """Leave a tile out of every scan that is opened from now on. FieldError, UnknownError."""
    Field(why, "why", FieldError).text(MAX_WHY)
    with ledger.store.transaction() as tx:
        assets.get(tx, asset)
        known = banks.last_exclusion(tx, asset)
        if known is not None and known.ruling.holds():
            return known
        exclusion = Exclusion(asset, _ruled(ledger, tx, "asset-excluded", asset, {"why": why}))
        banks.exclude(tx, exclusion)
    return exclusion


def include(ledger: Ledger, asset: AssetId, why: str) -> Exclusion:
    """Report a tile again, in every scan that is opened from now on; included already, nothing changes.

    What was scanned while it was left out is looked at again by `rescan`. Findings that are recorded, held
    ones among them, stay as they are. FieldError, UnknownError (it was never left out).
    """
    Field(why, "why", FieldError).text(MAX_WHY)
    with ledger.store.transaction() as tx:
        assets.get(tx, asset)
        known = banks.last_exclusion(tx, asset)
        if known is None:
            raise UnknownError("exclusion", asset, "selvage review list shows what is left out")
        if known.ruling.holds():
            known = replace(known, ruling=_taken_back(ledger, tx, "asset-included", asset, known.ruling, why))
            banks.include(tx, known)
    return known


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
        known = banks.last_negative(tx, sha256)
        if known is not None and known.ruling.holds():
            return known
        body = {"name": name, "why": why}
        negative = Negative(sha256, name, prints, _ruled(ledger, tx, "negative-added", sha256, body))
        banks.add_negative(tx, negative)
    return negative


def forget_negative(ledger: Ledger, sha256: str, why: str) -> Negative:
    """Hold nothing against this picture any more in scans opened from now on; forgotten already, no change.

    Raises FieldError, and UnknownError when it was never known.
    """
    Field(why, "why", FieldError).text(MAX_WHY)
    with ledger.store.transaction() as tx:
        known = banks.last_negative(tx, sha256)
        if known is None:
            raise UnknownError("negative", sha256, "selvage review list shows what is known not to be ours")
        if known.ruling.holds():
            ruling = _taken_back(ledger, tx, "negative-forgotten", sha256, known.ruling, why)
            known = replace(known, ruling=ruling)
            banks.forget_negative(tx, known)
    return known


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


def _ruled(ledger: Ledger, tx: Tx, kind: str, subject: str, body: Mapping[str, str]) -> Ruling:
    entry = tx.append(kind, subject, body, ledger.now())
    return Ruling(entry.sequence, entry.at, body["why"])


def _taken_back(ledger: Ledger, tx: Tx, kind: str, subject: str, ruling: Ruling, why: str) -> Ruling:
    entry = tx.append(kind, subject, {"entry": ruling.entry, "why": why}, ledger.now())
    return ruling.ended(Ending(entry.sequence, entry.at, why))
