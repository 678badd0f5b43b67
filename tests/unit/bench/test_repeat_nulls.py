"""Null pictures: made again from their number, asked under fresh keys, counted honestly."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from bench.repeat_forensics import null_decodes, null_report, nulls, register
from bench.repeat_forensics.null_decodes import NullRecord
from bench.repeat_forensics.null_exams import ExamRecord, examined
from bench.repeat_forensics.null_report import Refused
from bench.repeat_forensics.nulls import KINDS, drawn, fresh_key, pictures
from bench.repeat_forensics.register import Register
from bench.repeat_forensics.tables import Results


def told(kind: str, accepted: int = 0) -> NullRecord:
    largest = [5.0 + k / 10 for k in range(20)]
    return NullRecord("p", kind, "c", 10, 20, 40, accepted, largest, 1.0)


def test_the_kinds_take_turns_and_keys_are_never_the_same() -> None:
    first = list(itertools.islice(pictures(), 8))
    assert [picture.kind for picture in first] == [*KINDS, *KINDS]
    keys = {fresh_key(picture.name, k) for picture in first for k in range(5)}
    assert len(keys) == 40
    assert register.KEY not in keys


def test_a_null_picture_is_made_again_and_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "CACHE", tmp_path)
    monkeypatch.setattr(null_decodes, "KEYS_PER_PICTURE", 2)
    picture = next(pictures())
    small = Register("tuning", 1, 0, 256)
    assert np.array_equal(drawn(picture, small), drawn(picture, small))
    record = null_decodes.asked(picture, small)
    assert record.decodes == 2 * record.views > 0
    assert record.accepted == 0
    assert examined(picture, small).verdict == "none"
    path = tmp_path / "n.jsonl"
    path.write_text(nulls.line(record) + nulls.line(record)[:20])
    assert nulls.read(NullRecord, path) == [record]
    assert nulls.read(NullRecord, path, "other code") == []


def test_the_section_counts_what_was_run(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="only the extra `bench` has it")
    records = [told("photograph"), told("look-alike"), told("look-alike", 1)]
    exams = [ExamRecord("p", "look-alike", "c", verdict, 1.0, 2.0) for verdict in ("likely", "none")]
    text = null_report.section(Refused(records, exams, []), Results(()), tmp_path)
    assert "| photograph | 1 | 20 | 200 | 40 | 0 | 0.015 |" in text
    assert "| look-alike | 2 | 40 | 400 | 80 | 1 | 0.012 |" in text
    assert "| all | 3 | 60 | 600 | 120 | 1 |" in text
    assert "| look-alike | 2 | 0 | 0.78 | 1 |" in text
    assert "**6.90**" in text
    assert (tmp_path / "nulls.svg").exists()
    assert "Not run yet" in null_report.section(Refused([], [], []), Results(()), tmp_path)
    assert "No null picture was asked" in text
