"""How unlikely is it that a picture without this mark agrees this well with it? A bound, not an estimate.

The statistic of one asked mark id is z = sum_k a_k cos(t_k) / sqrt(sum_k a_k**2 / 2) over the components k
of the displacement field (an integer frequency and an axis each). The a_k depend on the suspect and on the
drawn tile only; t_k is the phase seen there minus the secret phase of this key and this mark id. Every key
and every id has phases of its own (SHAKE-256 of both), so for any picture made without this id the t_k are
independent and uniform, whatever the picture is: a photograph, a tile that was never marked, the tile marked
with another key, or the tile marked with this key and another id. As E exp(s a cos t) = I0(s a) <=
exp(s**2 a**2 / 4), Chernoff gives P(z >= x) <= exp(-x**2 / 2) with no appeal to a central limit.

Far out a sharper bound holds. sqrt(2) cos t has the mean, the variance and the third moment of a standard
normal Z, and their densities cross four times, the normal one above at both ends; so E f(sqrt(2) cos t) <=
E f(Z) whenever the third derivative of f does not fall (Karlin and Novikoff 1963), and term by term E f(z) <=
E f(Z). For (x - t)_+**3, which is such an f, Pinelis (1998, Optimal tail comparison based on comparison of
moments) turns that into P(z >= x) <= 2 e**3 / 9 P(Z >= x). The smaller of both bounds counts.

One id shares no component with another, so nothing is left that all ids of a key have in common; the fair
coin over coded bits that asking for a known luminance mark needs has nothing to bound here.

What the bound asks of the caller: whatever chose the alignment, the warp or the recolouring must not have
looked at a tile marked with the asked id. Align with the drawn tile.

`LineMark.evidence` returns the best of VIEWS predictions of the suspect; the union bound pays for them and
for the `hypotheses` the caller tried (alignments x candidates x ids). The probability is over the key.
"""

from __future__ import annotations

import math

VIEWS = 8
ACCEPT = 1e-9
SMALLEST = 1e-300
_PINELIS = 2 * math.exp(3) / 9
_FARTHEST = 35.0


def log_tail(z: float) -> float:
    """Logarithm of the bound on P(z or more) for one z that was asked for; at most 0."""
    if z <= 0:
        return 0.0
    chernoff = -z * z / 2
    if z > _FARTHEST:  # where the normal tail leaves the range of floats
        return chernoff
    return min(chernoff, math.log(_PINELIS * math.erfc(z / math.sqrt(2)) / 2))


def false_match_bound(z: float, hypotheses: int = 1) -> float:
    """Upper bound on P(any of `hypotheses` calls' z reaches `z`) without the mark; in SMALLEST .. 1."""
    exponent = math.log(VIEWS * max(hypotheses, 1)) + log_tail(z)
    return 1.0 if exponent >= 0 else math.exp(max(exponent, math.log(SMALLEST)))


def threshold(hypotheses: int = 1, accept: float = ACCEPT) -> float:
    """The z at which the bound falls to `accept`."""
    wanted = math.log(accept) - math.log(VIEWS * max(hypotheses, 1))
    low, high = 0.0, math.sqrt(max(0.0, -2 * wanted))
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if log_tail(middle) > wanted else (low, middle)
    return high
