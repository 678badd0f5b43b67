"""All the keys a picture may have been marked with: a suspect's spectrum is made once and shown to each.

A false match may be a match with any of them, so the bounds pay for their number.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from watermark.keys import key_id
from watermark.torus.band import KeyedBand
from watermark.torus.decode import Decoded, Decoder, best_of
from watermark.torus.pvalue import false_match_bound, threshold
from watermark.torus.spectrum import Spectrum

if TYPE_CHECKING:
    from watermark.line import LineMark


class Keyring:
    """One decoder per key. `keys`: oldest first; the last one is in use."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self.decoders: Mapping[str, Decoder] = MappingProxyType(
            {key_id(key): Decoder(KeyedBand(key), key_id(key)) for key in keys}
        )
        self._keys = {key_id(key): key for key in keys}
        self.newest = self.decoders[key_id(keys[-1])]

    @cached_property
    def lines(self) -> Mapping[str, LineMark]:
        """The mark in the line under each key; made when first asked for."""
        from watermark.line import LineMark

        return MappingProxyType({name: LineMark(key) for name, key in self._keys.items()})

    def decode(self, seen: Spectrum, orientations: int, enough: float) -> Decoded | None:
        """The best codeword under any key, or None if nothing aligns; see `best_of`."""
        return best_of(list(self.decoders.values()), seen, orientations, enough)

    def threshold(self, folds: int, orientations: int) -> float:
        """The z a codeword needs on the `folds`-th folded tile to be accepted."""
        return threshold(folds, orientations, self.newest.band.code.payload, len(self.decoders))

    def bound(self, z: float, folds: int, orientations: int) -> float:
        """Upper bound on the false-match probability of `z` on the `folds`-th folded tile, over all keys."""
        return false_match_bound(z, folds, orientations, self.newest.band.code.payload, len(self.decoders))
