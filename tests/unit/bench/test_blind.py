"""The test for eyes: half and half, hidden, and the chance of guessing is told right."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.blind.__main__ import KEY, main, sheets, told
from generator import EmbeddedGenerator


def _key(folder: Path, makers: str) -> Path:
    rows = [
        {"number": n, "drawn_by": "weights" if maker == "w" else "rule", "family": "dots"}
        for n, maker in enumerate(makers, 1)
    ]
    (folder / KEY).write_text(json.dumps(rows))
    return folder


def test_half_is_drawn_by_the_weights_and_half_by_rule_of_the_same_families(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmbeddedGenerator, "learnt", ("stripe",))
    (sheet,) = sheets(tmp_path, a_family=3)
    key = json.loads((tmp_path / KEY).read_text())
    assert sorted(row["drawn_by"] for row in key) == ["rule", "weights"]
    assert {row["family"] for row in key} == {"stripe"}
    with Image.open(sheet) as picture:
        halves = np.split(np.asarray(picture)[:, 8:], 2, axis=1)
    assert not np.array_equal(*halves)


def test_who_is_always_right_did_not_guess(tmp_path: Path) -> None:
    found = told(_key(tmp_path, "wrrwrwwr" * 3), [n + 8 * k for k in range(3) for n in (1, 4, 6, 7)])
    assert found["share_right"] == 1.0
    assert found["chance"] == pytest.approx(2.0**-24)
    assert found["taken_for_rule"] == []


def test_who_takes_all_for_drawn_by_rule_is_right_half_the_time(tmp_path: Path) -> None:
    found = told(_key(tmp_path, "wrwr"), [])
    assert (found["right"], found["share_right"], found["taken_for_rule"]) == (2, 0.5, [1, 3])
    assert found["chance"] == pytest.approx(11 / 16)  # two of four or better


def test_a_number_that_is_on_no_sheet_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["told", str(_key(tmp_path, "wr")), "3"])
    assert "no tile has the number 3: they go from 1 to 2" in capsys.readouterr().err


def test_a_folder_without_a_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["told", str(tmp_path), "1"])
