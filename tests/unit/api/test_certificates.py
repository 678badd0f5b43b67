"""The commands that list, renew and revoke claim certificates, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click import UsageError
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from outside_ca import CLAIMS, OutsideCa, Wish, pem

from api.cli.certificates import keys
from provenance import Pki


def test_the_first_are_made_by_renewing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELVAGE_DATA", str(tmp_path / "data"))
    for count in (1, 2):
        done = CliRunner().invoke(keys, ["renew", "--json"], standalone_mode=False)
        assert done.exception is None
        assert len([each for each in json.loads(done.stdout) if each["for"] == "claims"]) == count
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_they_are_listed_renewed_and_revoked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELVAGE_DATA", str(tmp_path))
    monkeypatch.setenv("SELVAGE_KEYS", str(tmp_path / "keys"))
    Pki.create(tmp_path / "keys" / "pki", "Studio 7")

    def run(*words: str) -> list[dict[str, object]]:
        done = CliRunner().invoke(keys, [*words, "--json"], standalone_mode=False)
        assert done.exception is None, done.exception
        return [each for each in json.loads(done.stdout) if each["for"] == "claims"]

    (only,) = run("list")
    assert (only["in_use"], only["revoked_at"]) == (True, None)
    assert [each["in_use"] for each in run("renew")].count(True) == 1
    used = next(each["serial"] for each in run("list") if each["in_use"])
    told = {each["serial"]: each for each in run("revoke")}
    assert len(told) == 3
    assert told[used]["revoked_at"] is not None
    assert told[used]["in_use"] is False
    assert {each["serial"]: each for each in run("revoke", "--serial", used)} == told
    text = CliRunner().invoke(keys, ["list"], standalone_mode=False).stdout
    assert sorted(line.split("  ")[2].split()[0] for line in text.splitlines() if "  claims  " in line) == [
        "in",
        "replaced",
        "revoked",
    ]


def test_what_runs_takes_the_new_keys_and_list_at_its_next_use(tmp_path: Path) -> None:
    from api.compose import engines
    from api.settings import load_settings
    from provenance import ClaimSigner, StatementSigner

    def used() -> tuple[ClaimSigner, StatementSigner, str]:
        return running.signer, running.statements, running.trust.crl_pem

    running = engines(load_settings(data=tmp_path))
    before = used()
    assert used() == before
    folder = tmp_path / "keys" / "pki"
    assert before[2] == ""
    Pki.revoke(folder)
    after = used()
    assert after == used()
    assert after[2] == Pki.load(folder).crl_pem
    assert all(old is not new for old, new in zip(before, after, strict=True))
    folder.rename(tmp_path / "away")
    assert used() == after  # a folder that is out of reach says nothing, and none is made in its place
    assert not folder.exists()
    (tmp_path / "away").rename(folder)
    assert used() == after


def test_altered_keys_stop_what_runs_instead_of_leaving_it_with_the_old(tmp_path: Path) -> None:
    from api.compose import engines
    from api.settings import load_settings
    from provenance.errors import KeyMaterialError

    running = engines(load_settings(data=tmp_path))
    assert running.trust.crl_pem == ""
    revoked = Pki.revoke(tmp_path / "keys" / "pki")
    (listed,) = revoked.folder.glob("crl-*.pem")
    text = listed.read_text()
    listed.write_text(text.lower())
    for _ in range(2):
        with pytest.raises(KeyMaterialError, match="altered"):
            _ = running.trust
    listed.write_text(text)
    assert running.trust == revoked.trust


def test_the_list_is_served_once_there_is_one(tmp_path: Path) -> None:
    from types import SimpleNamespace

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


def test_another_authority_is_asked_and_its_answer_put_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELVAGE_DATA", str(tmp_path))
    monkeypatch.setenv("SELVAGE_KEYS", str(tmp_path / "keys"))
    Pki.create(tmp_path / "keys" / "pki", "Studio 7")

    def run(*words: str) -> Result:
        return CliRunner().invoke(keys, [*words, "--json"], standalone_mode=False)

    ca, asked, chain, root = (
        OutsideCa(),
        tmp_path / "asked.csr",
        tmp_path / "chain.pem",
        tmp_path / "root.pem",
    )
    assert run("request", "--new", "--name", "Claims 2027", "-o", str(asked)).exception is None
    printed = json.loads(run("request").stdout)["request"]
    assert (
        x509.load_pem_x509_csr(printed.encode()).public_key()
        == Pki.load(tmp_path / "keys" / "pki").signer_key.public_key()
    )
    (name,) = x509.load_pem_x509_csr(asked.read_bytes()).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "Claims 2027"
    assert isinstance(run("request", "--to-file").exception, UsageError)
    chain.write_text(pem(ca.answer(asked.read_text(), Wish(usages=(CLAIMS,))), ca.issuer))
    root.write_text(pem(ca.root))
    assert getattr(run("install", str(chain)).exception, "code", None) == "key-material"
    done = run("install", str(chain), "--root", str(root))
    assert done.exception is None, done.exception
    assert "emailProtection" in done.stderr
    assert [
        each["issuer"] for each in json.loads(done.stdout) if each["in_use"] and each["for"] == "claims"
    ] == [ca.issuer.subject.rfc4514_string()]
    told = json.loads(run("revoke", "--without-successor").stdout)
    assert [(each["in_use"], each["revoked_at"] is not None) for each in told].count((True, True)) == 1
    renewed = [each for each in json.loads(run("renew").stdout) if each["for"] == "claims"]
    assert [each["in_use"] for each in renewed].count(True) == 1


def test_a_service_does_not_start_without_who_holds_its_key(tmp_path: Path) -> None:
    from api.claim_keys import check_pin
    from api.errors import SettingError
    from api.settings import load_settings

    class InMemory:
        key = ec.generate_private_key(ec.SECP256R1())

        def make(self) -> str:
            return "memory:1"

        def public_key(self, _name: str) -> ec.EllipticCurvePublicKey:
            return self.key.public_key()

        def sign(self, _name: str, message: bytes) -> bytes:
            return self.key.sign(message, ec.ECDSA(hashes.SHA256()))

        def forget(self, _name: str) -> None:
            raise AssertionError("nothing failed")

    chosen = load_settings(data=tmp_path)
    check_pin(chosen)
    Pki.create(tmp_path / "keys" / "pki", "Studio 7", holder=InMemory())
    with pytest.raises(SettingError, match=r"SELVAGE_PKCS11_MODULE: is not set, .* memory:1"):
        check_pin(chosen)
    Pki.renew(tmp_path / "keys" / "pki", to_file=True)
    check_pin(chosen)
