"""`selvage decision verify`: the list of the revoked in the roots counts, and that there is none is said."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path

from click.testing import CliRunner, Result

from api.cli.decisions import decision
from provenance import Pki, StatementSigner


def test_a_decision_by_a_revoked_certificate_is_refused(tmp_path: Path) -> None:
    def checked(roots: str, text: str) -> Result:
        (tmp_path / "roots").write_text(roots)
        (tmp_path / "decision").write_text(text)
        words = ["verify", str(tmp_path / "decision"), "--trust", str(tmp_path / "roots")]
        return CliRunner().invoke(decision, words, standalone_mode=False)

    now = dt.datetime.now(dt.UTC)
    times = {"decided_at": now.isoformat(), "valid_until": (now + dt.timedelta(days=1)).isoformat()}
    said = json.dumps({"outcome": "permit", **times}).encode()
    before = Pki.create(tmp_path / "pki", "Studio 7")
    old = StatementSigner(before).sign(said)
    after = Pki.revoke(before.folder)
    new = StatementSigner(after).sign(said)
    listed = json.dumps(asdict(after.trust))

    assert "signature and dates hold" in checked(listed, new).stdout
    assert "No list" not in checked(listed, new).stderr
    refused = checked(listed, old).exception
    assert getattr(refused, "code", None) == "signer-revoked", refused
    for silent in (after.root_pem, json.dumps({"root_pem": after.root_pem})):
        done = checked(silent, old)
        assert ("signature and dates hold" in done.stdout, "No list" in done.stderr) == (True, True)
    for empty in ("", None):  # as selvage export, and selvage export-proof, write it while none is revoked
        done = checked(json.dumps({"root_pem": after.root_pem, "crl_pem": empty}), old)
        assert (done.exception, "No list" in done.stderr) == (None, False)
    for other in ("no list", 7, ["x"]):
        failed = checked(json.dumps({"root_pem": after.root_pem, "crl_pem": other}), new).exception
        assert getattr(failed, "code", None) == "key-material", failed
