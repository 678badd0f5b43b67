"""Gas beside others: what is compared with what, and what happens where the packages are not to be had."""

from __future__ import annotations

import json
import os
import sys
from copy import deepcopy
from pathlib import Path

import pytest

from bench import __main__ as command
from bench.peer_contracts.comparison import LEAVES, OURS, QUESTIONS, ComparisonError, rows, together
from bench.peer_contracts.packages import FOLDER, Build, NotFetchedError, fetch
from bench.peer_contracts.page import DOCS, written

PAGE = DOCS / "figures.md"
FIGURES = (DOCS / "figures.json").read_text()
MEASURED = json.loads(FIGURES)["gas_peers"]


def answers() -> dict[str, dict[str, dict[str, int]]]:
    """The figures by who answers, as they are measured."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for question, calls in MEASURED.items():
        for who, gas in calls.items():
            found.setdefault(who, {})[question] = dict(gas)
    return found


def test_the_page_shows_the_figures_that_were_measured():
    page = (DOCS / "contracts.md").read_text()
    assert page == written(page, FIGURES), "run python -m bench.peer_contracts.page"


def test_every_question_is_answered_by_us_first_and_then_from_the_cheapest():
    assert together(answers()) == MEASURED
    told = list(rows(MEASURED))
    assert {(row.question, row.who) for row in told} == {(QUESTIONS[asked], who) for asked, who in LEAVES}
    for question in QUESTIONS.values():
        whose = [row for row in told if row.question == question]
        assert whose[0].who == OURS
        others = [int(row.gas.split("<br>")[0].rpartition(" ")[2].replace(",", "")) for row in whose[1:]]
        assert others == sorted(others) != []


def test_a_figure_without_a_word_of_what_it_leaves_is_refused():
    more, less, odd = deepcopy(answers()), deepcopy(answers()), deepcopy(answers())
    more["OpenZeppelin"]["free"] = {"first": 1}
    del less["Story"]["check"]
    odd["Story"]["colour"] = {"first": 1}
    for figures, said in ((more, "free of OpenZeppelin"), (less, "check of Story"), (odd, "colour")):
        with pytest.raises(ComparisonError, match=said):
            together(figures)


def test_a_library_is_linked_wherever_the_code_names_it():
    build = Build([], "60__$aa$__61__$aa$__", {"Checker": "__$aa$__"})
    assert build.linked({"Checker": "0xABcd"}).code == "60abcd61abcd"


def test_the_lock_file_names_no_registry_and_the_root_does_not_need_these_packages():
    lock = json.loads((FOLDER / "package-lock.json").read_text())["packages"]
    assert not [name for name, entry in lock.items() if "resolved" in entry]
    assert all("integrity" in entry for name, entry in lock.items() if name)
    root = json.loads((FOLDER.parents[1] / "package-lock.json").read_text())["packages"]
    asked = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    assert {f"node_modules/{name}" for name in asked} & set(root) == {"node_modules/solc"}


def test_packages_that_npm_does_not_give_are_a_clear_error(tmp_path: Path):
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "package-lock.json").write_text("not a lock file")
    with pytest.raises(NotFetchedError, match=r"npm did not fetch .*npm error .*go online"):
        fetch(tmp_path)


def test_packages_that_are_there_are_not_fetched_again(tmp_path: Path):
    (tmp_path / "package-lock.json").write_text("not a lock file")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / ".package-lock.json").write_text("{}")
    fetch(tmp_path)


@pytest.mark.parametrize(("names", "code"), [([], 0), (["odd"], 1)])
def test_a_bench_whose_needs_are_out_of_reach_keeps_its_figures_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], code: int
):
    program = tmp_path / "program"
    unavailable = f'[ "$2" = bench.odd ] && exit {os.EX_UNAVAILABLE}'
    program.write_text(f'#!/bin/sh\n{unavailable}\necho \'{{"b": 2, "a": 1}}\'\n')
    program.chmod(0o755)
    for name in ("odd", "usual"):
        (tmp_path / f"{name}.py").touch()
    monkeypatch.setattr(sys, "executable", str(program))
    for name, path in (("HERE", tmp_path), ("RAW", tmp_path / "raw.json"), ("FIGURES", tmp_path / "page.md")):
        monkeypatch.setattr(command, name, path)
    (tmp_path / "raw.json").write_text('{"odd": {"kept": 7}}')
    assert command.main(names) == code
    usual = {} if names else {"usual": {"b": 2, "a": 1}}
    assert json.loads((tmp_path / "raw.json").read_text()) == {"odd": {"kept": 7}, **usual}
    page = tmp_path / "page.md"
    assert not page.exists() if names else "| kept | 7 |" in page.read_text()


def test_a_bench_run_alone_leaves_the_figures_of_others_as_they_are_written():
    assert json.dumps(json.loads(FIGURES), indent=2) + "\n" == FIGURES
    sections = [text.partition("\n## ")[2] for text in (command.table(json.loads(FIGURES)), PAGE.read_text())]
    assert sections[0] == sections[1], "python -m bench writes docs/figures.md from docs/figures.json"
