"""A PKCS#11 token holds the claim key (SoftHSM 2, through its real library): what it keeps, how it fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
import pytest
import softhsm
from click.testing import CliRunner

from api.cli.certificates import keys as commands
from api.cli.running import serve, worker
from api.doctor import run_checks, settings_report
from api.errors import SettingError
from api.settings import Settings, load_settings
from provenance import Pki, StatementSigner, errors
from provenance.pkcs11_keys import P256, Pkcs11Keys


def keys(module: Path, token: str = "selvage", pin: str = softhsm.PIN, key: str | None = None) -> Pkcs11Keys:
    return Pkcs11Keys(module, token, lambda: pin, key)


@contextmanager
def opened(library: Path) -> Iterator[Any]:
    """A session beside that of our own code, logged in as it is."""
    with suppress(errors.KeyHolderError):
        keys(library).public_key("pkcs11:object=nobody")
    import pkcs11

    with pkcs11.lib(str(library)).get_token(token_label="selvage").open(rw=True) as session:
        yield session


def labelled(library: Path, label: str, curve: bytes = P256, **template: bool) -> None:
    """A key that somebody else made in the token."""
    import pkcs11

    kept = {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}
    kept.update({pkcs11.Attribute[name]: value for name, value in template.items()})
    with opened(library) as session:
        given = {pkcs11.Attribute.EC_PARAMS: curve}
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC, given, local=True)
        signs = pkcs11.MechanismFlag.SIGN | pkcs11.MechanismFlag.VERIFY
        parameters.generate_keypair(label=label, store=True, capabilities=signs, private_template=kept)


def test_the_private_key_cannot_be_read_out(token_library: Path) -> None:
    import pkcs11

    held = keys(token_library)
    name = held.make()
    with opened(token_library) as session:
        private = session.get_key(
            pkcs11.ObjectClass.PRIVATE_KEY, label=name.split("object=")[1].split(";")[0]
        )
        for attribute in ("SENSITIVE", "ALWAYS_SENSITIVE", "NEVER_EXTRACTABLE", "LOCAL"):
            assert private[pkcs11.Attribute[attribute]] is True
        assert private[pkcs11.Attribute.EXTRACTABLE] is False
        with pytest.raises(pkcs11.AttributeSensitive):
            private[pkcs11.Attribute.VALUE]


def test_a_key_that_stands_in_the_token_gets_a_certificate_until_it_is_revoked(
    token_library: Path, tmp_path: Path
) -> None:
    labelled(token_library, "ceremony 2026")
    held = keys(token_library, key="ceremony 2026")
    made = Pki.create(tmp_path / "pki", "Studio 7 Test", holder=held)
    assert made.signer_key.name == "pkcs11:token=selvage;object=ceremony%202026;type=private"
    again = Pki.renew(made.folder, holder=held)
    assert again.signer_key.public_key() == made.signer_key.public_key()
    before = sorted(path.name for path in made.folder.iterdir())
    with pytest.raises(errors.KeyHolderError, match="is revoked, so it gets no other"):
        Pki.revoke(made.folder, holder=held)
    assert sorted(path.name for path in made.folder.iterdir()) == before
    labelled(token_library, "ceremony 2027")
    fresh = Pki.revoke(made.folder, holder=keys(token_library, key="ceremony 2027"))
    with pytest.raises(errors.KeyHolderError, match="is revoked"):
        Pki.renew(made.folder, holder=held)
    assert Pki.load(made.folder).chain_pem == fresh.chain_pem
    StatementSigner(fresh).sign(b"{}")


def test_a_key_that_does_not_fit_is_refused(token_library: Path, tmp_path: Path) -> None:
    labelled(token_library, "leaks", EXTRACTABLE=True)
    labelled(token_library, "larger", bytes.fromhex("06052b81040022"))
    for _ in range(2):
        labelled(token_library, "twins")
    wrong = {
        "leaks": "may leave its token",
        "larger": "no key on P-256",
        "twins": "holds 2 private keys",
        "nowhere": "holds 0 private keys",
    }
    for label, why in wrong.items():
        with pytest.raises(errors.KeyHolderError, match=why):
            Pki.create(tmp_path / "pki", "Studio 7 Test", holder=keys(token_library, key=label))
    assert not list(tmp_path.iterdir())


def test_what_is_wrong_with_token_and_library_is_named(token_library: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.so"
    text.write_text("no library")
    cases = {
        "SELVAGE_PKCS11_TOKEN": keys(token_library, token="elsewhere"),
        "there is no such library": keys(tmp_path / "none.so"),
        "is no PKCS#11 library": keys(text),
    }
    for why, held in cases.items():
        with pytest.raises(errors.KeyHolderError, match=why):
            held.make()
    with pytest.raises(errors.KeyHolderError, match="no PKCS#11 URI"):
        keys(token_library).sign("somewhere", b"")


def test_a_refused_pin_is_not_sent_again(token_library: Path) -> None:
    asked: list[int] = []

    def wrong() -> str:
        asked.append(1)
        return "161803"

    held = Pkcs11Keys(token_library, "other", wrong)
    for _ in range(3):
        with pytest.raises(errors.KeyHolderError, match="refused the PIN") as caught:
            held.make()
        assert "161803" not in str(caught.value)
    assert len(asked) == 1


def test_a_session_that_the_token_ended_is_opened_again(token_library: Path) -> None:
    held = keys(token_library)
    name = held.make()
    held.sign(name, b"first")
    held._session._session.close()
    assert held.sign(name, b"second")
    held.forget(name)
    with pytest.raises(errors.KeyHolderError, match="holds 0 private keys"):
        held.sign(name, b"third")


def test_a_fork_opens_a_session_of_its_own(token_library: Path, tmp_path: Path) -> None:
    held = keys(token_library)
    name = held.make()
    held.sign(name, b"parent")
    child = os.fork()
    if child == 0:
        (tmp_path / "signed").write_bytes(held.sign(name, b"child"))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert (tmp_path / "signed").read_bytes()
    assert held.sign(name, b"parent again")
    held.forget(name)


GONE = """
import shutil, sys
from pathlib import Path
import softhsm
from provenance import Pki, StatementSigner, errors
from provenance.pkcs11_keys import Pkcs11Keys

held = Pkcs11Keys(Path(sys.argv[1]), "studio", lambda: softhsm.PIN)
made = Pki.create(Path("pki"), "Studio 7 Test", holder=held)
signer = StatementSigner(made)
signer.sign(b"{}")
shutil.rmtree("hsm/tokens")
before = {path.name: path.read_bytes() for path in made.folder.iterdir()}
for change in (lambda: signer.sign(b"{}"), lambda: Pki.renew(made.folder, holder=held)):
    try:
        change()
    except errors.KeyHolderError as error:
        print(error)
assert {path.name: path.read_bytes() for path in made.folder.iterdir()} == before
"""


def test_a_token_that_is_gone_is_named_and_nothing_is_half_done(tmp_path: Path) -> None:
    module = softhsm.module()
    if module is None:
        pytest.skip(softhsm.MISSING)
    pytest.importorskip("pkcs11", reason="only the extra `pkcs11` has it")
    seen = {**os.environ, **softhsm.make_tokens(tmp_path / "hsm", "studio")}
    seen["PYTHONPATH"] = os.pathsep.join(each for each in sys.path if each)
    command = [sys.executable, "-c", GONE, str(module)]
    done = subprocess.run(command, env=seen, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.count("the token 'studio' did not do it") == 2


def test_the_commands_list_renew_and_revoke_in_the_token(
    token_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the settings in the environment and the PIN in a file."""
    pin = tmp_path / "pin"
    pin.write_text(softhsm.PIN + "\n")
    pin.chmod(0o600)
    given = {"MODULE": token_library, "TOKEN": "selvage", "PIN_FILE": pin}
    for name, value in given.items():
        monkeypatch.setenv(f"SELVAGE_PKCS11_{name}", str(value))
    monkeypatch.setenv("SELVAGE_KEYS_DIR", str(tmp_path / "keys"))
    Pki.create(tmp_path / "keys" / "pki", "Studio 7 Test")

    def said(*words: str) -> Any:
        done = CliRunner().invoke(commands, [*words, "--json"], standalone_mode=False)
        assert done.exception is None
        assert softhsm.PIN not in done.output
        return [each for each in json.loads(done.stdout) if each["for"] == "claims"]

    (only,) = said("list")
    assert only["key"] == "file"
    _first, second = said("renew")
    assert second["in_use"]
    assert second["key"].startswith("pkcs11:token=selvage;object=selvage-claim-")
    told = said("revoke")
    assert [each["revoked_at"] is not None for each in told] == [False, True, False]
    assert len({each["key"] for each in told}) == 3
    monkeypatch.delenv("SELVAGE_PKCS11_MODULE")
    for command in ("renew", "revoke"):
        done = CliRunner().invoke(commands, [command], standalone_mode=False)
        assert isinstance(done.exception, errors.KeyHolderError)
        assert "--to-file" in str(done.exception)
    assert said("list") == told
    assert said("revoke", "--serial", told[0]["serial"])[2] == told[2]
    monkeypatch.setenv("SELVAGE_PKCS11_MODULE", str(tmp_path / "lost.so"))
    told = said("revoke", "--to-file")
    assert [each["revoked_at"] is not None for each in told] == [True, True, True, False]
    assert (told[3]["key"], told[3]["in_use"]) == ("file", True)


def settings(folder: Path, **values: Any) -> Settings:
    return load_settings(data=folder / "data", **values)


def test_settings_that_do_not_fit_are_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from api.claim_keys import check_pin, claim_keys, key_holder

    loose, empty = tmp_path / "loose", tmp_path / "empty"
    loose.write_text("1234")
    loose.chmod(0o644)
    empty.touch(0o600)
    module = {"pkcs11_module": tmp_path / "module.so"}
    with pytest.raises(SettingError, match="SELVAGE_PKCS11_TOKEN"):
        key_holder(settings(tmp_path, **module))
    for pins in ({}, {"pkcs11_pin": "1", "pkcs11_pin_file": loose}):
        with pytest.raises(SettingError, match="SELVAGE_PKCS11_PIN"):
            key_holder(settings(tmp_path, **module, pkcs11_token="a", **pins))
    (tmp_path / "module.so").touch()
    for path, why in ((loose, "chmod 600"), (empty, "is empty"), (tmp_path / "none", "cannot be read")):
        held = key_holder(settings(tmp_path, **module, pkcs11_token="a", pkcs11_pin_file=path))
        assert isinstance(held, Pkcs11Keys)
        with pytest.raises(errors.KeyHolderError, match="the log says why") as caught:
            held._pin()
        assert str(path) not in str(caught.value)
        assert why in caplog.records[-1].message
        assert str(path) in caplog.records[-1].message
        with pytest.raises(SettingError, match=why):
            check_pin(settings(tmp_path, **module, pkcs11_token="a", pkcs11_pin_file=path))
    assert key_holder(settings(tmp_path)) is None
    check_pin(settings(tmp_path))
    assert not (tmp_path / "data").exists()
    claim_keys(settings(tmp_path))
    report = {
        each.name: each.value for each in settings_report(settings(tmp_path, pkcs11_pin="1"), frozenset())
    }
    assert report["SELVAGE_PKCS11_PIN"] == "(hidden)"


@pytest.mark.parametrize("command", [serve, worker])
def test_a_pin_that_cannot_be_read_is_said_at_the_start(
    command: click.Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pin").touch(0o644)
    given = {"PKCS11_MODULE": "none.so", "PKCS11_TOKEN": "a", "PKCS11_PIN_FILE": "pin", "DATA": "data"}
    for name, value in given.items():
        monkeypatch.setenv(f"SELVAGE_{name}", str(tmp_path / value) if name != "PKCS11_TOKEN" else value)
    done = CliRunner().invoke(command, [], standalone_mode=False)
    assert isinstance(done.exception, SettingError)
    assert "chmod 600" in str(done.exception)


def test_the_doctor_has_the_token_sign(token_library: Path, tmp_path: Path) -> None:
    def told(**values: Any) -> tuple[bool | None, str]:
        checks = {each.name: each for each in run_checks(settings(tmp_path, **values))}
        return checks["claim key"].ok, checks["claim key"].detail

    given = {"pkcs11_module": token_library, "pkcs11_token": "selvage", "pkcs11_pin": softhsm.PIN}
    assert told(**given)[0] is None
    folder = tmp_path / "data" / "keys" / "pki"
    Pki.create(folder, "Studio 7 Test")
    assert told()[0] is None
    assert told(**given) == (False, "the claim key in use is a file still; run selvage keys renew")
    made = Pki.renew(folder, holder=keys(token_library))
    assert told(**given) == (True, f"signs at {made.signer_key.name}")
    assert told()[0] is False
