"""Manifests by the ISCC image code (ISO 24138) in their claims: the same one, and those near it.

The code is for catalogues that know nothing else. It finds a picture that was resized or compressed, and none
that was shifted or repeated.
"""

from __future__ import annotations

import base64
import binascii

from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.errors import StorageError
from ledger.manifests import CERTAIN, STORE_MIME, Match, store_bytes
from ledger.store import image_codes, manifests
from provenance.labels import ISCC

NEAR = 64  # of 256 bits; between pictures that have nothing in common about half of them differ
AT_ONCE = 100


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
    """Read the codes of the files that were signed since this was last done; how many files that were."""
    done, after = 0, ""
    while True:
        with ledger.store.reading() as tx:
            waiting = image_codes.missing(tx, after, AT_ONCE, but=STORE_MIME)
        if not waiting:
            return done
        after = waiting[-1].id
        read = [(held.id, _stated(ledger, held)) for held in waiting]
        with ledger.store.transaction() as tx:
            for name, code in read:
                if code is not None:
                    image_codes.note(tx, name, code)
        done += len(waiting)


def _codes(ledger: Ledger) -> list[tuple[str, int]]:
    """(manifest, bits) of every code that is known: of our files, and stored by others."""
    fill(ledger)
    with ledger.store.reading() as tx:
        ours = [(name, int(code, 16)) for name, code in image_codes.every(tx)]
        theirs = [(name, _bits(value)) for name, value in image_codes.stored(tx, ISCC)]
    return ours + [(name, bits) for name, bits in theirs if bits is not None]


def _stated(ledger: Ledger, held: manifests.Held) -> str | None:
    """The code in the claim of a file, in hex, empty without one; None where the file cannot be read now."""
    from provenance.errors import ProvenanceError
    from provenance.stores import read_store

    try:
        read = read_store(store_bytes(ledger, held), ledger.engines.trust)
    except (StorageError, ProvenanceError):
        return None
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
