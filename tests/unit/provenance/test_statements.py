"""Signed statements: what holds is read, everything else is refused for its own reason."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from provenance import Pki, StatementSigner
from provenance.errors import (
    ExpiredStatementError,
    ForgedStatementError,
    KeyMaterialError,
    NotTrustedError,
    UnreadableStatementError,
)
from provenance.statements import KIND, MAX_BYTES, MAX_CERTIFICATES, verify

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
DAY = dt.timedelta(days=1)


def said(**changes: Any) -> bytes:
    """A payload that is good from now for a day."""
    times = {"decided_at": NOW.isoformat(), "valid_until": (NOW + DAY).isoformat()}
    return json.dumps({"outcome": "permit", **times, **changes}).encode()


def packed(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpacked(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def made_by(key: ec.EllipticCurvePrivateKey, header: Any, payload: bytes) -> str:
    """A JWS made without the library that verifies it."""
    text = f"{packed(header)}.{packed(payload)}"
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{packed(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


@pytest.fixture(scope="module")
def token(pki: Pki) -> str:
    return StatementSigner(pki).sign(said())


@pytest.fixture
def header(token: str) -> dict[str, Any]:
    found: dict[str, Any] = unpacked(token.split(".")[0])
    return found


def test_what_was_signed_is_read_back(pki: Pki, token: str) -> None:
    assert verify(token, pki.root_pem, NOW)["outcome"] == "permit"
    assert verify(f"{token}\n".encode(), pki.root_pem, NOW + DAY)["outcome"] == "permit"


def test_a_check_of_its_own_agrees(pki: Pki, token: str, header: dict[str, Any]) -> None:
    """RFC 7515 by hand: the certificate in the header verifies the bytes before the last dot."""
    signed, _, signature = token.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    leaf, issuer = (x509.load_der_x509_certificate(base64.b64decode(each)) for each in header["x5c"])
    key = leaf.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(der, signed.encode() + b"x", ec.ECDSA(hashes.SHA256()))
    leaf.verify_directly_issued_by(issuer)
    issuer.verify_directly_issued_by(x509.load_pem_x509_certificate(pki.root_pem.encode()))
    assert (header["alg"], header["typ"], set(header)) == ("ES256", KIND, {"alg", "typ", "kid", "x5c"})
    assert verify(made_by(pki.signer_key, header, said()), pki.root_pem, NOW)["outcome"] == "permit"


def test_what_was_altered_is_forged(pki: Pki, token: str, header: dict[str, Any]) -> None:
    first, second, third = token.split(".")
    stranger = ec.generate_private_key(ec.SECP256R1())
    for altered in (
        f"{first}.{packed(said(outcome='deny'))}.{third}",
        f"{packed({**header, 'kid': 'another'})}.{second}.{third}",
        f"{first}.{second}.{packed(b'0' * 64)}",
        f"{first}.{second}.{third[:-8]}",
        made_by(stranger, header, said()),
    ):
        with pytest.raises(ForgedStatementError):
            verify(altered, pki.root_pem, NOW)


@pytest.mark.parametrize("algorithm", ["none", "None", "", "HS256", "ES384", "RS256", None, 256])
def test_no_other_algorithm_is_heard(pki: Pki, token: str, header: dict[str, Any], algorithm: Any) -> None:
    text = f"{packed({**header, 'alg': algorithm})}.{token.split('.')[1]}"
    for secret in (pki.root_pem.encode(), b""):
        mac = hmac.HMAC(secret, hashes.SHA256())
        mac.update(text.encode())
        with pytest.raises(UnreadableStatementError, match="alg"):
            verify(f"{text}.{packed(mac.finalize())}", pki.root_pem, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"typ": "JWT"},
        {"crit": ["b64"]},
        {"jwk": {"kty": "EC"}},
        {"x5u": "https://example.org"},
        {"x5c": []},
        {"x5c": "MIIB"},
        {"x5c": ["?"]},
        {"x5c": ["MIIB"] * (MAX_CERTIFICATES + 1)},
        {"x5c": [7]},
    ],
)
def test_a_header_of_another_kind_is_unreadable(pki: Pki, header: dict[str, Any], change: Any) -> None:
    with pytest.raises(UnreadableStatementError):
        verify(made_by(pki.signer_key, {**header, **change}, said()), pki.root_pem, NOW)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: "no statement",
        lambda token: f"{token}.{token}",
        lambda token: "." + token,
        lambda token: token.replace(".", "=.", 1),
        lambda token: "é" + token,
        lambda token: "x" * (MAX_BYTES + 1),
        lambda token: f"{packed(b'[' * 50_000)}.{token.partition('.')[2]}",
        lambda token: f"{packed([1])}.{token.partition('.')[2]}",
    ],
)
def test_what_is_no_statement_is_unreadable(pki: Pki, token: str, spoil: Callable[[str], str]) -> None:
    with pytest.raises(UnreadableStatementError):
        verify(spoil(token), pki.root_pem, NOW)


def test_a_member_that_is_there_twice_is_refused(pki: Pki, token: str, header: dict[str, Any]) -> None:
    twice = json.dumps(header)[:-1].encode() + b', "alg": "ES256"}'
    with pytest.raises(UnreadableStatementError, match="twice"):
        verify(made_by(pki.signer_key, twice, said()), pki.root_pem, NOW)
    doubled = said()[:-1] + b', "outcome": "permit"}'
    with pytest.raises(UnreadableStatementError, match="twice"):
        verify(made_by(pki.signer_key, header, doubled), pki.root_pem, NOW)


def test_another_root_is_not_trusted(pki: Pki, token: str, tmp_path: Path) -> None:
    other = Pki.create(tmp_path / "other", "Studio 7 Test")
    for root in (other.root_pem, pki.tsa_root_pem):
        with pytest.raises(NotTrustedError, match="root"):
            verify(token, root, NOW)
    with pytest.raises(KeyMaterialError, match="PEM"):
        verify(token, "no certificate", NOW)


def test_who_may_not_issue_or_sign_claims_is_not_trusted(pki: Pki, header: dict[str, Any]) -> None:
    stamper = x509.load_pem_x509_certificate(pki.tsa_chain_pem.encode())
    der = base64.b64encode(stamper.public_bytes(serialization.Encoding.DER)).decode()
    stamped = made_by(pki.tsa_key, {**header, "x5c": [der]}, said())
    with pytest.raises(NotTrustedError, match="not one that signs claims"):
        verify(stamped, pki.tsa_root_pem, NOW)
    below = made_by(pki.signer_key, {**header, "x5c": [header["x5c"][0], *header["x5c"]]}, said())
    with pytest.raises(NotTrustedError, match="may not issue"):
        verify(below, pki.root_pem, NOW)


def test_a_statement_is_good_for_its_time(pki: Pki, token: str, header: dict[str, Any]) -> None:
    for moment in (NOW - dt.timedelta(seconds=1), NOW + DAY + dt.timedelta(seconds=1)):
        with pytest.raises(ExpiredStatementError, match="ask for a new decision"):
            verify(token, pki.root_pem, moment)
    with pytest.raises(NotTrustedError, match="not valid at"):
        verify(token, pki.root_pem, NOW + 400 * DAY)
    for times in ({"valid_until": None}, {"decided_at": "soon"}, {"valid_until": "2026-01-01T00:00:00"}):
        with pytest.raises(UnreadableStatementError, match="how long"):
            verify(StatementSigner(pki).sign(said(**times)), pki.root_pem, NOW)


def test_another_library_reads_what_was_signed(pki: Pki, token: str) -> None:
    from joserfc import jws
    from joserfc.jwk import ECKey
    from joserfc.jws import JWSRegistry

    registry = JWSRegistry(algorithms=["ES256"])
    registry.max_header_length = len(token)
    public = pki.signer_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    read = jws.deserialize_compact(token, ECKey.import_key(public), registry=registry)
    assert (read.payload, read.headers()["alg"]) == (said(), "ES256")


def test_a_key_on_another_curve_signs_nothing(pki: Pki) -> None:
    with pytest.raises(KeyMaterialError, match="P-256"):
        StatementSigner(replace(pki, signer_key=ec.generate_private_key(ec.SECP384R1())))
