"""Give a found picture its manifest back: look for the tile it shows, and put that one's manifest in.

Where nothing but the manifest was lost, the file is the signed one again, byte for byte. Any other copy gets
a claim of ours around it, which opens the manifest that was found as its parent and says what of it no longer
binds these bytes. What cannot hold a manifest is written as a PNG.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ledger import manifests, resolving
from ledger.context import Ledger
from ledger.domain.canonical import canonical
from ledger.domain.ids import AssetId, LicenceId, MarkId
from ledger.errors import ConflictError, NotRecoveredError
from ledger.evidence import evidence_to_dict, written
from ledger.making import MARK_BYTES, encode_png
from ledger.store import Tx, assets, collections, copies, entries, rights
from ledger.store import manifests as rows

if TYPE_CHECKING:
    from forensics import Found

RECOVERED = "copy-recovered"
PNG = "image/png"
HELD = ("image/png", "image/jpeg", "image/webp")  # what a manifest can be put back into


@dataclass(frozen=True)
class Recovered:
    """A picture with its manifest.

    `manifest` is the one that was found, `active` that of the file as it is now: the same where the file is
    `whole`, byte for byte the one that was signed. `shown` is the share of the picture that shows the tile,
    in percent. `found` is the SHA-256 of the picture as it came, `mark` the mark that was read. `licence` is
    the one whose copy it is, None for the tile itself; `status` says how it stands. `unbound` says what of
    the manifest does not hold for these bytes.
    """

    data: bytes
    mime: str
    asset: AssetId
    manifest: str
    active: str
    verdict: str
    p_value: str
    evidence: dict[str, Any]
    found: str
    mark: int | None
    shown: int
    licence: LicenceId | None
    status: str
    unbound: tuple[str, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def whole(self) -> bool:
        return not self.unbound


@dataclass(frozen=True)
class _Copy:
    """A picture as it was found, without any manifest, in a format that can hold one."""

    data: bytes
    mime: str
    sha256: str
    width: int
    height: int
    rewritten: bool


def recover(ledger: Ledger, data: bytes) -> Recovered:
    """The picture with the manifest that belongs to it; the same picture again is the same file.

    Raises PictureError, NotRecoveredError where it shows no tile surely enough, ConflictError where it holds
    its manifest already, ProvenanceError and StorageError.
    """
    copy = _copy(ledger, data)
    report = resolving.examined(ledger, copy.data)
    sure = [each for each in report.found if resolving.surely(each) is not None]
    if not sure:
        seen = f"; {len(report.found)} patterns look like one, which is not enough" if report.found else ""
        raise NotRecoveredError(f"picture: shows no tile of this ledger surely{seen}")
    found = sure[0]
    name = resolving.manifest_of(ledger, found)
    if name is None:
        raise NotRecoveredError(f"picture: shows tile {found.asset_id}, of which no manifest is kept")
    store = manifests.store_bytes(ledger, manifests.get(ledger, name, everything=True))
    facts = _facts(ledger, copy, found, name)
    return _whole(ledger, copy, store, facts) or _again(ledger, facts) or _signed(ledger, copy, store, facts)


def _copy(ledger: Ledger, data: bytes) -> _Copy:
    from forensics import decode_image
    from provenance import verify
    from provenance.embedding import without_store
    from provenance.errors import ProvenanceError, RecoveredCopyError
    from provenance.media import sniff

    pixels, mime = decode_image(data), sniff(data) or ""
    height, width = pixels.shape[:2]
    digest = hashlib.sha256(data).hexdigest()
    if mime not in HELD:
        return _Copy(encode_png(pixels), PNG, digest, width, height, rewritten=True)
    try:
        verify(data, mime, ledger.engines.trust)
    except RecoveredCopyError as error:
        raise ConflictError("picture", "its manifest was put back before; nothing is missing") from error
    except ProvenanceError:
        return _Copy(without_store(data, mime), mime, digest, width, height, rewritten=False)
    raise ConflictError("picture", "it holds its manifest, bound to these bytes; nothing is missing")


def _facts(ledger: Ledger, copy: _Copy, found: Found, manifest: str) -> Recovered:
    """All but the file: `data` is still the copy."""
    asset = AssetId(str(found.asset_id))
    shown = _shown(found, copy)
    with ledger.store.reading() as tx:
        licence, status = _status(tx, asset, found.mark_id)
    return Recovered(
        data=copy.data,
        mime=copy.mime,
        asset=asset,
        manifest=manifest,
        active=manifest,
        verdict=found.verdict.value,
        p_value=written(found.p_value),
        evidence=evidence_to_dict(found),
        found=copy.sha256,
        mark=found.mark_id,
        shown=shown,
        licence=licence,
        status=status,
        unbound=_unbound(copy, found, shown, status),
    )


def _whole(ledger: Ledger, copy: _Copy, store: bytes, facts: Recovered) -> Recovered | None:
    """The signed file itself, where the manifest was all that it lacked."""
    from provenance import verify
    from provenance.embedding import with_store
    from provenance.errors import ProvenanceError

    restored = with_store(copy.data, copy.mime, store)
    try:
        verify(restored, copy.mime, ledger.engines.trust)
    except ProvenanceError:
        return None
    return replace(facts, data=restored, shown=100, unbound=())


def _again(ledger: Ledger, facts: Recovered) -> Recovered | None:
    """What was made of the same picture before, from the same manifest."""
    with ledger.store.reading() as tx:
        told = [entry.body for entry in entries.about(tx, [facts.asset]) if entry.kind == RECOVERED]
    for body in told:
        if (body["found"], body["manifest"]) == (facts.found, facts.manifest):
            return replace(facts, data=ledger.blobs.get(str(body["file"])), active=str(body["recovered"]))
    return None


def _signed(ledger: Ledger, copy: _Copy, store: bytes, facts: Recovered) -> Recovered:
    """The copy with a claim of ours, kept and named in the book."""
    from provenance.embedding import store_of, with_store
    from provenance.jumbf import parse_store
    from provenance.recovery import Recovery, build_recovery

    at, mark = ledger.now(), facts.mark
    with ledger.store.reading() as tx:
        tile = assets.get(tx, facts.asset)
        title = collections.get(tx, tile.collection).title_of(tile.signed.marked.draft)
    algorithm = tile.signed.marked.algorithm
    claim = build_recovery(
        Recovery(
            asset_id=facts.asset,
            title=title,
            mime=copy.mime,
            manifest=facts.manifest,
            found=copy.sha256,
            verdict=facts.verdict,
            p_value=facts.p_value,
            signals=tuple(dict.fromkeys(each["signal"] for each in facts.evidence["signals"])),
            shown=f"{facts.shown} %",
            unbound=facts.unbound,
            mark=(algorithm, mark.to_bytes(MARK_BYTES, "big")) if mark is not None else None,
            recovered_at=at,
        )
    )
    parent = with_store(copy.data, copy.mime, store)
    data = ledger.engines.signer.sign_recovered(copy.data, copy.mime, claim, parent)
    made = replace(facts, data=data, active=parse_store(store_of(data, copy.mime)).active)
    _keep(ledger, copy, made, at)
    return made


def _keep(ledger: Ledger, copy: _Copy, made: Recovered, at: str) -> None:
    digest = ledger.blobs.put(made.data)
    body = {
        "found": copy.sha256,
        "file": digest,  # not "sha256": in an entry about a tile that is its signed file
        "manifest": made.manifest,
        "recovered": made.active,
        "evidence": hashlib.sha256(canonical(made.evidence)).hexdigest(),
    }
    with ledger.store.transaction() as tx:
        tx.append(RECOVERED, made.asset, body, at)
        rows.note(tx, made.active, digest, made.mime, made.asset, at)


def _shown(found: Found, copy: _Copy) -> int:
    """The share of the picture that the tile was seen in, in percent."""
    corners = found.region
    after = (*corners[1:], *corners[:1])
    twice = sum(x * v - u * y for (x, y), (u, v) in zip(corners, after, strict=True))
    return min(100, round(100 * abs(twice) / 2 / (copy.width * copy.height)))


def _status(tx: Tx, asset: AssetId, mark: int | None) -> tuple[LicenceId | None, str]:
    """Whose copy it is by its mark, and how that licence stands."""
    copy = copies.by_mark(tx, MarkId(mark)) if mark is not None else None
    if copy is None or copy.asset != asset:
        return None, "the mark is the tile's own: it does not say under which licence this copy was made"
    grant = rights.get_grant(tx, copy.licence)
    return copy.licence, f"the copy of {grant.licensee} under licence {copy.licence}, {grant.state.value}"


def _unbound(copy: _Copy, found: Found, shown: int, status: str) -> tuple[str, ...]:
    """What of the manifest does not hold for these bytes, in plain words."""
    lines = [
        "hard binding: these bytes are not those that were signed",
        f"picture: about {shown} % of its {copy.width} x {copy.height} px show the tile; "
        "nothing is said of the rest",
    ]
    if found.repeat is not None and found.repeat.count is not None:
        times = f"{found.repeat.count:.1f} times in {found.repeat.type.value} repeat"
        lines.append(f"size: the tile is seen {times}, {found.repeat.width_px:.0f} px wide")
    if found.colourway is not None and found.colourway.change.value not in ("same", "unknown"):
        lines.append(f"colours: {found.colourway.change.value}, not those that were signed")
    if copy.rewritten:
        lines.append("format: it came in one that holds no manifest, and was written as a PNG")
    return (*lines, f"licence: {status}; what it allows is asked of the ledger, not of this file")


def told(made: Recovered) -> dict[str, Any]:
    """All but the picture itself, as plain data."""
    return {
        "asset": made.asset,
        "manifest": made.manifest,
        "active": made.active,
        "sha256": made.sha256,
        "mime": made.mime,
        "whole": made.whole,
        "verdict": made.verdict,
        "p_value": made.p_value,
        "mark": None if made.mark is None else f"{made.mark:012x}",
        "shown_percent": made.shown,
        "licence": made.licence,
        "status": made.status,
        "unbound": list(made.unbound),
        "evidence": made.evidence,
    }
