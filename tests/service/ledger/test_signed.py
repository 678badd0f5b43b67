"""A signed decision on a real ledger: what the statement says is what was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli.decisions import decision as command
from ledger import copies, signed
from ledger.domain.canonical import canonical
from provenance.errors import BrokenBindingError, ExpiredStatementError
from provenance.statements import verify


def test_a_permit_can_be_checked_by_whoever_holds_the_root(told: Any, helpers: Any, tmp_path: Path) -> None:
    ledger, tile = told.ledger, told.assets[0]
    made = signed.decide(ledger, tile.id, "mill", helpers.use(units=10))
    read = verify(made.jws, ledger.engines.trust.root_pem, datetime.now(UTC))
    assert canonical(read) == canonical(dict(made.statement))
    assert (read["outcome"], read["licence"], read["offer"]) == ("permit", told.licence.id, None)
    assert (read["asset"]["sha256"], read["terms_hash"]) == (tile.signed.sha256, told.licence.terms_hash)
    assert read["entry"]["sequence"] > 0
    assert [check["clause"] for check in read["checks"] if not check["holds"]] == []
    assert signed.is_about(read, ledger.blobs.get(tile.signed.sha256))
    assert not signed.is_about(read, b"another picture")
    copy = copies.copy(ledger, told.licence.id)
    own = signed.decide(ledger, tile.id, "mill", helpers.use(units=10)).statement
    assert signed.is_about(own, ledger.blobs.get(copy.sha256))
    token, trust, file = (tmp_path / name for name in ("permit.jws", "root.pem", "tile.png"))
    token.write_text(made.jws)
    trust.write_text(ledger.engines.trust.root_pem)
    file.write_bytes(ledger.blobs.get(tile.signed.sha256))
    given = ["verify", str(token), "--trust", str(trust)]
    run = CliRunner().invoke(command, [*given, "--file", str(file)], standalone_mode=False)
    assert (run.exception, run.return_value) == (None, 0)
    assert "signature and dates hold" in run.output
    file.write_bytes(b"another picture")
    wrong = CliRunner().invoke(command, [*given, "--file", str(file)], standalone_mode=False)
    assert isinstance(wrong.exception, BrokenBindingError)
    late = (datetime.now(UTC) + timedelta(hours=25)).isoformat()
    expired = CliRunner().invoke(command, [*given, "--at", late], standalone_mode=False)
    assert isinstance(expired.exception, ExpiredStatementError)


def test_an_offer_to_pay_is_in_the_statement_and_is_no_permit(told: Any, helpers: Any) -> None:
    later = replace(told.ledger, clock=lambda: datetime.now(UTC) + timedelta(hours=1))
    made = signed.decide(later, told.assets[1].id, "mill", helpers.use())
    assert made.offer is not None
    assert made.statement["outcome"] == "pay"
    assert made.statement["offer"]["id"] == made.offer.id
    assert made.statement["offer"]["price"] == "250.00 TUSD"
    with pytest.raises(ExpiredStatementError):
        verify(made.jws, later.engines.trust.root_pem, datetime.now(UTC))
