"""SELVAGE_CHAIN_SIGNER: a program and a service hold the ledger's chain key, through settings and doctor."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.compose import open_ledger, open_signer
from api.doctor import run_checks, settings_report
from api.errors import SettingError, UnsafeSettingError
from api.safety import refuse_stand_ins
from api.settings import Settings, load_settings
from ledger import witness
from ledger.chain import SignerError, outside, outside_account
from ledger.chain.anvil import free_port

PROGRAM = f"exec:{sys.executable} {Path(__file__).parent / 'program.py'}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a signing service."""
    keys = tmp_path_factory.mktemp("service") / "key"
    command = [*PROGRAM.removeprefix("exec:").split(), str(keys), "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/selvage"
        process.kill()


@pytest.fixture(params=["program", "service"])
def signer(request: Any, served: str, tmp_path: Path) -> str:
    return served if request.param == "service" else f"{PROGRAM} {tmp_path / 'key'}"


def _settings(folder: Path, **values: Any) -> Settings:
    return load_settings(data=folder / "data", **values)


def test_a_ledger_sends_with_a_key_it_never_sees(signer: str, tmp_path: Path) -> None:
    address = open_signer(_settings(tmp_path, chain_signer=signer)).address
    settings = _settings(tmp_path, chain_signer=signer, chain_account=address.lower())
    ledger = open_ledger(settings)
    assert witness.manager(ledger).address == address
    with witness.ready(ledger) as chain:
        book = chain.deployment["LicenceBook"]
        deployed = chain.appoint(witness.manager(ledger), book)  # high s and all, the chain took it
        sent = chain._node.rpc("eth_getTransactionByHash", deployed.hash)
        assert sent["from"].lower() == address.lower()
        assert chain.acts_for(address, book)
    assert not (settings.keys / f"{witness.MANAGER}.key").exists()
    told = {each.name: (each.ok, each.detail) for each in run_checks(settings)}
    assert told["signer"] == (True, f"signs for {address}")
    shown = {each.name: each.value for each in settings_report(settings, frozenset())}
    assert shown["SELVAGE_CHAIN_SIGNER"] == "(hidden)"


def test_whose_key_it_is_is_looked_at(signer: str, tmp_path: Path) -> None:
    stranger = "0x" + "12" * 20
    with pytest.raises(SignerError, match=f"not of {stranger}"):
        open_signer(_settings(tmp_path, chain_signer=signer, chain_account=stranger))


def test_a_signer_that_is_away_is_told_as_such(tmp_path: Path, served: str, monkeypatch: Any) -> None:
    away = {
        f"http://127.0.0.1:{free_port()}": "does not answer",
        served.removesuffix("selvage"): "status 404",
        "exec:/no/such/program": "cannot be run",
        "exec:": "names no program",
        'exec:"': "quotes",
        f"exec:{sys.executable} -c 'import sys; sys.exit(\"locked\")'": "ended with 1: locked",
        "exec:echo hello": "line of hex",
        "exec:sh -c 'echo 00'": "public_key",
    }
    for where, why in away.items():
        with pytest.raises(SignerError, match=why):
            outside_account(where)
    monkeypatch.setattr(outside, "SIGNER_SECONDS", 0.05)
    with pytest.raises(SignerError, match="no answer"):
        outside_account("exec:sh -c 'sleep 60'")


def test_a_signature_by_another_key_is_refused(tmp_path: Path) -> None:
    account = outside_account(f"{PROGRAM} {tmp_path / 'key'}")
    account.try_out()
    (tmp_path / "key").unlink()  # the program makes another
    with pytest.raises(SignerError, match=account.address):
        account.try_out()


def test_what_is_no_signer_is_refused_by_the_setting(tmp_path: Path) -> None:
    for wrong in ("http://keys.example.com", "https://", "ftp://127.0.0.1", "key"):
        with pytest.raises(SettingError, match="SELVAGE_CHAIN_SIGNER"):
            _settings(tmp_path, chain_signer=wrong)
    with pytest.raises(SettingError, match="SELVAGE_CHAIN_ACCOUNT"):
        _settings(tmp_path, chain_account="0x12")
    with pytest.raises(UnsafeSettingError, match="signer of any account"):
        refuse_stand_ins(_settings(tmp_path, env="prod", chain_signer="https://keys.example.com"))
