"""Signing: real keys, real authorities, and what happens when one of them fails."""

from __future__ import annotations

import copy
import datetime as dt
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from provenance import ClaimSigner, Pki, Trust, errors, serve_tsa, verify

PNG = "image/png"
Encode = Callable[[int, str], bytes]
ClaimFor = Callable[[str], dict[str, Any]]


@pytest.fixture
def image(encode: Encode) -> bytes:
    return encode(1, PNG)


@pytest.fixture
def claim(claim_for: ClaimFor) -> dict[str, Any]:
    return copy.deepcopy(claim_for(PNG))


@pytest.fixture
def broken_tsa(request: pytest.FixtureRequest) -> Iterator[str]:
    """An authority that answers every request with the parameter: (status, body)."""
    status, body = request.param

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def file_key(pki: Pki) -> Callable[[bytes], bytes]:
    return lambda message: pki.signer_key.sign(message, ec.ECDSA(hashes.SHA256()))


def test_the_source_is_left_alone(signer: ClaimSigner, image: bytes, claim: dict[str, Any]) -> None:
    before, claimed = bytes(image), copy.deepcopy(claim)
    assert signer.sign(image, PNG, claim) != before
    assert (image, claim) == (before, claimed)


def test_an_unreachable_authority_is_named(pki: Pki, image: bytes, claim: dict[str, Any]) -> None:
    with serve_tsa(pki) as gone:
        url = gone.url
    with pytest.raises(errors.TimeStampError, match=url):
        ClaimSigner.from_pki(pki, url).sign(image, PNG, claim)


@pytest.mark.parametrize(
    "broken_tsa",
    [(200, b""), (200, b"hello"), (503, b""), (200, bytes.fromhex("30093007020102030202 04"))],
    indirect=True,
)
def test_an_authority_that_answers_badly_is_named(
    broken_tsa: str, pki: Pki, image: bytes, claim: dict[str, Any]
) -> None:
    with pytest.raises(errors.TimeStampError, match=broken_tsa):
        ClaimSigner.from_pki(pki, broken_tsa).sign(image, PNG, claim)


def test_an_authority_nobody_trusts_is_refused(
    pki: Pki, foreign_pki: Pki, image: bytes, claim: dict[str, Any]
) -> None:
    with serve_tsa(foreign_pki) as foreign, pytest.raises(errors.TimeStampError, match="vouches"):
        ClaimSigner.from_pki(pki, foreign.url).sign(image, PNG, claim)


@pytest.mark.parametrize("url", ["", "ftp://x", "http://", "127.0.0.1:80"])
def test_a_bad_authority_address_is_refused_at_once(pki: Pki, url: str) -> None:
    with pytest.raises(errors.TimeStampError, match="tsa_url"):
        ClaimSigner.from_pki(pki, url)


def test_what_the_key_service_said_is_kept(
    pki: Pki, tsa_url: str, image: bytes, claim: dict[str, Any]
) -> None:
    def refuse(message: bytes) -> bytes:
        raise PermissionError("access denied by the key service")

    with pytest.raises(errors.SigningError, match="access denied by the key service") as caught:
        ClaimSigner(refuse, pki.chain_pem, pki.trust, tsa_url).sign(image, PNG, claim)
    assert isinstance(caught.value.__cause__, PermissionError)


def test_a_signature_that_is_not_der_is_refused(
    pki: Pki, tsa_url: str, image: bytes, claim: dict[str, Any]
) -> None:
    with pytest.raises(errors.SigningError, match="sign_bytes"):
        ClaimSigner(lambda message: b"xx", pki.chain_pem, pki.trust, tsa_url).sign(image, PNG, claim)


def test_the_wrong_key_never_gets_out(
    pki: Pki, foreign_pki: Pki, tsa_url: str, image: bytes, claim: dict[str, Any]
) -> None:
    with pytest.raises(errors.SigningError):
        ClaimSigner(file_key(foreign_pki), pki.chain_pem, pki.trust, tsa_url).sign(image, PNG, claim)


def test_a_chain_that_trust_does_not_cover_never_gets_out(
    pki: Pki, foreign_pki: Pki, tsa_url: str, image: bytes, claim: dict[str, Any]
) -> None:
    trust = Trust(pki.root_pem, pki.tsa_root_pem)
    with pytest.raises(errors.SigningError, match=r"signingCredential\.untrusted"):
        ClaimSigner(file_key(foreign_pki), foreign_pki.chain_pem, trust, tsa_url).sign(image, PNG, claim)


def test_a_self_signed_certificate_never_gets_out(
    pki: Pki, tsa_url: str, image: bytes, claim: dict[str, Any]
) -> None:
    key, chain = self_signed()
    signer = ClaimSigner(lambda m: key.sign(m, ec.ECDSA(hashes.SHA256())), chain, pki.trust, tsa_url)
    with pytest.raises(errors.SigningError):
        signer.sign(image, PNG, claim)


def self_signed() -> tuple[ec.EllipticCurvePrivateKey, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Impostor")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.PEM).decode()


def test_a_chain_without_a_certificate_is_refused_at_once(pki: Pki, tsa_url: str) -> None:
    with pytest.raises(errors.KeyMaterialError, match="chain_pem"):
        ClaimSigner(file_key(pki), "nothing", pki.trust, tsa_url)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_truncated_image_is_not_signed(
    signer: ClaimSigner, image: bytes, claim: dict[str, Any], share: float
) -> None:
    with pytest.raises(errors.MediaError):
        signer.sign(image[: int(len(image) * share)], PNG, claim)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"hello"])
def test_what_is_no_image_is_not_signed(signer: ClaimSigner, claim: dict[str, Any], data: bytes) -> None:
    with pytest.raises(errors.MediaError, match="mime"):
        signer.sign(data, PNG, claim)


def test_a_claim_for_another_format_is_not_signed(
    signer: ClaimSigner, encode: Encode, claim: dict[str, Any]
) -> None:
    with pytest.raises(errors.ClaimError, match="manifest/format"):
        signer.sign(encode(1, "image/jpeg"), "image/jpeg", claim)


def test_a_signed_image_is_not_signed_again(
    signer: ClaimSigner, signed_png: bytes, claim: dict[str, Any]
) -> None:
    with pytest.raises(errors.MediaError, match="already carries"):
        signer.sign(signed_png, PNG, claim)


def test_a_claim_altered_after_it_was_built_is_not_signed(
    signer: ClaimSigner, image: bytes, claim: dict[str, Any]
) -> None:
    claim["manifest"]["assertions"][0]["data"]["actions"][0]["digitalSourceType"] = "http://nope/x"
    with pytest.raises(errors.ClaimError, match="digitalSourceType"):
        signer.sign(image, PNG, claim)


def test_threads_share_a_signer(signer: ClaimSigner, pki: Pki, encode: Encode, claim: dict[str, Any]) -> None:
    with ThreadPoolExecutor(4) as pool:
        signed = list(pool.map(lambda seed: signer.sign(encode(seed, PNG), PNG, claim), range(12)))
    assert len({verify(each, PNG, pki.trust).manifest_label for each in signed}) == 12


def test_threads_keep_their_own_failures(pki: Pki, tsa_url: str, image: bytes, claim: dict[str, Any]) -> None:
    def sometimes(message: bytes) -> bytes:
        if threading.current_thread().name.endswith("_0"):
            raise PermissionError("only this thread")
        return file_key(pki)(message)

    def attempt(_: int) -> bool:
        failing = threading.current_thread().name.endswith("_0")
        try:
            shared.sign(image, PNG, claim)
        except errors.SigningError as error:
            return failing and "only this thread" in str(error)
        return not failing

    shared = ClaimSigner(sometimes, pki.chain_pem, pki.trust, tsa_url)
    with ThreadPoolExecutor(3) as pool:
        assert all(pool.map(attempt, range(12)))


def test_an_expired_signer_stays_trusted_but_signs_no_more(
    tmp_path: Path, image: bytes, claim: dict[str, Any], foreign_pki: Pki
) -> None:
    year_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=365)
    pki = Pki.create(tmp_path / "pki", "Expiring", now=year_ago + dt.timedelta(seconds=6))
    expiry = x509.load_pem_x509_certificate(pki.chain_pem.encode()).not_valid_after_utc
    with serve_tsa(pki) as tsa:
        signer = ClaimSigner.from_pki(pki, tsa.url)
        signed = signer.sign(image, PNG, claim)
        time.sleep((expiry - dt.datetime.now(dt.UTC)).total_seconds() + 1)
        assert verify(signed, PNG, pki.trust).state == "Trusted"
        with pytest.raises(errors.SignerExpiredError, match="renew"):
            signer.sign(image, PNG, claim)
        renewed = ClaimSigner.from_pki(Pki.renew(tmp_path / "pki"), tsa.url).sign(image, PNG, claim)
    assert verify(renewed, PNG, pki.trust).state == "Trusted"
    with pytest.raises(errors.NotTrustedError) as caught:
        verify(signed, PNG, Trust(pki.root_pem, foreign_pki.tsa_root_pem))
    assert "signingCredential.expired" in caught.value.diagnostics["failures"]


def in_a_child(work: Callable[[], str]) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, work().encode())
        except BaseException as error:  # noqa: BLE001  # the child must never return into pytest
            os.write(writer, repr(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as stream:
        return stream.read()


def test_a_forked_child_verifies_and_says_why_it_cannot_sign(
    signer: ClaimSigner, signed_png: bytes, pki: Pki, image: bytes, claim: dict[str, Any]
) -> None:
    def attempt() -> str:
        try:
            signer.sign(image, PNG, claim)
        except errors.SigningError as error:
            return str(error)
        return "signed"

    assert in_a_child(lambda: verify(signed_png, PNG, pki.trust).asset_id).startswith("urn:uuid:")
    assert "forked" in in_a_child(attempt)


SIGN = """
import json, os, sys
from pathlib import Path
from provenance import ClaimSigner, Pki, verify
keys, url, image, claim = sys.argv[1:]
pki = Pki.load(Path(keys))
signer = ClaimSigner.from_pki(pki, url)
data, claim = Path(image).read_bytes(), json.loads(Path(claim).read_text())

def sign():
    return verify(signer.sign(data, "image/png", claim), "image/png", pki.trust).state == "Trusted"
"""
FORK_FIRST = """
children = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        os._exit(0 if sign() else 1)
    children.append(child)
sys.exit(max(os.waitpid(child, 0)[1] for child in children))
"""


@pytest.fixture
def in_a_fresh_process(
    pki: Pki, tsa_url: str, image: bytes, claim: dict[str, Any], tmp_path: Path
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a script that has `sign()` at hand, with extra environment variables."""
    (tmp_path / "tile.png").write_bytes(image)
    (tmp_path / "claim.json").write_text(json.dumps(claim))
    arguments = [str(pki.folder), tsa_url, str(tmp_path / "tile.png"), str(tmp_path / "claim.json")]

    def run(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", SIGN + script, *arguments]
        root, env = Path(__file__).parents[3], {**os.environ, **environment}
        return subprocess.run(
            command, cwd=root, env=env, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_children_forked_before_the_first_signature_sign(
    in_a_fresh_process: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = in_a_fresh_process(FORK_FIRST)
    assert done.returncode == 0, done.stderr


def test_a_proxy_does_not_come_between_us_and_our_own_authority(
    in_a_fresh_process: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    nowhere = "http://127.0.0.1:9"
    done = in_a_fresh_process("sys.exit(not sign())", HTTP_PROXY=nowhere, http_proxy=nowhere, NO_PROXY="")
    assert done.returncode == 0, done.stderr
