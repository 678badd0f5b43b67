"""The tour of README.md: every command as it is written, in that order, on a fresh data folder."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli.app import run

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.removeprefix("$ ")
    for block in BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    for line in block.splitlines()
]
# The answers of the tour, by the order in which it asks.
DECISIONS = [("pay", 1), ("permit", 0), ("deny", 1), ("permit", 0)]


@dataclass(frozen=True)
class Ran:
    """One command of the tour, and what it said."""

    command: str
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Ran]]:
    """Every command, run in one process in a folder that holds nothing but the examples."""
    folder = tmp_path_factory.mktemp("tour")
    shutil.copytree(ROOT / "examples", folder / "examples")
    with pytest.MonkeyPatch.context() as patched:
        for name in [each for each in os.environ if each.startswith("SELVAGE_")]:
            patched.delenv(name)
        patched.setenv("OMP_NUM_THREADS", "1")
        patched.chdir(folder)
        yield [_run(command) for command in COMMANDS]


def _run(command: str) -> Ran:
    program, *arguments = shlex.split(command)
    assert program == "selvage", command
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
        run(arguments)
    return Ran(command, int(ended.value.code or 0), out.getvalue(), err.getvalue())


def _of(toured: list[Ran], verb: str) -> list[Ran]:
    found = [ran for ran in toured if ran.command.split()[1] == verb]
    assert found, f"README.md no longer shows selvage {verb}"
    return found


def test_the_tour_is_a_tour() -> None:
    assert len(COMMANDS) > 15
    assert all(command.startswith("selvage ") for command in COMMANDS)


def test_every_command_does_what_it_says(toured: list[Ran]) -> None:
    asked_elsewhere = {"decide", "doctor"}
    for ran in toured:
        assert "Traceback" not in ran.err, ran
        if ran.command.split()[1] not in asked_elsewhere:
            assert ran.code == 0, ran


def test_decisions_are_answered_pay_permit_deny_permit(toured: list[Ran]) -> None:
    answers = [(ran.out.split(":")[0], ran.code) for ran in _of(toured, "decide")]
    assert answers == DECISIONS


def test_the_tile_is_verified_read_and_found(toured: list[Ran]) -> None:
    (verified, _), (read,) = (_of(toured, verb) for verb in ("verify", "read"))
    scanned, leaked = _of(toured, "scan")
    assert verified.out.splitlines()[-1] == "verified"
    mark = re.search(r"mark ([0-9a-f]{12})", verified.out)
    assert mark is not None
    assert mark[1] in read.out
    assert "proven" in scanned.out
    assert "from the copy of licence" in leaked.out


def test_cloth_leads_back_to_its_manifest_and_licence(toured: list[Ran]) -> None:
    (recovered,), (walked,) = (_of(toured, verb) for verb in ("recover", "lineage"))
    assert "(proven" in recovered.out
    assert "What no longer binds:\n- hard binding" in recovered.out
    assert "for other bytes than these" in walked.out
    assert "NOT trusted" not in walked.out


def test_a_proof_is_checked_by_itself(toured: list[Ran]) -> None:
    _, bundle = _of(toured, "verify")
    assert bundle.out.splitlines()[-1].startswith("verified, but not checked: witnesses, ")
    assert "NO " not in bundle.out


def test_the_money_arrives(toured: list[Ran]) -> None:
    (billed,), (settled,), (paid,) = (_of(toured, verb) for verb in ("bill", "settle", "payout"))
    assert "420.00 TUSD" in billed.out
    assert "settled" in settled.out
    # 40 % of a licence of 180.00 and of royalties of 1,200 x 0.35
    assert paid.out.startswith("240.00 TUSD to mara")


def test_the_doctor_finds_nothing_wrong(toured: list[Ran]) -> None:
    (doctor,) = _of(toured, "doctor")
    failed = [line for line in doctor.out.splitlines() if line.strip().startswith("FAIL")]
    assert doctor.code == (1 if failed else 0), doctor
    assert not failed
    assert "SELVAGE_DATA" in doctor.out


def test_the_names_of_the_tour_are_the_ids_of_programs(toured: list[Ran]) -> None:
    assert toured
    shown = json.loads(_run("selvage show collection harbour --json").out)
    tile = shown["assets"][0]
    assert json.loads(_run(f"selvage show asset {tile['id'][:6]} --json").out) == tile
    assert json.loads(_run("selvage show asset harbour/1 --json").out) == tile
    lost = _run("selvage show asset harbor/1")
    assert (lost.code, "did you mean harbour?" in lost.err) == (2, True)
