"""Keys are made once, whole or not at all, readable by their owner only, and checked when read."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from provenance import Pki, Trust, key_folder
from provenance.errors import KeyMaterialError
from provenance.revocation import read_list


def certificates(pem: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(pem.encode())


def test_the_chains_lead_to_their_own_roots(pki: Pki) -> None:
    leaf, intermediate = certificates(pki.chain_pem)
    (root,), (tsa_root,) = certificates(pki.root_pem), certificates(pki.tsa_root_pem)
    (tsa,) = certificates(pki.tsa_chain_pem)
    leaf.verify_directly_issued_by(intermediate)
    intermediate.verify_directly_issued_by(root)
    tsa.verify_directly_issued_by(tsa_root)
    assert root.public_key() != tsa_root.public_key()


def test_the_claim_certificate_has_the_profile_verifiers_ask_for(pki: Pki) -> None:
    leaf = certificates(pki.chain_pem)[0]
    usages = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert {each.dotted_string for each in usages} == {
        "1.3.6.1.4.1.62558.2.1",
        ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string,
    }
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == "Studio 7 Test"
    assert leaf.public_key() == pki.signer_key.public_key()


def test_the_time_stamp_usage_is_alone_and_critical(pki: Pki) -> None:
    (tsa,) = certificates(pki.tsa_chain_pem)
    extension = tsa.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert extension.critical
    assert list(extension.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def test_the_identity_has_the_profile_cawg_asks_for_and_lasts_as_long_as_its_issuer(pki: Pki) -> None:
    assert pki.identity is not None
    leaf, issuer = certificates(pki.identity.chain_pem)
    leaf.verify_directly_issued_by(issuer)
    usages = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [each.dotted_string for each in usages] == ["1.3.6.1.5.5.7.3.36"]
    assert leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == "Studio 7 Test"
    assert leaf.not_valid_after_utc == issuer.not_valid_after_utc
    assert leaf.public_key() == pki.identity.key.public_key() != pki.signer_key.public_key()


def of_before(folder: Path) -> None:
    """Make a folder look like one from before claims named the studio."""
    index = json.loads((folder / "pki.json").read_text())
    name = index["current"].pop("identity")
    for each in (f"{name}.pem", f"{name}.key"):
        del index["sha256"][each]
        (folder / each).unlink()
    (folder / "pki.json").write_text(json.dumps(index))


def test_a_folder_of_before_gets_an_identity_and_keeps_the_rest(tmp_path: Path) -> None:
    made = Pki.create(tmp_path / "pki", "One")
    of_before(made.folder)
    assert Pki.load(made.folder).identity is None
    again = Pki.create(made.folder, "One")
    assert again.identity is not None
    assert (again.chain_pem, again.tsa_chain_pem, again.trust) == (
        made.chain_pem,
        made.tsa_chain_pem,
        made.trust,
    )
    kept = Pki.create(made.folder, "One").identity
    assert kept is not None
    assert kept.chain_pem == again.identity.chain_pem


def test_a_folder_of_before_whose_keys_are_offline_goes_on_without(tmp_path: Path) -> None:
    made = Pki.create(tmp_path / "pki", "One")
    of_before(made.folder)
    (made.folder / "intermediate.key").rename(tmp_path / "intermediate.key")
    assert Pki.create(made.folder, "One").identity is None
    (tmp_path / "intermediate.key").rename(made.folder / "intermediate.key")
    assert Pki.renew(made.folder).identity is not None


def test_an_identity_is_revoked_and_replaced_alone(tmp_path: Path) -> None:
    made = Pki.create(tmp_path / "pki", "One")
    assert made.identity is not None
    serial = made.identity.certificate.serial_number
    after = Pki.revoke(made.folder, serial)
    assert set(read_list(after.crl_pem, after.root_pem)) == {serial}
    assert after.identity is not None
    assert after.identity.certificate.serial_number != serial
    assert after.chain_pem == made.chain_pem


def test_keys_are_readable_by_their_owner_only(pki: Pki) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in pki.folder.iterdir()}
    assert len(modes) == 13
    assert set(modes.values()) == {0o600}
    assert pki.folder.stat().st_mode & 0o777 == 0o700


def test_creating_again_loads_what_is_there(tmp_path: Path) -> None:
    first = Pki.create(tmp_path / "pki", "One")
    second = Pki.create(tmp_path / "pki", "Two")
    assert first.chain_pem == second.chain_pem
    assert first.trust == second.trust == Trust(first.root_pem, first.tsa_root_pem)


def test_nothing_is_left_beside_the_folder(tmp_path: Path) -> None:
    Pki.create(tmp_path / "pki", "One")
    assert [path.name for path in tmp_path.iterdir()] == ["pki"]


def test_a_half_written_folder_is_kept_aside_and_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "pki"
    folder.mkdir()
    (folder / "root.key").write_text("half a key")
    pki = Pki.create(folder, "One")
    assert Pki.load(folder).root_pem == pki.root_pem
    (aside,) = [path for path in tmp_path.iterdir() if ".incomplete-" in path.name]
    assert (aside / "root.key").read_text() == "half a key"


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(KeyMaterialError, match=r"thesis\.txt"):
        Pki.create(tmp_path, "One")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_complete_folder_with_a_file_missing_is_never_replaced(tmp_path: Path) -> None:
    pki = Pki.create(tmp_path / "pki", "One")
    (pki.folder / "root.pem").unlink()
    with pytest.raises(KeyMaterialError, match=r"root\.pem: missing"):
        Pki.create(tmp_path / "pki", "One")
    assert not (pki.folder / "root.pem").exists()


def key_file(folder: Path) -> Path:
    (path,) = folder.glob("signer-*.key")
    return path


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    folder = Pki.create(tmp_path / "pki", "One").folder
    key_file(folder).unlink()
    with pytest.raises(KeyMaterialError, match=r"signer-.*\.key: missing"):
        Pki.load(folder)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_key_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    folder = Pki.create(tmp_path / "pki", "One").folder
    key_file(folder).chmod(mode)
    with pytest.raises(KeyMaterialError, match="chmod 600"):
        Pki.load(folder)


@pytest.mark.parametrize("pattern", ["signer-*.key", "root.pem", "intermediate.pem", "tsa-*.pem", "root.key"])
def test_an_altered_file_is_named(tmp_path: Path, pattern: str) -> None:
    folder = Pki.create(tmp_path / "pki", "One").folder
    path = next(iter(sorted(folder.glob(pattern))))
    path.write_text(path.read_text().replace("A", "B", 1))
    with pytest.raises(KeyMaterialError, match=f"{path.name}: altered"):
        Pki.load(folder)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    folder = Pki.create(tmp_path / "pki", "One").folder
    (folder / "root.pem").write_bytes(b"\xff\xfe")
    with pytest.raises(KeyMaterialError, match=r"root\.pem: cannot be read"):
        Pki.load(folder)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"current": 1, "sha256": {}}', '{"current": {}, "sha256": {}}']
)
def test_a_broken_index_is_named(tmp_path: Path, text: str) -> None:
    folder = Pki.create(tmp_path / "pki", "One").folder
    (folder / "pki.json").write_text(text)
    with pytest.raises(KeyMaterialError, match=r"pki\.json"):
        Pki.load(folder)


def test_an_index_cannot_point_outside_the_folder(tmp_path: Path) -> None:
    folder = Pki.create(tmp_path / "pki", "One").folder
    index = json.loads((folder / "pki.json").read_text())
    index["current"]["signer"] = "../elsewhere/signer"
    (folder / "pki.json").write_text(json.dumps(index))
    with pytest.raises(KeyMaterialError):
        Pki.load(folder)


def test_there_is_nothing_to_load_before_creation(tmp_path: Path) -> None:
    with pytest.raises(KeyMaterialError, match="create the keys first"):
        Pki.load(tmp_path / "pki")


@pytest.mark.parametrize("organisation", ["", "   ", "x" * 65, "two\nlines"])
def test_a_bad_organisation_leaves_nothing_behind(tmp_path: Path, organisation: str) -> None:
    with pytest.raises(KeyMaterialError, match="organisation"):
        Pki.create(tmp_path / "pki", organisation)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def disk_full_on_third_write(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []
    write = key_folder._write

    def failing(path: Path, text: str) -> None:
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        written.append(path)
        write(path, text)

    monkeypatch.setattr(key_folder, "_write", failing)


@pytest.mark.usefixtures("disk_full_on_third_write")
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyMaterialError, match="No space left on device"):
        Pki.create(tmp_path / "pki", "One")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_while_renewing_keeps_the_keys_in_use(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = Pki.create(tmp_path / "pki", "One")
    request.getfixturevalue("disk_full_on_third_write")
    with pytest.raises(KeyMaterialError, match="No space left on device"):
        Pki.renew(before.folder)
    assert len(list(before.folder.iterdir())) == 13
    assert Pki.load(before.folder).chain_pem == before.chain_pem


def test_authority_keys_may_be_kept_offline(tmp_path: Path) -> None:
    folder = Pki.create(tmp_path / "pki", "One").folder
    for name in ("root.key", "intermediate.key", "tsa-root.key"):
        (folder / name).unlink()
    assert Pki.load(folder).chain_pem
    with pytest.raises(KeyMaterialError, match=r"intermediate\.key: missing"):
        Pki.renew(folder)


def test_renewing_keeps_the_roots_and_the_old_files(tmp_path: Path) -> None:
    before = Pki.create(tmp_path / "pki", "One", now=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    after = Pki.renew(before.folder)
    assert after.trust == before.trust
    assert after.chain_pem != before.chain_pem
    assert len(list(before.folder.glob("signer-*.key"))) == 2
    assert Pki.load(before.folder).chain_pem == after.chain_pem


def create_root(folder: str) -> str:
    return Pki.create(Path(folder), "Race").root_pem


def test_processes_that_create_at_once_agree(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        roots = pool.map(create_root, [str(tmp_path / "pki")] * 3)
    assert len(set(roots)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pki"]
