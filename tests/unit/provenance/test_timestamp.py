"""Time-stamps by RFC 3161, checked from the standard and, where present, by OpenSSL."""

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
import shutil
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core, pem, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provenance import Pki, TimeStampAuthority, serve_tsa

NOW = dt.datetime(2026, 11, 21, 3, 0, 0, tzinfo=dt.UTC)
DIGEST = hashlib.sha256(b"what existed").digest()


def request(**changes: Any) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST}
    fields = {"version": "v1", "message_imprint": imprint, "nonce": 4711, "cert_req": True}
    return bytes(tsp.TimeStampReq({**fields, **changes}).dump())


def token(response_der: bytes) -> Any:
    response = tsp.TimeStampResp.load(response_der)
    assert response["status"]["status"].native == "granted"
    return response["time_stamp_token"]["content"]


def fail_info(response_der: bytes) -> set[str]:
    status = tsp.PKIStatusInfo.load(core.Sequence.load(response_der).contents)
    assert status["status"].native == "rejection"
    reasons: set[str] = status["fail_info"].native
    return reasons


@pytest.fixture(scope="module")
def authority(pki: Pki) -> TimeStampAuthority:
    return TimeStampAuthority(pki)


def test_the_token_states_digest_time_serial_and_nonce(authority: TimeStampAuthority) -> None:
    info = token(authority.respond(request(), NOW, 99))["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == DIGEST
    assert info["gen_time"].native == NOW
    assert info["serial_number"].native == 99
    assert info["nonce"].native == 4711


def test_the_same_request_gets_the_same_answer(authority: TimeStampAuthority) -> None:
    assert authority.respond(request(), NOW, 1) == authority.respond(request(), NOW, 1)
    assert authority.respond(request(), NOW, 1) != authority.respond(request(), NOW, 2)


def test_the_signature_covers_the_token_by_the_published_certificate(
    authority: TimeStampAuthority, pki: Pki
) -> None:
    signed = token(authority.respond(request(), NOW, 1))
    (signer,) = signed["signer_infos"]
    attributes = {each["type"].native: each["values"][0] for each in signer["signed_attrs"]}
    content = signed["encap_content_info"]["content"].contents
    assert attributes["message_digest"].native == hashlib.sha256(content).digest()
    certificate = x509.Certificate.load(pem.unarmor(pki.tsa_chain_pem.encode())[2])
    named = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    assert named == hashlib.sha256(certificate.dump()).digest()
    tbs = signer["signed_attrs"].untag().dump()
    pki.tsa_key.public_key().verify(signer["signature"].native, tbs, ec.ECDSA(hashes.SHA256()))


def test_certificates_come_only_when_asked_for(authority: TimeStampAuthority) -> None:
    with_chain = token(authority.respond(request(), NOW, 1))
    without = token(authority.respond(request(cert_req=False), NOW, 1))
    assert len(with_chain["certificates"]) == 1
    assert without["certificates"].native is None


@pytest.mark.skipif(shutil.which("openssl") is None, reason="checked from the standard above")
def test_openssl_accepts_the_token(authority: TimeStampAuthority, pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "request").write_bytes(request())
    (tmp_path / "response").write_bytes(authority.respond(request(), dt.datetime.now(dt.UTC), 1))
    (tmp_path / "root.pem").write_text(pki.tsa_root_pem)
    command = ["openssl", "ts", "-verify", "-queryfile", "request", "-in", "response", "-CAfile", "root.pem"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"message_imprint": {"hash_algorithm": {"algorithm": "md5"}, "hashed_message": b"x" * 16}},
            "bad_alg",
        ),
        (
            {"message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"x"}},
            "bad_data_format",
        ),
        ({"req_policy": "1.2.3.4"}, "unaccepted_policy"),
        (
            {"extensions": [{"extn_id": "1.2.3.4", "critical": False, "extn_value": b"x"}]},
            "unaccepted_extensions",
        ),
    ],
)
def test_what_cannot_be_served_is_rejected_with_its_reason(
    authority: TimeStampAuthority, changes: dict[str, Any], reason: str
) -> None:
    assert fail_info(authority.respond(request(**changes), NOW, 1)) == {reason}


@pytest.mark.parametrize("data", [b"", b"hello", request()[:-3], request() + b"x"])
def test_what_is_no_request_is_rejected(authority: TimeStampAuthority, data: bytes) -> None:
    assert fail_info(authority.respond(data, NOW, 1)) == {"bad_data_format"}


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.integers(0, len(request()) - 1), to=st.integers(0, 255))
def test_no_altered_request_raises(authority: TimeStampAuthority, at: int, to: int) -> None:
    altered = request()[:at] + bytes([to]) + request()[at + 1 :]
    assert core.Sequence.load(authority.respond(altered, NOW, 1), strict=True).contents


def post(url: str, body: bytes) -> tuple[str, bytes]:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(urllib.request.Request(url, data=body), timeout=10) as answer:
        return answer.headers["Content-Type"], answer.read()


def test_it_is_served_on_loopback(pki: Pki) -> None:
    with serve_tsa(pki, clock=lambda: NOW) as service:
        assert urllib.parse.urlsplit(service.url).hostname == "127.0.0.1"
        kind, answer = post(service.url, request())
    assert kind == "application/timestamp-reply"
    assert token(answer)["encap_content_info"]["content"].parsed["gen_time"].native == NOW


def test_serials_do_not_repeat(pki: Pki) -> None:
    with serve_tsa(pki) as service:
        answers = [token(post(service.url, request())[1]) for _ in range(5)]
    serials = {each["encap_content_info"]["content"].parsed["serial_number"].native for each in answers}
    assert len(serials) == 5


def test_it_is_gone_when_the_block_ends(pki: Pki) -> None:
    with serve_tsa(pki) as service:
        pass
    with pytest.raises(OSError, match=r"refused"):
        post(service.url, request())


@pytest.mark.parametrize("length", ["1000000", "-1", "many", ""])
def test_an_unreasonable_length_is_refused(pki: Pki, length: str) -> None:
    with serve_tsa(pki) as service:
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(service.url).netloc, timeout=10)
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", length)
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()
