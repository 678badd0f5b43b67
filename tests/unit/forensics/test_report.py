"""The verdict: what may be billed, and what may not."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

import forensics
from forensics import Evidence, Found, Overlay, Report, Signal, Verdict
from forensics.report import WAYS, best_way, combined, gathered


def _mark(p_value: float, asset: str | None = "a") -> Evidence:
    return Evidence(asset, 5, Signal.MARK, p_value)


def _geometry(p_value: float, asset: str = "a") -> Evidence:
    return Evidence(asset, None, Signal.GEOMETRY, p_value, inliers=40)


@pytest.mark.parametrize(
    ("evidence", "verdict", "asset"),
    [
        ([], Verdict.NONE, None),
        ([Evidence("a", None, Signal.COPY, 1.0)], Verdict.LIKELY, "a"),
        ([_geometry(1e-6)], Verdict.LIKELY, "a"),
        ([_geometry(1e-30)], Verdict.LIKELY, "a"),
        ([_mark(1e-10)], Verdict.PROVEN, "a"),
        ([_mark(1e-9)], Verdict.LIKELY, "a"),
        ([_mark(1e-7), _geometry(1e-6)], Verdict.PROVEN, "a"),
        ([_mark(1e-7), _geometry(1e-6, "b")], Verdict.LIKELY, "a"),
        ([_mark(1e-5), _geometry(1e-6)], Verdict.LIKELY, "a"),
        ([_mark(1e-40, None)], Verdict.LIKELY, None),
        ([_geometry(1e-6, "b"), _mark(1e-40)], Verdict.PROVEN, "a"),
    ],
)
def test_verdict(evidence: list[Evidence], verdict: Verdict, asset: str | None) -> None:
    report = Report(gathered(evidence))
    assert report.verdict is verdict
    assert report.asset_id == asset


def test_p_of_the_verdict_combines_mark_and_geometry_of_one_asset() -> None:
    report = Report(gathered([_mark(1e-8), _geometry(1e-5), _geometry(1e-6, "b")]))
    assert report.p_value == pytest.approx(WAYS * 1e-13 * (1 + math.log(1e13)))
    assert Report().p_value == 1.0
    assert Report(gathered([_mark(1e-300), _geometry(1e-6)])).p_value == WAYS * 1e-300


def test_combined_p_is_uniform_under_the_null() -> None:
    rng = np.random.default_rng(0)
    for number in (1, 2, 3):
        drawn = [combined(row) for row in rng.uniform(size=(4000, number))]
        assert np.quantile(drawn, 0.1) == pytest.approx(0.1, abs=0.02)


def test_choosing_the_best_way_is_paid_for() -> None:
    rng = np.random.default_rng(1)
    heard = np.where(rng.uniform(size=(20000, 3)) < 0.3, rng.uniform(size=(20000, 3)) * 0.3, 1.0)
    chosen = np.array([best_way(*row) for row in heard])
    for level in (0.01, 0.05, 0.2):
        assert (chosen <= level).mean() <= level
    assert best_way(1.0, 1.0, 1e-6) == 1.0


def _found(*evidence: Evidence, generic: float = 0.0) -> Found:
    return Found("a", None, evidence, generic=generic)


def test_a_manifest_makes_certain_of_the_file_and_never_proves_the_mark() -> None:
    bound = Evidence("a", 5, Signal.MANIFEST, 1.0, bound=True)
    carried = Evidence("a", 5, Signal.MANIFEST, 1.0)
    assert (_found(bound).verdict, _found(bound).certain) == (Verdict.LIKELY, True)
    assert (_found(carried).verdict, _found(carried).certain) == (Verdict.LIKELY, False)
    assert _found(bound, _mark(1e-12)).verdict is Verdict.PROVEN
    assert _found(bound, generic=1.0).verdict is Verdict.LIKELY


def test_both_channels_of_the_mark_prove_together() -> None:
    line = Evidence("a", 5, Signal.LINE, 1e-6)
    assert _found(line).verdict is Verdict.LIKELY
    assert _found(line, _mark(1e-6)).verdict is Verdict.PROVEN
    assert _found(Evidence("a", 5, Signal.LINE, 1e-10, key_id="0badcafe")).key_id == "0badcafe"


@pytest.mark.parametrize(
    ("generic", "alone", "with_mark"),
    [
        (0.0, Verdict.LIKELY, Verdict.PROVEN),
        (0.6, Verdict.LIKELY, Verdict.LIKELY),
        (0.9, Verdict.NONE, Verdict.LIKELY),
    ],
)
def test_generic_motifs_are_nothing_by_their_shape(
    generic: float, alone: Verdict, with_mark: Verdict
) -> None:
    assert _found(_geometry(1e-6), generic=generic).verdict is alone
    assert _found(Evidence("a", None, Signal.COPY, 1.0), generic=generic).verdict is alone
    assert _found(_geometry(1e-6), _mark(1e-7), generic=generic).verdict is with_mark
    assert _found(_geometry(1e-6), _mark(1e-10), generic=generic).verdict is Verdict.PROVEN


def test_strongest_finding_comes_first_and_seconds_do_not_count() -> None:
    weak, strong = Found("b", None, (_geometry(1e-6, "b"),)), Found("a", 5, (_mark(1e-40),))
    report = Report((weak, strong), seconds=3.0)
    assert [each.asset_id for each in report.found] == ["a", "b"]
    assert report == Report((strong, weak), seconds=9.0)
    assert report.mark_id == 5
    assert len(report.evidence) == 2


def test_overlay_origin() -> None:
    assert Overlay((100.0, 0.0, 12.0, 0.0, 100.0, 8.0, 0.0, 0.0, 2.0)).origin == (6.0, 4.0)


def test_every_public_name_loads() -> None:
    for name in forensics.__all__:
        value = getattr(forensics, name)
        assert not isinstance(value, type(sys)), f"{name} is hidden by a module of the same name"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = forensics.nothing


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = ("numpy", "cv2", "PIL", "scipy", "imagehash")
    code = f"import sys, forensics; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
