"""How unlikely is it that a picture without this mark agrees this well with it? A bound, not an estimate.

The statistic of one asked mark id is z = sum_k a_k cos(t_k) / sqrt(sum_k a_k**2 / 2) over the components k
of the displacement field (an integer frequency and an axis each). The a_k depend on the suspect and on the
drawn tile only; t_k is the phase seen there minus the secret phase of this key and this mark id. Every key
and every id has phases of its own (SHAKE-256 of both), so for any picture made without this id the t_k are
independent and uniform, whatever the picture is: a photograph, a tile that was never marked, the tile marked
with another key, or the tile marked with this key and another id. As E exp(s a cos t) = I0(s a) <=
exp(s**2 a**2 / 4), Chernoff gives P(z >= x) <= exp(-x**2 / 2) with no appeal to a central limit.

One id shares no component with another, so nothing is left that all ids of a key have in common; the fair
coin over coded bits that `forensics.asking.informed` needs for the luminance mark has nothing to bound here.

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


def false_match_bound(z: float, hypotheses: int = 1) -> float:
    """Upper bound on P(any of `hypotheses` calls' z reaches `z`) without the mark; in SMALLEST .. 1."""
    exponent = math.log(VIEWS * max(hypotheses, 1)) - max(z, 0.0) ** 2 / 2
    return 1.0 if exponent >= 0 else math.exp(max(exponent, math.log(SMALLEST)))


def threshold(hypotheses: int = 1, accept: float = ACCEPT) -> float:
    """The z at which the bound falls to `accept`."""
    return math.sqrt(2 * (math.log(VIEWS * max(hypotheses, 1)) - math.log(accept)))
