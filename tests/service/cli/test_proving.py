"""Proof bundles by command: written here, checked where there is no ledger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_a_stranger_checks_a_proof_with_the_roots_alone(
    selvage: Any, collection: dict[str, Any], tmp_path: Path
) -> None:
    tile, nowhere = collection["assets"][0]["id"], tmp_path / "nowhere"
    proof, trust = tmp_path / "tile.proof", tmp_path / "roots.json"
    made = selvage("export-proof", "low-tide/1", "-o", proof, "--trust", trust, "--json")
    assert (made.code, made.json["kind"], made.json["id"]) == (0, "asset", tile), made
    assert made.json["bytes"] == proof.stat().st_size
    here = selvage("verify", proof)
    assert (here.code, "yes blocks" in here.out) == (0, True), here
    there = selvage("verify", proof, "--trust", trust, at=nowhere)
    assert there.code == 0
    assert "verified, but not checked: witnesses" in there.out
    assert "none was asked" in there.out
    assert selvage("verify", proof, "--trust", trust, "--strict", at=nowhere).code == 1
    assert not nowhere.exists()
    without = selvage("verify", proof, at=nowhere)
    assert (without.code, "--trust" in without.err) == (2, True)
    proof.write_text(proof.read_text().replace('"left_out":[', '"left_out":["file",'))
    forged = selvage("verify", proof, "--trust", trust, "--json", at=nowhere)
    assert (forged.code, forged.json["ok"]) == (1, False)
    assert [each["name"] for each in forged.json["links"] if each["holds"] is False] == ["seal"]


def test_what_does_not_go_with_a_bundle_is_refused(
    selvage: Any, collection: dict[str, Any], tmp_path: Path
) -> None:
    tile, proof, roots = collection["assets"][0]["id"], tmp_path / "tile.proof", tmp_path / "roots.json"
    assert selvage("export-proof", tile, "-o", proof, "--without-file", "--without-chain").code == 0
    short = selvage("verify", proof, "--offline")
    assert (short.code, "not checked: witnesses, file, receipts" in short.out) == (0, True), short
    for arguments, field in (
        (("verify", proof, "--proof", proof), "proof"),
        (("verify", proof, "--rpc", "ftp://x"), "rpc"),
        (("verify", Path(__file__), "--rpc", "ftp://x"), "rpc"),
        (("export-proof", "ff" * 16, "-o", proof), "subject"),
        (("export-proof", "nobody/1", "-o", proof), "collection"),
        (("export-proof", tile, "-o", "-", "--json"), "output"),
    ):
        refused = selvage(*arguments, *(() if "--json" in arguments else ("--json",)))
        assert (refused.code, refused.json["field"]) == (2, field), refused
    roots.write_text(json.dumps({"root_pem": "x", "tsa_root_pem": "x", "log_key": "nobody"}))
    bad = selvage("verify", proof, "--trust", roots, "--json")
    assert (bad.code, bad.json["field"]) == (2, "log_key"), bad
    away = selvage("verify", proof, "--rpc", "http://127.0.0.1:1")
    assert away.code == 0, away
