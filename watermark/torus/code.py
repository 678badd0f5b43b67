"""From a mark id to the 1024 signs it is carried by, and back: dispersed first, then coded.

The polar code is linear, so ids handed out one after the other would get code words that look alike, up to a
correlation of .63, and a strong mark of one copy would speak half as loudly for its neighbour. The id
therefore goes through a fixed, public permutation of the 48-bit numbers before it is coded: a balanced
Feistel network (Luby and Rackoff, "How to construct pseudorandom permutations", SIAM J. Comput. 1988) of
ROUNDS rounds on two halves of 24 bits, whose round function is the first 24 bits of SHA-256 over a domain
string, the round and the half. It keeps no secret; what is secret are the phases of the band. Any two ids get
code words as little alike as those of two random numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from watermark.torus.polar import Bits, Candidate, PolarCode, Reals

ROUNDS = 4
_HALF_BITS = 24
_HALF = (1 << _HALF_BITS) - 1
_DOMAIN = b"org.selvage.torus.1 mark id"


def dispersed(mark_id: int) -> int:
    """The 48-bit number that is coded in place of a mark id, 0 .. 2**48 - 1."""
    left, right = mark_id >> _HALF_BITS, mark_id & _HALF
    for number in range(ROUNDS):
        left, right = right, left ^ _round(number, right)
    return left << _HALF_BITS | right


def gathered(number: int) -> int:
    """Inverse of `dispersed`."""
    left, right = number >> _HALF_BITS, number & _HALF
    for turn in reversed(range(ROUNDS)):
        left, right = right ^ _round(turn, left), left
    return left << _HALF_BITS | right


def _round(number: int, half: int) -> int:
    told = _DOMAIN + bytes([number]) + half.to_bytes(3, "big")
    return int.from_bytes(hashlib.sha256(told).digest()[:3], "big")


@dataclass(frozen=True)
class MarkCode:
    """48-bit mark ids in `length` coded bits; what `PolarCode` does, for dispersed ids."""

    polar: PolarCode = field(default_factory=PolarCode)

    @property
    def length(self) -> int:
        """Number of coded bits."""
        return self.polar.length

    @property
    def payload(self) -> int:
        """Number of bits of a mark id."""
        return self.polar.payload

    def encode(self, mark_id: int) -> Bits:
        """The (length,) coded bits of a mark id."""
        return self.polar.encode(dispersed(mark_id))

    def decode(self, llr: Reals) -> Iterator[Candidate]:
        """Mark ids, most likely first, for (length,) log-likelihood ratios ln P(0)/P(1)."""
        for found in self.polar.decode(llr):
            yield replace(found, number=gathered(found.number))
