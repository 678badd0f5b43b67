"""The manifest repository: manifests by their ids, and the soft bindings that lead to them.

What this ledger signs is in it by itself. Others may store manifests and bindings of theirs; nothing of that
touches ours: a watermark or fingerprint of our own algorithms leads where our register says, whatever was
stored, and the manifest of a tile stays as long as its file.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId, MarkId
from ledger.errors import ConflictError, ManifestKeptError, UnknownError
from ledger.store import Tx, assets, collections, manifests
from ledger.store.manifests import ANY, Held
from provenance.labels import ISCC

if TYPE_CHECKING:
    from forensics import Fingerprint

STORE_MIME = "application/c2pa"
MAX_STORE_BYTES = 16 * 1024 * 1024
MAX_VALUE = 65_536  # characters of a soft binding
MARK_BYTES = 6
CERTAIN = 100
_PHASH, _SHAPE, _PDQ = 8, 1024, 256  # bytes of the parts of a fingerprint


@dataclass(frozen=True)
class Match:
    """A manifest that was found, and how well it fits, 0 to 100; None where nobody measured it.

    `evidence` is what speaks for it, where a picture was examined.
    """

    manifest: str
    score: int | None
    evidence: tuple[dict[str, Any], ...] = field(default=())


def watermarks(ledger: Ledger) -> tuple[str, ...]:
    """The watermark algorithms whose values this ledger resolves itself."""
    mark = ledger.engines.watermarker
    line = getattr(mark, "line", None)
    return (mark.algorithm, *([line.algorithm] if line is not None else []))


def fingerprints() -> tuple[str, ...]:
    """The same for fingerprints."""
    from forensics.fingerprints.prints import ALGORITHM

    return (ALGORITHM,)


def get(ledger: Ledger, manifest: str, *, everything: bool = False) -> Held:
    """The manifest called so. UnknownError.

    Without `everything` it has to be of a tile of a registered collection, or stored by somebody.
    """
    from ledger import entering

    found = _find(ledger, manifest, everything)
    if found is None and entering.some(ledger):
        found = _find(ledger, manifest, everything)
    if found is None:
        raise UnknownError("manifest", manifest, "look for it by a soft binding or by its picture")
    return found


def store_bytes(ledger: Ledger, held: Held) -> bytes:
    """The manifest store that a manifest is the active one of. StorageError."""
    data = ledger.blobs.get(held.sha256)
    if held.mime == STORE_MIME:
        return data
    from provenance.embedding import store_of

    return store_of(data, held.mime)


def by_binding(ledger: Ledger, alg: str, value: str, *, everything: bool = False) -> tuple[Match, ...]:
    """The manifests that a soft binding leads to, the best fitting first.

    `value` is base64, as the algorithm has it. FieldError for a value that is none, or an algorithm that is
    not known here.
    """
    from ledger import image_codes

    if alg in watermarks(ledger):
        found = _by_mark(ledger, _mark(value))
    elif alg == ISCC:
        found = image_codes.by_value(ledger, value)
    elif alg in fingerprints():
        found = _alike(ledger, _fingerprint(value))
    else:
        found = _stored(ledger, alg, value)
    return shown(ledger, found, everything)


def shown(ledger: Ledger, found: Iterable[Match], everything: bool) -> tuple[Match, ...]:
    """Those of `found` that may be told."""
    with ledger.store.reading() as tx:
        known = [(match, manifests.find(tx, match.manifest)) for match in found]
        return tuple(match for match, held in known if held is not None and _shown(tx, held, everything))


def keep(ledger: Ledger, data: bytes, owner: str, *, opaque: bool = False) -> Held:
    """Store a manifest store for `owner`, an API key; the same one again changes nothing.

    With `opaque` also bytes that are no manifest store, which get a name of their own. Raises
    ManifestStoreError, and ConflictError where another manifest has this id.
    """
    from ledger import entering
    from provenance.errors import ManifestStoreError
    from provenance.stores import StoredManifest, read_store

    try:
        read = read_store(data, ledger.engines.trust)
    except ManifestStoreError:
        if not opaque:
            raise
        read = StoredManifest(f"urn:selvage:opaque:{manifests.digest(data.hex())}", ())
    entering.produced(ledger)  # what is ours does not become theirs
    held = Held(read.label, ledger.blobs.put(data), STORE_MIME, None, owner, ledger.now())
    ours = {*watermarks(ledger), *fingerprints()}
    with ledger.store.transaction() as tx:
        known = _known(ledger, tx, held, data)
        if known is not None:
            return known
        manifests.add(tx, held)
        for alg, value in read.bindings:
            if alg not in ours and len(value) <= MAX_VALUE:
                manifests.bind(tx, alg, value, held.id, held.at)
        tx.append("manifest-stored", held.id, {"sha256": held.sha256, "by": owner}, held.at)
    return held


def remove(ledger: Ledger, manifest: str, owner: str) -> None:
    """Give a stored manifest, and what leads to it, to nobody any more.

    UnknownError; ManifestKeptError for that of a tile.
    """
    with ledger.store.transaction() as tx:
        held = manifests.find(tx, manifest)
        if held is None:
            raise UnknownError("manifest", manifest, "it was removed before, or never stored")
        if held.asset is not None:
            raise ManifestKeptError(
                f"manifest: {manifest[:80]} is of tile {held.asset} of this ledger; it stays with its file"
            )
        entry = tx.append("manifest-removed", manifest, {"sha256": held.sha256, "by": owner}, ledger.now())
        manifests.remove(tx, manifest, entry.sequence)


def bind(
    ledger: Ledger, value: str, manifest: str, owner: str, alg: str = ANY, *, instead: bool = False
) -> None:
    """Let a soft binding lead to a manifest; `instead` of where it led before.

    UnknownError (unknown-manifest, unknown-binding), FieldError, ManifestKeptError for an algorithm of ours.
    """
    if not 0 < len(value) <= MAX_VALUE:
        raise FieldError("bindingValue", f"give 1 to {MAX_VALUE} characters")
    if alg in (*watermarks(ledger), *fingerprints()):
        raise ManifestKeptError(f"alg: where a value of {alg} leads is worked out here and cannot be set")
    with ledger.store.transaction() as tx:
        if manifests.find(tx, manifest) is None:
            raise UnknownError("manifest", manifest, "store it first")
        was = manifests.bound(tx, alg, value)
        if instead and not was:
            raise UnknownError("binding", value, "bind it first")
        if was == (manifest,) or (manifest in was and not instead):
            return
        body = {"value": manifests.digest(value), "alg": alg, "instead": instead, "by": owner}
        entry = tx.append("binding-stored", manifest, body, ledger.now())
        if instead:
            manifests.unbind(tx, alg, value, entry.sequence)
        manifests.bind(tx, alg, value, manifest, entry.at)


def _find(ledger: Ledger, manifest: str, everything: bool) -> Held | None:
    with ledger.store.reading() as tx:
        found = manifests.find(tx, manifest)
        return found if found is not None and _shown(tx, found, everything) else None


def _shown(tx: Tx, held: Held, everything: bool) -> bool:
    if everything or held.asset is None:
        return True
    tile = assets.find(tx, held.asset)
    return tile is not None and collections.get(tx, tile.collection).registration is not None


def _known(ledger: Ledger, tx: Tx, held: Held, data: bytes) -> Held | None:
    """The manifest of this id that is there already, unless it was removed. ConflictError."""
    known = manifests.find(tx, held.id, removed=True)
    if known is None:
        return None
    if known.asset is not None and manifests.find(tx, held.id) is None:
        raise ConflictError("manifest", f"{held.id[:80]} is of a tile here, and was withdrawn")
    same = known.sha256 == held.sha256 if known.mime == STORE_MIME else store_bytes(ledger, known) == data
    if not same:
        raise ConflictError("manifest", f"{held.id[:80]} is the id of another manifest here")
    return manifests.find(tx, held.id)


def _by_mark(ledger: Ledger, mark: MarkId) -> list[Match]:
    """The file that the register has for a mark, then what was made of it for production."""
    from ledger import entering

    entering.some(ledger)
    value = base64.b64encode(int(mark).to_bytes(MARK_BYTES, "big")).decode()
    with ledger.store.reading() as tx:
        first, others = manifests.by_mark(tx, mark), manifests.carrying(tx, watermarks(ledger), value)
    return [Match(each, CERTAIN) for each in dict.fromkeys((first, *others)) if each]


def _alike(ledger: Ledger, prints: Fingerprint) -> list[Match]:
    """Tiles whose picture has nearly this fingerprint: as many of a hundred as bits agree."""
    from forensics.index import BITS
    from ledger.searching import register

    near = register(ledger).index.copies(prints)
    with ledger.store.reading() as tx:
        named = [(manifests.of_asset(tx, AssetId(each.reference.asset_id)), each) for each in near]
    bits = {True: 64, False: BITS}
    return [Match(name, round(100 * (1 - each.bits / bits[each.phash]))) for name, each in named if name]


def _stored(ledger: Ledger, alg: str, value: str) -> list[Match]:
    """What was stored. Such a value needs no shape: whoever stored it knows what it is."""
    with ledger.store.reading() as tx:
        found = manifests.bound(tx, alg, value)
        known = bool(found) or manifests.knows(tx, alg)
    if not known:
        raise FieldError("alg", f"{alg[:80]!r} is not supported; /services/supportedAlgorithms lists what is")
    if not found:
        _decoded(value)
    return [Match(each, CERTAIN) for each in found]


def _mark(value: str) -> MarkId:
    data = _decoded(value)
    if len(data) != MARK_BYTES:
        raise FieldError("value", f"is {len(data)} bytes; a watermark of this ledger is {MARK_BYTES}")
    return MarkId(int.from_bytes(data, "big"))


def _fingerprint(value: str) -> Fingerprint:
    from forensics import Fingerprint, FingerprintFormatError
    from forensics.fingerprints.prints import ALGORITHM

    data = _decoded(value)
    phash, shape, pdq = data[:_PHASH], data[_PHASH : _PHASH + _SHAPE], data[_PHASH + _SHAPE :]
    parts = {name: base64.b64encode(part).decode() for name, part in (("shape", shape), ("pdq", pdq))}
    try:
        return Fingerprint.from_dict({"algorithm": ALGORITHM, "phash": phash.hex(), **parts})
    except FingerprintFormatError as error:
        whole = f"{_PHASH + _SHAPE} or {_PHASH + _SHAPE + _PDQ} bytes"
        raise FieldError("value", f"is {len(data)} bytes; a fingerprint is {whole}") from error


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FieldError("value", "is not base64") from error
