"""Manifests by the ISCC image code (ISO 24138) in their claims: the same one, and those near it.

The code is for catalogues that know nothing else. It finds a picture that was resized or compressed, and none
that was shifted or repeated.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.manifests import CERTAIN, STORE_MIME, Match
from ledger.store import image_codes, manifests
from provenance.labels import ISCC

if TYPE_CHECKING:
    from provenance.stores import StoredManifest

NEAR = 64  # of 256 bits; between pictures that have nothing in common about half of them differ


def by_value(ledger: Ledger, value: str) -> list[Match]:
    """The manifests that a value leads to: stored for it, or of a picture whose code is near, best first.

    A value of other units than one image code of 256 bits leads only to what was stored for it. FieldError.
    """
    from provenance.iscc import BITS

    with ledger.store.reading() as tx:
        found = dict.fromkeys(manifests.bound(tx, ISCC, value), CERTAIN)
    given = _bits(value)
    if given is None and not found and not _is_base64(value):
        raise FieldError("value", "is not base64")
    for name, bits in _codes(ledger) if given is not None else ():
        apart = (bits ^ (given or 0)).bit_count()
        if apart <= NEAR:
            found[name] = max(found.get(name, 0), round(100 * (1 - apart / BITS)))
    return [Match(name, score) for name, score in sorted(found.items(), key=lambda each: -each[1])]


def fill(ledger: Ledger) -> int:
    """Read the codes of a few files that were signed since; how many that were, 0 once all are read."""
    return ledger.uncoded.some(lambda most: _fill(ledger, most))


def _fill(ledger: Ledger, most: int) -> int:
    left = ledger.uncoded
    with ledger.store.reading() as tx:
        waiting = image_codes.missing(tx, left.done_with, most, but=STORE_MIME)
    files = [(held.id, held.sha256, held.mime) for held in waiting]
    stated = [(name, _stated(read)) for name, read in left.read(ledger, files)]
    if stated:
        with ledger.store.transaction() as tx:
            for name, code in stated:
                image_codes.note(tx, name, code)
    return len(stated)


def _codes(ledger: Ledger) -> list[tuple[str, int]]:
    """(manifest, bits) of every code that is known: of our files, and stored by others."""
    fill(ledger)
    with ledger.store.reading() as tx:
        ours = [(name, int(code, 16)) for name, code in image_codes.every(tx)]
        theirs = [(name, _bits(value)) for name, value in image_codes.stored(tx, ISCC)]
    return ours + [(name, bits) for name, bits in theirs if bits is not None]


def _stated(read: StoredManifest) -> str:
    """The code in the claim of a file, in hex, empty without one."""
    found = [_bits(value) for alg, value in read.bindings if alg == ISCC]
    return next((f"{bits:064x}" for bits in found if bits is not None), "")


def _bits(value: str) -> int | None:
    from provenance.iscc import image_bits

    return image_bits(base64.b64decode(value)) if _is_base64(value) else None


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
