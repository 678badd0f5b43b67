"""CRC-aided polar code of the torus mark: 48 bits in 1024 signs.

Encoder: Arikan, "Channel polarization" (IEEE Trans. IT 2009), natural order, no bit reversal. Information:
the polarization weight of He et al., "Beta-expansion" (2017), beta = 2**(1/4), so it is the same on every
machine. Decoder: successive-cancellation list with log-likelihood ratios, Balatsoukas-Stimming et al. (2015),
the CRC picking the path. CRC-16/CCITT-FALSE: polynomial 0x1021, initial value 0xFFFF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]
Reals = NDArray[np.float64]

CRC_BITS = 16
_POLYNOMIAL = 0x1021


def crc16(bits: Bits) -> Bits:
    """The 16 checksum bits, most significant first, of a bit string."""
    register = 0xFFFF
    for bit in bits.tolist():
        carry = (register >> 15) ^ bit
        register = (register << 1 & 0xFFFF) ^ (_POLYNOMIAL * carry)
    return bits_of(register, CRC_BITS)


def bits_of(number: int, width: int) -> Bits:
    """`number` as `width` bits, most significant first."""
    return np.array([number >> place & 1 for place in range(width - 1, -1, -1)], np.uint8)


def number_of(bits: Bits) -> int:
    """Inverse of `bits_of`."""
    return int("".join(map(str, bits.tolist())), 2)


def polarize(bits: Bits) -> Bits:
    """Multiply a (N,) bit vector, N a power of two, by Arikan's transform over GF(2); its own inverse."""
    half, coded = 1, bits.copy()
    while half < len(bits):
        pairs = coded.reshape(-1, 2, half)
        pairs[:, 0] ^= pairs[:, 1]
        half *= 2
    return coded


@dataclass(frozen=True)
class Candidate:
    """One surviving path of the list decoder; a smaller penalty is more likely."""

    number: int
    checks: bool
    penalty: float


@dataclass(frozen=True)
class PolarCode:
    """`payload` bits and a CRC-16 in `length` coded bits, decoded with a list of `paths`."""

    length: int = 1024
    payload: int = 48
    paths: int = 128

    @cached_property
    def frozen(self) -> NDArray[np.bool_]:
        """(length,) True where the input bit is always zero."""
        places = np.arange(self.length.bit_length() - 1)
        weight = ((np.arange(self.length)[:, None] >> places & 1) * 2.0 ** (places / 4)).sum(1)
        frozen = np.ones(self.length, np.bool_)
        frozen[np.argsort(-weight, kind="stable")[: self.payload + CRC_BITS]] = False
        return frozen

    def encode(self, number: int) -> Bits:
        """The (length,) coded bits of a payload."""
        bits = bits_of(number, self.payload)
        inputs = np.zeros(self.length, np.uint8)
        inputs[~self.frozen] = np.concatenate([bits, crc16(bits)])
        return polarize(inputs)

    def decode(self, llr: Reals) -> Iterator[Candidate]:
        """Candidates, most likely first, for (length,) log-likelihood ratios ln P(0)/P(1)."""
        search = _ListSearch(self, np.asarray(llr, np.float64))
        for path in np.argsort(search.penalty, kind="stable"):
            bits = search.decided[path]
            checks = np.array_equal(crc16(bits[: self.payload]), bits[self.payload :])
            yield Candidate(number_of(bits[: self.payload]), bool(checks), float(search.penalty[path]))


class _ListSearch:
    """One run of the list decoder. Rows are paths; a node returns its bits and parent rows."""

    def __init__(self, code: PolarCode, llr: Reals) -> None:
        self.code = code
        self.penalty: Reals = np.zeros(1)
        self.decided: Bits = np.zeros((1, 0), np.uint8)
        self._node(llr[None, :], 0)

    def _node(self, llr: Reals, start: int) -> tuple[Bits, NDArray[np.intp]]:
        width = llr.shape[1]
        frozen = self.code.frozen[start : start + width]
        if frozen.all():
            self.penalty = self.penalty + np.logaddexp(0, -llr).sum(1)
            return np.zeros(llr.shape, np.uint8), np.arange(len(llr))
        if frozen[:-1].all():
            return self._repetition(llr)
        left, right = llr[:, : width // 2], llr[:, width // 2 :]
        upper, first = self._node(_check(left, right), start)
        left, right = left[first], right[first]
        lower, second = self._node(right + (1.0 - 2.0 * upper) * left, start + width // 2)
        return np.concatenate([upper[second] ^ lower, lower], axis=1), first[second]

    def _repetition(self, llr: Reals) -> tuple[Bits, NDArray[np.intp]]:
        """A node with one free bit: both values for every path, keep the best."""
        both = np.concatenate(
            [self.penalty + np.logaddexp(0, -llr).sum(1), self.penalty + np.logaddexp(0, llr).sum(1)]
        )
        keep = np.argsort(both, kind="stable")[: self.code.paths]
        parent, bit = keep % len(llr), (keep >= len(llr)).astype(np.uint8)
        self.penalty = both[keep]
        self.decided = np.concatenate([self.decided[parent], bit[:, None]], axis=1)
        return np.repeat(bit[:, None], llr.shape[1], axis=1), parent


def _check(left: Reals, right: Reals) -> Reals:
    """Log-likelihood ratio of the sum of two bits (box-plus)."""
    smaller = np.sign(left) * np.sign(right) * np.minimum(np.abs(left), np.abs(right))
    return smaller + np.log1p(np.exp(-np.abs(left + right))) - np.log1p(np.exp(-np.abs(left - right)))
