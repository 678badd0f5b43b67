"""How unlikely is it that a picture without the mark is read as marked? A bound, not an estimate.

For one fixed hypothesis (a folded tile, an orientation, a sign, a shift, a codeword) the statistic is
z = sum_k a_k cos(t_k) / sqrt(sum_k a_k**2 / 2) over the frequencies of the band. The a_k depend on the
picture only. The t_k are picture phase minus secret phase: for any picture made without this key they are
independent and uniform, whatever the picture is. As E exp(s a cos t) = I0(s a) <= exp(s**2 a**2 / 4),
Chernoff gives P(z >= x) <= exp(-x**2 / 2) with no appeal to a central limit.

The decoder weighs payload frequencies by what the synchronisation frequencies of the same hypothesis show.
Its z is sqrt(s) z_sync + sqrt(1 - s) z_payload, s the share of synchronisation frequencies, with the a_k of
z_payload weighted. Given all phases on the synchronisation frequencies those weights are fixed and the
payload phases are still independent and uniform, so E exp(r z_payload) <= exp(r**2 / 2) holds on that
condition, and E exp(r z) <= exp(s r**2 / 2) exp((1 - s) r**2 / 2): the same bound.

The reader keeps the best of many hypotheses, so the union bound multiplies by all of them: SHIFTS**2 shifts
(the search is confined to that grid), the orientations tried, 2 signs, the 2**48 codewords (the decoder
searches among all; only those whose CRC holds are accepted) and the keys on the ring. Folded tiles come one
after the other until one is accepted: the m-th gets the share 1 / (m (m + 1)) of the error, which sums to 1
however long it lasts. The probability is over the draw of the key.
"""

from __future__ import annotations

import math

SHIFTS = 4096
ACCEPT = 1e-9
SMALLEST = 1e-300


def false_match_bound(z: float, folds: int, orientations: int, payload_bits: int, keys: int = 1) -> float:
    """Upper bound on the false-match probability of statistic `z` reached on the `folds`-th folded tile.

    Never below SMALLEST (no evidence is absolute), never above 1.
    """
    exponent = _log_hypotheses(folds, orientations, payload_bits, keys) - max(z, 0.0) ** 2 / 2
    if exponent >= 0:
        return 1.0
    return max(SMALLEST, math.exp(exponent)) if exponent > math.log(SMALLEST) else SMALLEST


def threshold(folds: int, orientations: int, payload_bits: int, keys: int = 1) -> float:
    """The z at which the bound falls to ACCEPT."""
    return math.sqrt(2 * (_log_hypotheses(folds, orientations, payload_bits, keys) - math.log(ACCEPT)))


def _log_hypotheses(folds: int, orientations: int, payload_bits: int, keys: int) -> float:
    shifts, signs, share = SHIFTS * SHIFTS, 2, folds * (folds + 1)
    return math.log(shifts * signs * orientations * share * keys) + payload_bits * math.log(2)
