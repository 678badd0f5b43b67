"""The committed artifacts are what the sources compile to."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ledger.chain import CompileError
from ledger.chain.artifacts import CONTRACTS, load
from ledger.chain.compile import compile_contracts

ROOT = Path(__file__).resolve().parents[3]


def test_recompiled_artifacts_are_the_committed_ones():
    """Two of them, one with imports: that Hardhat builds them all is tested with its own tests."""
    names = ("CheckpointBook", "TestDollar")
    compiled = compile_contracts(ROOT, names)
    assert set(compiled) == set(names)
    for name in names:
        assert compiled[name] == load(name), f"{name}: run python -m ledger.chain.compile and commit"


def test_sources_are_named_with_their_hashes():
    for name in CONTRACTS:
        for source, digest in load(name).sources.items():
            assert hashlib.sha256((ROOT / source).read_bytes()).hexdigest() == digest
        assert f"contracts/{name}.sol" in load(name).sources


def test_contracts_fit_the_limits():
    for name in CONTRACTS:
        assert (len(load(name).bytecode) - 2) // 2 < 24_576  # EIP-170, with room: creation code is longer
    for source in (ROOT / "contracts").rglob("*.sol"):
        assert len(source.read_text().splitlines()) < 330, source


def test_missing_compiler_is_named(tmp_path):
    with pytest.raises(CompileError, match="npm ci"):
        compile_contracts(tmp_path)


def test_source_that_does_not_compile_is_named(tmp_path):
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "package.json").write_text((ROOT / "package.json").read_text())
    (tmp_path / "contracts/tools").mkdir(parents=True)
    (tmp_path / "contracts/tools/solc").symlink_to(ROOT / "contracts/tools/solc")
    for name in CONTRACTS:
        (tmp_path / f"contracts/{name}.sol").write_text("contract {")
    with pytest.raises(CompileError, match="Expected identifier"):
        compile_contracts(tmp_path)
