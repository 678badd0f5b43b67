"""A claim certificate of an authority that is not ours: asked for, judged, put in use, revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from outside_ca import CLAIMS, OutsideCa, Wish, pem
from second_verifier import codes, second_opinion

from ledger.domain.errors import ProofError
from ledger.proving.roots import read_roots
from provenance import ClaimSigner, Pki, StatementSigner, Trust, errors, serve_tsa, statements, verify
from provenance.answers import install, request
from provenance.holders import KeyHolder
from provenance.outside import split
from provenance.pki import signers
from provenance.revocation import read_list

PNG = "image/png"
DAY = dt.timedelta(days=1)
Encode = Callable[[int, str], bytes]
ClaimFor = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def ca() -> OutsideCa:
    return OutsideCa()


@pytest.fixture
def ours(tmp_path: Path) -> Pki:
    return Pki.create(tmp_path / "pki", "Studio 7 Test")


def leaf(pki: Pki) -> x509.Certificate:
    return x509.load_pem_x509_certificates(pki.chain_pem.encode())[0]


def stranger_view(trust: Trust) -> Trust:
    """What somebody who knows no list of ours believes: each root, whole."""
    roots = split(trust.outside_pem)[1]
    return Trust(trust.root_pem + pem(*roots), trust.tsa_root_pem)


@pytest.mark.parametrize("new", [False, True])
@pytest.mark.parametrize("usages", [(CLAIMS,), (ExtendedKeyUsageOID.EMAIL_PROTECTION,)])
def test_two_verifiers_trust_old_files_and_new(
    ours: Pki, ca: OutsideCa, new: bool, usages: Any, encode: Encode, claim_for: ClaimFor
) -> None:
    image, claim = encode(1, PNG), claim_for(PNG)
    with serve_tsa(ours) as tsa:
        before = ClaimSigner.from_pki(ours, tsa.url).sign(image, PNG, claim)
        made = install(ours.folder, ca.chain(request(ours.folder, new=new), Wish(usages=usages)))
        after = ClaimSigner.from_pki(made, tsa.url).sign(image, PNG, claim)
        renewed = Pki.renew(ours.folder)
        last = ClaimSigner.from_pki(renewed, tsa.url).sign(image, PNG, claim)
    assert (leaf(made).public_key() == leaf(ours).public_key()) is not new
    assert leaf(made).issuer == ca.issuer.subject
    assert leaf(renewed).issuer == leaf(ours).issuer
    for signed in (before, after, last):
        assert verify(signed, PNG, renewed.trust).state == "Trusted"
        assert verify(signed, PNG, stranger_view(renewed.trust)).state == "Trusted"
        report = second_opinion(signed, PNG, stranger_view(renewed.trust))
        assert report["validation_state"] == "Trusted"
    with pytest.raises(errors.NotTrustedError):
        verify(after, PNG, ours.trust)
    assert second_opinion(after, PNG, ours.trust)["validation_state"] != "Trusted"
    assert set(signers(ours.folder)) == {each.serial_number for each in map(leaf, (ours, made, renewed))}


def test_another_customer_of_that_authority_is_not_the_house(
    ours: Pki, ca: OutsideCa, tmp_path: Path, encode: Encode, claim_for: ClaimFor
) -> None:
    rival = Pki.create(tmp_path / "rival", "Rival")
    theirs = install(rival.folder, ca.chain(request(rival.folder)))
    made = install(ours.folder, ca.chain(request(ours.folder)))
    with serve_tsa(made) as tsa:
        signer = ClaimSigner.from_pki(replace(theirs, tsa_root_pem=made.tsa_root_pem), tsa.url)
        forged = signer.sign(encode(1, PNG), PNG, claim_for(PNG))
    report = second_opinion(forged, PNG, stranger_view(made.trust))
    assert (report["validation_state"], codes(report, "failure")) == ("Trusted", [])
    with pytest.raises(errors.NotTrustedError):
        verify(forged, PNG, made.trust)


def test_statements_hold_by_the_list_and_not_by_that_root(ours: Pki, ca: OutsideCa, tmp_path: Path) -> None:
    rival = Pki.create(tmp_path / "rival", "Rival")
    theirs = install(rival.folder, ca.chain(request(rival.folder)))
    made = install(ours.folder, ca.chain(request(ours.folder)))
    now, listed = dt.datetime.now(dt.UTC), made.trust.outside_pem

    def said(pki: Pki, outside: str, at: dt.datetime) -> dict[str, Any]:
        token = StatementSigner(pki).sign(b"{}", statements.SEAL)
        return statements.verify(token, ours.root_pem, at, statements.SEAL, outside_pem=outside)

    assert said(made, listed, now) == said(ours, listed, now) == {}
    for pki, outside, at in ((made, "", now), (theirs, listed, now), (made, listed, now + 400 * DAY)):
        with pytest.raises(errors.NotTrustedError):
            said(pki, outside, at)
    roots = read_roots({**asdict(made.trust), "crl_pem": None})
    assert roots.trust == made.trust == read_roots(roots.to_dict()).trust
    for wrong in ("no certificate", 7, listed * 200):
        with pytest.raises(ProofError, match="outside_pem"):
            read_roots({**roots.to_dict(), "outside_pem": wrong})


def test_a_key_that_is_held_elsewhere(
    tmp_path: Path, holder: KeyHolder, ca: OutsideCa, encode: Encode, claim_for: ClaimFor
) -> None:
    kept = Pki.create(tmp_path / "pki", "Studio 7 Test", holder=holder)
    for new in (False, True):
        answer = ca.chain(request(kept.folder, new=new, holder=holder))
        with pytest.raises(errors.KeyHolderError, match="SELVAGE_PKCS11_MODULE"):
            install(kept.folder, answer)
        made = install(kept.folder, answer, holder=holder)
        assert not list(kept.folder.glob("*-*.key")) or {
            each.name.partition("-")[0] for each in kept.folder.glob("*-*.key")
        } == {"identity", "tsa"}
        with serve_tsa(made) as tsa:
            signed = ClaimSigner.from_pki(made, tsa.url).sign(encode(1, PNG), PNG, claim_for(PNG))
        assert verify(signed, PNG, made.trust).state == "Trusted"


def test_after_its_end_and_after_its_revocation(
    ours: Pki, ca: OutsideCa, encode: Encode, claim_for: ClaimFor
) -> None:
    now = dt.datetime.now(dt.UTC)
    made = install(ours.folder, ca.chain(request(ours.folder, new=True)))
    image, claim = encode(1, PNG), claim_for(PNG)
    with serve_tsa(made) as tsa:
        before = ClaimSigner.from_pki(made, tsa.url).sign(image, PNG, claim)
        late = ClaimSigner.from_pki(made, tsa.url, clock=lambda: now + 400 * DAY)
        with pytest.raises(errors.SignerExpiredError):
            late.sign(image, PNG, claim)
    revoked = Pki.revoke(made.folder, now=now + dt.timedelta(minutes=5))
    with serve_tsa(made, clock=lambda: now + dt.timedelta(minutes=10)) as tsa:
        after = ClaimSigner.from_pki(made, tsa.url).sign(image, PNG, claim)
    assert leaf(revoked).issuer == leaf(ours).issuer
    assert set(read_list(revoked.crl_pem, revoked.root_pem)) == {leaf(made).serial_number}
    (entry,) = x509.load_pem_x509_crl(revoked.crl_pem.encode())
    (named,) = entry.extensions.get_extension_for_class(x509.CertificateIssuer).value
    assert named.value == ca.issuer.subject
    assert verify(before, PNG, revoked.trust).state == "Trusted"
    with pytest.raises(errors.RevokedSignerError):
        verify(after, PNG, revoked.trust)
    for again in (ca.chain(request_of(made)), pem(leaf(made), ca.issuer, ca.root)):
        with pytest.raises(errors.KeyMaterialError, match="revoked"):
            install(ours.folder, again)


@pytest.mark.parametrize("first", [True, False], ids=["the other's", "our own"])
def test_every_certificate_of_a_stolen_key_is_revoked(ours: Pki, ca: OutsideCa, first: bool) -> None:
    """Whoever has the key could sign with any of them."""
    made = install(ours.folder, ca.chain(request(ours.folder)))
    named = leaf(made if first else ours).serial_number
    revoked = Pki.revoke(ours.folder, named)
    listed = read_list(revoked.crl_pem, revoked.root_pem)
    assert set(listed) == {leaf(made).serial_number, leaf(ours).serial_number}
    assert leaf(revoked).public_key() != leaf(ours).public_key()
    now = dt.datetime.now(dt.UTC)
    for stolen in (ours, made):
        token = StatementSigner(stolen).sign(b"{}", statements.SEAL)
        with pytest.raises(errors.RevokedSignerError):
            statements.verify(
                token, ours.root_pem, now, statements.SEAL, set(listed), outside_pem=made.outside_pem
            )


def request_of(pki: Pki) -> str:
    from provenance.outside import make_request

    return make_request(pki.signer_key, "Claim Signer", "Studio 7 Test")


def test_the_same_answer_again_changes_nothing(ours: Pki, ca: OutsideCa) -> None:
    answer = ca.answer(request(ours.folder))
    made = install(ours.folder, pem(answer, ca.issuer), pem(ca.root))
    files = sorted(made.folder.iterdir())
    assert install(ours.folder, pem(answer, ca.issuer, ca.root)).chain_pem == made.chain_pem
    assert sorted(made.folder.iterdir()) == files
    assert {each.stat().st_mode & 0o777 for each in files} == {0o600}


KNOWN: dict[str, Wish] = {
    "an alternative name": Wish(more=x509.SubjectAlternativeName([x509.DNSName("studio.example")])),
    "a policy": Wish(more=x509.CertificatePolicies([x509.PolicyInformation(CLAIMS, None)])),
    "no critical word": Wish(more=x509.OCSPNoCheck(), critical=False),
}


@pytest.mark.parametrize("known", KNOWN)
def test_what_is_put_in_use_signs(
    ours: Pki, ca: OutsideCa, known: str, encode: Encode, claim_for: ClaimFor
) -> None:
    made = install(ours.folder, ca.chain(request(ours.folder), KNOWN[known]))
    with serve_tsa(made) as tsa:
        signed = ClaimSigner.from_pki(made, tsa.url).sign(encode(1, PNG), PNG, claim_for(PNG))
    assert verify(signed, PNG, made.trust).state == "Trusted"


WRONG: dict[str, tuple[Wish, str]] = {
    "another key": (Wish(key=ec.generate_private_key(ec.SECP256R1()).public_key()), "no key that is here"),
    "for servers": (Wish(usages=(ExtendedKeyUsageOID.SERVER_AUTH,)), "extended key usage for claims"),
    "for nothing": (Wish(usages=None), "extended key usage for claims"),
    "for anything": (Wish(usages=(CLAIMS, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)), "must not have"),
    "for time too": (Wish(usages=(CLAIMS, ExtendedKeyUsageOID.TIME_STAMPING)), "must not have"),
    "no key usage": (Wish(key_usage=None), "digitalSignature"),
    "signs certificates": (Wish(key_usage={"digital_signature": True, "key_cert_sign": True}), "keyCertSign"),
    "an authority": (Wish(authority=True), "an authority's"),
    "nobody's": (Wish(organisation=None), "no organisation"),
    "of no issuer": (Wish(names_issuer=False), "key of its issuer"),
    "expired": (Wish(begin=-3 * DAY, end=-DAY), "is valid from"),
    "of unknown meaning": (Wish(more=x509.OCSPNoCheck()), "critical extension 1.3.6.1.5.5.7.48.1.5"),
    "of tomorrow": (Wish(begin=DAY), "is valid from"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_certificate_is_refused_and_nothing_changes(ours: Pki, ca: OutsideCa, wrong: str) -> None:
    wish, why = WRONG[wrong]
    refused(ours, ca.chain(request(ours.folder), wish), None, why)


def refused(ours: Pki, chain: str, root: str | None, why: str) -> None:
    files = {each.name: each.read_bytes() for each in ours.folder.iterdir()}
    with pytest.raises(errors.KeyMaterialError, match=why):
        install(ours.folder, chain, root)
    assert {each.name: each.read_bytes() for each in ours.folder.iterdir()} == files


@pytest.mark.parametrize(
    ("known", "other"),
    [("06072a8648ce3d0201", "06072a8648ce3d0209"), ("06052b81040022", "06052b81040079")],
    ids=["kind of key", "curve"],
)
def test_an_authority_with_a_key_that_nobody_knows_is_refused(
    ours: Pki, ca: OutsideCa, known: str, other: str
) -> None:
    der = ca.issuer.public_bytes(serialization.Encoding.DER)
    odd = x509.load_der_x509_certificate(der.replace(bytes.fromhex(known), bytes.fromhex(other), 1))
    answer = ca.answer(request(ours.folder))
    refused(ours, pem(answer, odd, ca.root), None, "chain: holds a certificate that cannot be read")


def test_a_wrong_chain_is_refused_and_nothing_changes(ours: Pki, ca: OutsideCa) -> None:
    asked = request(ours.folder)
    answer, other = ca.answer(asked), OutsideCa()
    taken = ca.answer(asked, Wish(serial=leaf(ours).serial_number))
    for chain, root, why in (
        ("no certificate", None, "no certificates in PEM"),
        (asked, None, "no certificates in PEM"),
        (pem(answer, ca.issuer), None, "--root"),
        (pem(answer, ca.issuer), "none", "root: holds no certificates"),
        (pem(answer, ca.issuer), pem(ca.root, other.root), "root alone"),
        (pem(answer, ca.issuer), pem(other.root), "was not issued by"),
        (pem(answer), pem(ca.root), "was not issued by"),
        (pem(answer), pem(ca.issuer), "is no root"),
        (pem(answer, other.issuer), pem(ca.root), "was not issued by"),
        (pem(ca.issuer, answer), pem(ca.root), "has to be the claim certificate"),
        (pem(answer, ca.root, ca.issuer), pem(ca.root), "was not issued by"),
        (pem(ca.root), None, "root alone"),
        (pem(taken, ca.issuer, ca.root), None, "serial number"),
        (pem(answer, *[ca.issuer] * 4), pem(ca.root), "more than 4"),
        (ours.chain_pem, ours.root_pem, "our own"),
        (pem(answer) * 300, pem(ca.root), "longer than"),
    ):
        refused(ours, chain, root, why)


def test_a_request_for_a_name_that_cannot_be(ours: Pki) -> None:
    for name in ("", " ", "a\nb", "a" * 65):
        with pytest.raises(errors.KeyMaterialError, match="name"):
            request(ours.folder, name)
