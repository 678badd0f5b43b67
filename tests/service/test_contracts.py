"""Runs the Solidity tests with Hardhat: unit, fuzz and invariants. Hardhat must build what is committed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.chain.artifacts import CONTRACTS, load

ROOT = Path(__file__).resolve().parents[2]
SUITES = (
    "PatternRegistryTest",
    "LicenceBookTest",
    "LicenceExclusivityTest",
    "LicenceTreeTest",
    "LicenceBranchesTest",
    "LicenceBookInvariantTest",
    "PagesTest",
    "OrderDeskTest",
    "LicenceTokenTest",
    "RoyaltyVaultTest",
    "RoyaltyVaultInvariantTest",
    "SplitTest",
    "CheckpointBookTest",
    "SoftBindingDirectoryTest",
)


@pytest.fixture(scope="module")
def printed() -> str:
    """What `npx hardhat test solidity` printed; it builds the contracts first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["npx", "--no-install", "hardhat", "test", "solidity"],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_every_solidity_test_passes(printed):
    files = (ROOT / "tests/contracts").glob("*.t.sol")
    written = sum(len(re.findall(r"function (?:test|invariant)", file.read_text())) for file in files)
    passed = re.search(r"(\d+) passing", printed)
    assert passed, printed[-2000:]
    assert int(passed.group(1)) == written
    assert "failing" not in printed
    for suite in SUITES:
        assert suite in printed


@pytest.mark.parametrize("name", CONTRACTS)
def test_hardhat_builds_the_committed_bytecode(printed, name):
    built = json.loads((ROOT / f"build/hardhat/artifacts/contracts/{name}.sol/{name}.json").read_text())
    assert built["bytecode"] == load(name).bytecode
    assert built["abi"] == load(name).abi
