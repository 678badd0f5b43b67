"""docs/odrl.md keeps its word: its example is run, its tables name what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.cli.app import run
from ledger.domain.policy import Outcome
from ledger.domain.policy.errors import CycleError, PolicyError, TooLargeError
from ledger.rdf import errors
from ledger.rdf.load import MAX_BYTES, MAX_TRIPLES

PAGE = (Path(__file__).parents[3] / "docs" / "odrl.md").read_text()
FILES = re.findall(r"`(\w+\.ttl)`:\n\n```turtle\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"```console\n\$ selvage (.*?)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES:
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_has_an_example() -> None:
    assert [name for name, _ in FILES] == ["policy.ttl", "request.ttl", "state.ttl"]
    assert len(COMMANDS) == 2


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("command", "shown"), COMMANDS)
def test_every_command_prints_what_the_page_shows(
    command: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words, redirected, _ = command.partition(" > ")
    with pytest.raises(SystemExit):
        run(words.split())
    told = capsys.readouterr()
    assert (told.err if redirected else told.out) == shown


def test_every_outcome_and_its_exit_code() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| ([01]) \|", PAGE, re.MULTILINE))
    assert rows == {each.value: "0" if each.favourable else "1" for each in Outcome}


def test_every_code() -> None:
    rows = set(re.findall(r"^\| `([a-z-]+)` \| [^01]", PAGE, re.MULTILINE))
    classes = [
        getattr(errors, name) for name in dir(errors) if name.endswith("RdfError") and name != "RdfError"
    ]
    classes += [
        errors.LimitError,
        errors.ContextError,
        errors.ShapeError,
        PolicyError,
        CycleError,
        TooLargeError,
    ]
    assert rows == {each.code for each in classes}


def test_the_limits() -> None:
    assert f"{MAX_BYTES // 1024**2} MiB and {MAX_TRIPLES:,} triples" in PAGE
