"""Results are kept line by line, nothing is examined twice, and a tiny run ends in a page."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.repeat_forensics import __main__ as command
from bench.repeat_forensics import by_kind, register, runner
from bench.repeat_forensics.attacks import named
from bench.repeat_forensics.outcome import Judged, Outcome, Record, read
from bench.repeat_forensics.runner import Job, Plan, jobs, mend
from bench.repeat_forensics.statistics import Share
from bench.repeat_forensics.systems import available
from bench.repeat_forensics.tables import Results, by_family, found

ROWS = ["copy", "phase"]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(command, "CACHE", tmp_path / "cache")


def record(attack: str, outcome: Outcome, tile: str = "a", code: str = "1") -> Record:
    return Record("selvage", attack, tile, code, 0.5, Judged(outcome, 1e-12, "mark", 12.0, {"0.00": 1}))


def test_a_line_is_read_back_as_it_was(tmp_path: Path) -> None:
    one = record("copy", Outcome.PROVEN)
    path = tmp_path / "r.jsonl"
    path.write_text(one.line() + "\n" + one.line()[:40])
    assert list(read(path)) == [one]
    mend(path)
    assert path.read_text() == one.line() + "\n"


def test_only_the_newest_answer_counts() -> None:
    old, new = record("copy", Outcome.NOTHING), record("copy", Outcome.PROVEN, code="2")
    results = Results.of([old, new, record("hue", Outcome.NOTHING)])
    assert found(results, "selvage") == {"copy": Share(1, 1), "hue": Share(0, 1)}
    assert by_family(found(results, "selvage")) == {"codec": Share(1, 1), "colourway": Share(0, 1)}


def test_a_type_of_repeat_is_right_when_nobody_could_tell_it_from_the_one_named() -> None:
    told = {"block": "block", "half-drop": "brick|half-drop", "brick": "block|mirror", "mirror": ""}
    judged = {name: Judged(Outcome.PROVEN, repeat=repeat) for name, repeat in told.items()}
    records = [Record("selvage", name, "polka-00", "1", 1.0, one) for name, one in judged.items()]
    text = by_kind.repeats(Results.of(records), "selvage")
    for row in (
        "| block | 1 | 0 | 0 | 0 |",
        "| half-drop | 0 | 1 | 0 | 0 |",
        "| brick | 0 | 0 | 1 | 0 |",
        "| mirror | 0 | 0 | 0 | 1 |",
    ):
        assert row in text
    assert "| polka | 4/4 | 100 % |" in by_kind.tiles(Results.of(records), "selvage")


def test_each_attack_gets_its_share_of_the_tiles() -> None:
    plan, attacks = Plan("tuning", 3, 0, ("phash",), each=1), named(["colourway"])
    systems, _ = available(["phash"])
    todo = jobs(plan, attacks, systems, set())
    assert sorted(job.attack for job in todo) == sorted(attack.name for attack in attacks)
    assert len({job.tile for job in todo}) == 3


def test_a_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, path = Plan("tuning", 1, 1, ("phash", "selvage-blind")), tmp_path / "r.jsonl"
    attacks = named(ROWS)
    runner.run(plan, attacks[:1], path, 1)
    assert [(r.system, r.judged.outcome) for r in read(path)] == [
        ("phash", Outcome.LIKELY),
        ("selvage-blind", Outcome.PROVEN),
    ]
    asked: list[Job] = []
    work = runner.Worker.work
    monkeypatch.setattr(runner.Worker, "work", lambda self, job: asked.append(job) or work(self, job))
    runner.run(plan, attacks, path, 1)
    assert [job.attack for job in asked] == ["phase"]
    runner.run(plan, attacks, path, 1)
    assert len(asked) == 1
    assert len(list(read(path))) == 4


def test_one_row_from_the_command_line_to_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib", reason="only the extra `bench` has it")
    words = f"--half tuning --tiles 1 --distractors 1 --workers 1 --docs {tmp_path} --systems selvage,dhash"
    assert command.main([*words.split(), "--rows", "copy,hue"]) == 0
    page = (tmp_path / "benchmark.md").read_text()
    assert "**2 of 2** (100 %)" in page
    assert "| codec | copy | 1/1 | 100 % | 2.5 to 100.0 % | 99 % | met (interval reaches below) |" in page
    assert "This page shows the tuning half" in page
    assert "Not run yet" in page
    names = {path.name for path in (tmp_path / "benchmark").iterdir()}
    assert names == {"rates.svg", "systems.svg", "roc.svg", "rates.json", "tiles.jpg", "attacks.jpg"}
    assert all(f"benchmark/{name}" in page for name in names - {"rates.json"})
    assert command.main([*words.split(), "--rows", "copy,hue"]) == 0
    assert "0 pictures to examine" in capsys.readouterr().err
    assert (tmp_path / "benchmark.md").read_text() == page


def test_a_missing_package_is_said_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "iscc_core", None)
    monkeypatch.setitem(sys.modules, "pdqhash", None)
    systems, missing = available(["iscc", "pdq", "dhash"])
    assert [system.name for system in systems] == ["dhash"]
    assert "iscc_core is not installed; the benchmark goes on without it" in missing["iscc"]


def test_an_unknown_name_is_answered_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--rows", "sepia"]) == 2
    assert command.main(["--systems", "magic"]) == 2
    said = capsys.readouterr().err
    assert "no attack or family 'sepia'" in said
    assert "no system 'magic'" in said


def test_a_page_without_results_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--report-only", "--docs", str(tmp_path)]) == 1
    assert "run it first" in capsys.readouterr().err


def test_a_picture_that_breaks_a_system_does_not_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Judged:
        raise RuntimeError("no such luck")

    monkeypatch.setattr("bench.repeat_forensics.systems.hashes.HashSystem.judge", broken)
    runner.run(Plan("tuning", 1, 1, ("phash",)), named(["copy"]), tmp_path / "r.jsonl", 1)
    judged = next(read(tmp_path / "r.jsonl")).judged
    assert judged.outcome is Outcome.NOTHING
    assert judged.signal == "error RuntimeError: no such luck"
