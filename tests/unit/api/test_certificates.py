"""The commands that list, renew and revoke claim certificates, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli.certificates import keys
from provenance import Pki


def test_they_are_listed_renewed_and_revoked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELVAGE_DATA", str(tmp_path))
    monkeypatch.setenv("SELVAGE_KEYS", str(tmp_path / "keys"))
    Pki.create(tmp_path / "keys" / "pki", "Studio 7")

    def run(*words: str) -> list[dict[str, object]]:
        done = CliRunner().invoke(keys, [*words, "--json"], standalone_mode=False)
        assert done.exception is None, done.exception
        return list(json.loads(done.stdout))

    (only,) = run("list")
    assert (only["in_use"], only["revoked_at"]) == (True, None)
    assert [each["in_use"] for each in run("renew")].count(True) == 1
    used = next(each["serial"] for each in run("list") if each["in_use"])
    told = {each["serial"]: each for each in run("revoke")}
    assert len(told) == 3
    assert told[used]["revoked_at"] is not None
    assert told[used]["in_use"] is False
    said = CliRunner().invoke(keys, ["revoke", "--serial", used, "--json"], standalone_mode=False)
    assert "Start the service and its workers again" in said.stderr
    assert json.loads(said.stdout)
    text = CliRunner().invoke(keys, ["list"], standalone_mode=False).stdout
    assert sorted(line.split("  ")[2].split()[0] for line in text.splitlines()) == [
        "in",
        "replaced",
        "revoked",
    ]


def test_the_list_is_served_once_there_is_one(tmp_path: Path) -> None:
    from types import SimpleNamespace

    from cryptography import x509

    from api.http.routes.public import show_revocations
    from ledger.errors import UnknownError

    def served(pki: Pki) -> bytes:
        engines = SimpleNamespace(trust=pki.trust)
        services = SimpleNamespace(ledger=SimpleNamespace(engines=engines))
        return bytes(show_revocations(services).body)  # type: ignore[arg-type]  # as much of it as is asked

    made = Pki.create(tmp_path / "pki", "Studio 7")
    with pytest.raises(UnknownError, match="no certificate is revoked"):
        served(made)
    assert len(list(x509.load_der_x509_crl(served(Pki.revoke(made.folder))))) == 1
