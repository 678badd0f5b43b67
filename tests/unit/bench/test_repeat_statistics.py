"""The arithmetic of the benchmark's report."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench.repeat_forensics.statistics import Share, added, gumbel, roc, threshold_at


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (5, 10, 0.1871, 0.8129), (81, 263, 0.2527, 0.3676)],
)
def test_the_interval_is_clopper_and_pearsons(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits, of).interval == pytest.approx((low, high), abs=5e-5)


def test_the_upper_bound_of_nothing_is_about_three_of_n() -> None:
    assert Share(0, 100_000).upper_bound == pytest.approx(2.9957e-5, rel=1e-3)
    assert Share(3, 3).upper_bound == 1.0


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (Share(100, 100), "met (interval reaches below)"),
        (Share(1000, 1000), "met"),
        (Share(98, 100), "missed (within the interval)"),
        (Share(50, 100), "missed"),
        (Share(0, 0), "not run"),
    ],
)
def test_it_is_said_plainly_whether_a_promise_is_kept(share: Share, words: str) -> None:
    assert share.reaches(0.99) == words


def test_shares_add_up() -> None:
    assert added([Share(1, 2), Share(3, 4)]) == Share(4, 6)
    assert math.isnan(added([]).rate)


def test_a_threshold_lets_no_more_impostors_through_than_allowed() -> None:
    impostors = {-10.0: 1, -20.0: 9, -100.0: 990}
    limit = threshold_at(impostors, 0.001)
    assert -20.0 < limit <= -10.0, "one of a thousand may pass"
    assert threshold_at(impostors, 0.0005) > -10.0
    assert threshold_at(impostors, 1.0) == -math.inf


def test_a_roc_curve_runs_from_the_strictest_threshold_to_the_laxest() -> None:
    curve = roc([3.0, 2.0, 0.0], {2.0: 1, 1.0: 1})
    assert curve.true.tolist() == pytest.approx([1 / 3, 2 / 3, 2 / 3, 1])
    assert curve.false.tolist() == pytest.approx([0, 0.5, 1, 1])
    assert (curve.low <= curve.true).all()
    assert (curve.true <= curve.high).all()


def test_a_gumbel_law_is_found_again() -> None:
    values = np.random.default_rng(1).gumbel(4.0, 0.7, 20_000)
    fit = gumbel(values.tolist())
    assert fit.location == pytest.approx(4.0, abs=0.03)
    assert fit.scale == pytest.approx(0.7, abs=0.02)
    assert fit.exceeding(4.0) == pytest.approx(1 - math.exp(-1), abs=0.03)
    assert 9 < fit.expected_largest() < 13
    with pytest.raises(ValueError, match="ten different values"):
        gumbel([1.0] * 20)
