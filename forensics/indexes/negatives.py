"""Pictures known not to be ours: stock patterns, motifs in the public domain, a licensee's own designs.

Where a suspect matches one of them at least as well as it matches our tile, likeness says nothing for us:
evidence from geometry and from copy hashes is dropped. The mark, the line and the manifest stay, for they do
not speak of likeness.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from forensics.fingerprints.pdq import RADIUS
from forensics.fingerprints.prints import Fingerprint
from forensics.fingerprints.shape import distances, spectra, unpack
from forensics.index import Index
from forensics.report import Evidence, Signal

NEAR = 0.35
TIE = 0.02
_OF_LIKENESS = (Signal.COPY, Signal.GEOMETRY)
_FAR_BITS = 256


class NegativeBank:
    """Negatives by name, each with the fingerprint of one tile or of one picture of it."""

    def __init__(self, negatives: Iterable[tuple[str, Fingerprint]]) -> None:
        self._negatives = tuple(negatives)

    def __len__(self) -> int:
        return len(self._negatives)

    def claims(self, prints: Sequence[Fingerprint], candidate: Fingerprint) -> str | None:
        """The negative that the suspect is as near to as to the candidate, or nearer; None when none is.

        ``prints``: fingerprints of the suspect as it is and of its folds. As a copy: at most 31 bits of PDQ
        away and no further than the candidate. In shape: at most 0.35 away, where tiles of one family can
        be told apart no more, and no more than 0.02 further than the candidate.
        """
        if not self._negatives or not prints:
            return None
        others = [negative for _, negative in self._negatives]
        bits = [_bits(prints, other) for other in others]
        apart = _apart(prints, [candidate, *others])
        own_bits, own_apart = _bits(prints, candidate), apart[0]
        for (name, _), copied, far in zip(self._negatives, bits, apart[1:], strict=True):
            if copied <= min(RADIUS, own_bits) or far <= min(NEAR, own_apart + TIE):
                return name
        return None


def without_claimed(
    evidence: Iterable[Evidence], prints: Sequence[Fingerprint], index: Index, bank: NegativeBank
) -> tuple[Evidence, ...]:
    """The evidence less what rests on likeness to a tile that a negative is as near to as the suspect is."""
    kept, claimed = [], dict[str, bool]()
    for each in evidence:
        if each.signal in _OF_LIKENESS and each.asset_id is not None:
            if each.asset_id not in claimed:
                reference = index.by_asset(each.asset_id)
                claimed[each.asset_id] = bool(reference and bank.claims(prints, reference.fingerprint))
            if claimed[each.asset_id]:
                continue
        kept.append(each)
    return tuple(kept)


def _bits(prints: Sequence[Fingerprint], other: Fingerprint) -> int:
    """Smallest PDQ distance of the suspect, in any orientation; 256 when either has no hash."""
    if not other.pdq:
        return _FAR_BITS
    own = int.from_bytes(other.pdq[0])
    return min(((own ^ int.from_bytes(h)).bit_count() for p in prints for h in p.pdq), default=_FAR_BITS)


def _apart(prints: Sequence[Fingerprint], others: Sequence[Fingerprint]) -> list[float]:
    """Smallest shape distance of any of the suspect's prints to each of the others."""
    kept = spectra(np.stack([unpack(other.shape) for other in others]))
    found = np.min([distances(unpack(print_.shape), kept) for print_ in prints], axis=0)
    return [float(distance) for distance in found]
