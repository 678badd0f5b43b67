import math

import pytest

from watermark.torus.pvalue import ACCEPT, SHIFTS, SMALLEST, false_match_bound, threshold


def test_falls_as_the_evidence_grows_and_rises_with_the_search():
    bounds = [false_match_bound(z, 1, 8, 48) for z in (0, 5, 11, 12, 13, 20, 30, 200)]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[0] == 1.0
    assert bounds[-1] == SMALLEST
    assert false_match_bound(13, 5, 8, 48) > false_match_bound(13, 1, 8, 48)
    assert false_match_bound(13, 1, 40, 48) > false_match_bound(13, 1, 8, 48)


def test_is_the_union_bound_it_says_it_is():
    hypotheses = SHIFTS**2 * 2 * 8 * 2**48 * (3 * 4)
    assert false_match_bound(14, 3, 8, 48) == pytest.approx(hypotheses * math.exp(-98), rel=1e-9)


def test_the_shares_of_all_folds_never_exceed_one():
    single = false_match_bound(14, 1, 8, 48) / 2
    shares = [single / (false_match_bound(14, m, 8, 48)) for m in range(1, 200)]
    assert sum(shares) <= 1


@pytest.mark.parametrize("folds", [1, 7, 60])
def test_the_threshold_is_where_the_bound_meets_what_is_accepted(folds):
    z = threshold(folds, 8, 48)
    assert false_match_bound(z, folds, 8, 48) == pytest.approx(ACCEPT, rel=1e-6)


def test_a_negative_statistic_is_no_evidence():
    assert false_match_bound(-40, 1, 8, 48) == 1.0
