"""The register as forensics searches it, and what forensics makes of one picture. Changes nothing.

A scan searches the register as it stood when the scan was opened, by its entry in the book: tiles, licensed
copies, exclusions and negatives written later do not change what it finds, so anybody can find it again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ledger import shared_index
from ledger.context import Ledger
from ledger.domain.finding import Verdict
from ledger.domain.ids import AssetId, LicenceId, MarkId
from ledger.domain.judging import Match
from ledger.errors import BlobCorruptError, BlobMissingError, StorageError
from ledger.evidence import evidence_to_dict, written
from ledger.store import Tx, assets, banks, colourways, copies
from ledger.store.findings import Picture
from ledger.store.prints import Within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from forensics import Found, Index, ManifestHint, Reference, Report
    from forensics.indexes.negatives import NegativeBank
    from ledger.domain.assets import Asset

    Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Register:
    """What a scan searches: the tiles that may be reported, what is known not to be ours, and which licence
    each copy's mark names."""

    index: Index
    negatives: NegativeBank
    copies: dict[int, LicenceId]


def version(ledger: Ledger) -> tuple[int, ...]:
    """What changes whenever the register does."""
    with ledger.store.reading() as tx:
        return _version(tx, None)


def silent(tx: Tx, before: int | None = None) -> frozenset[AssetId]:
    """The tiles that may not be reported: excluded, or rejected; now, or `before` an entry."""
    excluded = frozenset(exclusion.asset for exclusion in banks.exclusions(tx, before))
    return excluded | assets.rejected(tx, before)


def register(ledger: Ledger, entry: int | None = None) -> Register:
    """The register before an entry of the book, or as it is now; kept until something is added to it."""
    with ledger.store.reading() as tx:
        version = (ledger.id, *_version(tx, entry))
    return ledger.engines.kept(version, lambda: _build(ledger, entry))


def left_out(ledger: Ledger) -> Register | None:
    """The tiles that scans now leave out, excluded or rejected, as a register; None where there are none."""
    from forensics import BruteForceIndex
    from forensics.indexes.negatives import NegativeBank

    with ledger.store.reading() as tx:
        unsaid = silent(tx)
        if not unsaid:
            return None
        tiles, marks = [tile for tile in assets.walk(tx) if tile.id in unsaid], _marks(tx, None)
    index = BruteForceIndex(_reference(ledger, tile, tuple(marks.get(tile.id, ()))) for tile in tiles)
    return Register(index, NegativeBank(()), {})


def examine(ledger: Ledger, data: bytes, searched: Register, dpi: float | None = None) -> Report:
    """What forensics makes of the bytes of a picture. PictureError, StorageError."""
    from forensics import ReferenceOutOfReachError, examine_bytes

    engines = ledger.engines
    try:
        return examine_bytes(
            data,
            searched.index,
            engines.watermarker,
            partial(manifest_hint, ledger),
            budget_seconds=engines.scan_seconds,
            negatives=searched.negatives,
            dpi=dpi,
        )
    except ReferenceOutOfReachError as error:
        raise StorageError(str(error)) from error


def look(ledger: Ledger, picture: Picture, searched: Register) -> tuple[tuple[Match, ...], dict[str, Any]]:
    """What forensics makes of a picture: matches worth judging, and the outcome for the record."""
    from forensics import PictureError

    data = ledger.blobs.get(picture.sha256)
    try:
        report = examine(ledger, data, searched, float(picture.dpi) if picture.dpi else None)
    except PictureError as error:
        return (), unreadable(error.code, str(error))
    return _matches(picture, report, searched), _outcome(report)


def manifest_hint(ledger: Ledger, data: bytes) -> ManifestHint | None:
    """What a C2PA manifest in the file says it is; None without one that can be trusted."""
    from forensics import ManifestHint
    from provenance import verify
    from provenance.errors import ProvenanceError
    from provenance.media import sniff

    mime = sniff(data)
    if mime is None:
        return None
    try:
        credential = verify(data, mime, ledger.engines.trust)
    except ProvenanceError:
        return None
    if not credential.asset_id:
        return None
    marks = [int.from_bytes(mark, "big") for mark in credential.marks.values()]
    return ManifestHint(credential.asset_id, marks[0] if marks else None, True, True, credential.signer)


def unreadable(code: str, message: str) -> dict[str, Any]:
    """The outcome of a picture that nothing could be seen in."""
    problem = {"code": code, "message": message}
    nothing = {"verdict": "none", "asset": None, "mark": None, "p_value": "1", "seconds": "0"}
    return {**nothing, "cut_short": False, "not_comparable": [], "problem": problem}


def _version(tx: Tx, entry: int | None) -> tuple[int, int, int, int, int]:
    return (
        assets.count_made(tx, entry),
        copies.count(tx, entry) + colourways.count(tx, entry),
        assets.last_decided(tx),
        *banks.counts(tx, entry),
    )


def _build(ledger: Ledger, entry: int | None) -> Register:
    from forensics import Fingerprint
    from forensics.indexes.negatives import NegativeBank

    with ledger.store.reading() as tx:
        unsaid, known = silent(tx, entry), banks.negatives(tx, entry)
        licensed, marks = copies.walk(tx, entry), _marks(tx, entry)
    return Register(
        _index(
            ledger,
            Within(entry, unsaid),
            lambda tile: _reference(ledger, tile, tuple(marks.get(tile.id, ()))),
        ),
        NegativeBank((each.name, Fingerprint.from_dict(each.fingerprint)) for each in known),
        {int(copy.mark): copy.licence for copy in licensed},
    )


def _marks(tx: Tx, entry: int | None) -> Mapping[AssetId, Sequence[int]]:
    """The marks of the licensed copies and of the colourways of each tile."""
    marks: dict[AssetId, list[int]] = defaultdict(list)
    for copy in copies.walk(tx, entry):
        marks[copy.asset].append(int(copy.mark))
    for asset, mark in colourways.marks(tx, entry):
        marks[asset].append(int(mark))
    return marks


def _index(ledger: Ledger, within: Within, reference: Callable[[Asset], Reference]) -> Index:
    """The database's own index where it has one, else one in memory."""

    def walk() -> list[Reference]:
        with ledger.store.reading() as tx:
            tiles = assets.walk(tx, within.before)
            return [reference(tile) for tile in tiles if tile.id not in within.excluded]

    if shared_index.available(ledger.store):
        shared_index.fill(ledger.store)

        def load(asset: AssetId) -> Reference:
            with ledger.store.reading() as tx:
                return reference(assets.get(tx, asset))

        return shared_index.PgVectorIndex(ledger.store, load, walk, within)
    from forensics.indexes.memory import MemoryIndex

    return MemoryIndex(walk())


def _reference(ledger: Ledger, tile: Asset, marks: tuple[int, ...]) -> Reference:
    from forensics import Fingerprint, Reference

    return Reference(
        asset_id=tile.id,
        mark_id=int(tile.mark),
        fingerprint=Fingerprint.from_dict(tile.fingerprint),
        tile=_published(ledger, tile),
        drawn=_drawn(ledger, tile),
        copies=marks,
        details=_details(ledger, tile),
        generic=float(tile.generic),
    )


def _published(ledger: Ledger, tile: Asset) -> Callable[[], Pixels]:
    from forensics import decode_image

    return lambda: decode_image(ledger.blobs.get(tile.signed.sha256))


def _drawn(ledger: Ledger, tile: Asset) -> Callable[[], Pixels]:
    from forensics import ReferenceOutOfReachError
    from ledger.making import drawn_pixels

    def load() -> Pixels:
        try:
            return drawn_pixels(ledger, tile)
        except (BlobMissingError, BlobCorruptError):
            raise
        except StorageError as error:  # a picture that waits misses nothing; one done without the tile may
            raise ReferenceOutOfReachError(str(error)) from error

    return load


def _details(ledger: Ledger, tile: Asset) -> Callable[[], bytes | None] | None:
    name = tile.details
    return None if name is None else partial(_readable, ledger, name)


def _readable(ledger: Ledger, name: str) -> bytes | None:
    """None where the blob is lost or damaged: details are derived, and made again of the drawing."""
    try:
        return ledger.blobs.get(name)
    except (BlobMissingError, BlobCorruptError):
        return None


def _outcome(report: Report) -> dict[str, Any]:
    return {
        "verdict": report.verdict.value,
        "asset": report.asset_id,
        "mark": None if report.mark_id is None else f"{report.mark_id:012x}",
        "p_value": written(report.p_value),
        "seconds": written(report.seconds),
        "cut_short": report.cut_short,
        "steps": [vars(step) for step in report.steps],
        "not_comparable": list(report.not_comparable),
        "problem": None,
    }


def _matches(picture: Picture, report: Report, searched: Register) -> tuple[Match, ...]:
    """One for each pattern of this ledger that the picture shows; an asset seen twice counts its places."""
    places: dict[str, int] = defaultdict(int)
    matches = []
    for found in report.found:
        if found.asset_id is None or Verdict(found.verdict.value) is Verdict.NONE:
            continue
        matches.append(_match(picture, found, searched, places[found.asset_id]))
        places[found.asset_id] += 1
    return tuple(matches)


def _match(picture: Picture, found: Found, searched: Register, place: int) -> Match:
    return Match(
        picture=picture.name,
        picture_sha256=picture.sha256,
        asset=AssetId(str(found.asset_id)),
        mark=None if found.mark_id is None else MarkId(found.mark_id),
        verdict=Verdict(found.verdict.value),
        p_value=written(found.p_value),
        evidence=evidence_to_dict(found),
        copy=searched.copies.get(found.mark_id) if found.mark_id is not None else None,
        place=place,
    )
