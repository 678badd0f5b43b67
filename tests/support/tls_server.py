"""A web server over TLS with an authority of its own, and answers that no client should put up with."""

from __future__ import annotations

import datetime as dt
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

INSIDE = "inside.example"
DRIPS_SECONDS = 8


@dataclass(frozen=True)
class Site:
    """A running server: `authority` is the file of the certificate that vouches for `name`."""

    name: str
    port: int
    authority: Path

    def url(self, path: str, name: str | None = None) -> str:
        return f"https://{name or self.name}:{self.port}/{path}"


@contextmanager
def site(folder: Path, name: str, picture: bytes) -> Iterator[Site]:
    """`picture` at /picture, the rest of `_Handler` beside it, at a free port of loopback."""
    authority, chain = _certificates(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    handler = type("Handler", (_Handler,), {"picture": picture, "ends": threading.Event()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients hang up, as they should
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield Site(name, server.server_port, authority)
        finally:
            handler.ends.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    picture: bytes
    ends: threading.Event

    def do_GET(self) -> None:
        getattr(self, f"serve_{self.path.strip('/')}")()

    def serve_picture(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.picture)))
        self.end_headers()
        self.wfile.write(self.picture)

    def serve_moved(self) -> None:
        self._to("/picture")

    def serve_inwards(self) -> None:
        self._to(f"https://{INSIDE}/picture")

    def serve_plain(self) -> None:
        self._to(f"http://{self.headers['Host']}/picture")

    def serve_endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.picture)
        while not self.ends.is_set():
            self.wfile.write(bytes(1 << 16))

    def serve_drips(self) -> None:
        """A byte now and then, so that no single wait is long."""
        self.send_response(200)
        self.end_headers()
        end = time.monotonic() + DRIPS_SECONDS
        while time.monotonic() < end and not self.ends.wait(0.05):
            self.wfile.write(self.picture[:1])

    def _to(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


def _certificates(folder: Path, name: str) -> tuple[Path, Path]:
    """(authority, chain with its key), as files in PEM."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    root = _certificate("Authority of the tests", keys[0], "Authority of the tests", keys[0], None)
    leaf = _certificate(name, keys[1], "Authority of the tests", keys[0], name)
    key = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pems = {"authority.pem": _pem(root), "site.pem": _pem(leaf) + key}
    for file, pem in pems.items():
        (folder / file).write_bytes(pem)
    return folder / "authority.pem", folder / "site.pem"


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    host: str | None,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(known, critical=False)
    )
    if host is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
