"""A signer for SELVAGE_CHAIN_SIGNER: `program.py KEYFILE key`, `... sign DIGEST`, or `... serve` over HTTP.

It makes KEYFILE if it is not there, and answers with the upper s whatever came out, which no chain takes.
"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
FILE = Path(sys.argv[1])


def main(words: list[str]) -> None:
    if words == ["serve"]:
        server = HTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
    print(answer(*words))


def answer(question: str, digest: str = "") -> str:
    key = _key()
    if question == "key":
        form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return key.public_key().public_bytes(*form).hex()
    r, s = utils.decode_dss_signature(key.sign(bytes.fromhex(digest), ec.ECDSA(utils.Prehashed(SHA256()))))
    return utils.encode_dss_signature(r, max(s, ORDER - s)).hex()


def _key() -> ec.EllipticCurvePrivateKey:
    if not FILE.exists():
        FILE.write_text(f"{ec.generate_private_key(ec.SECP256K1()).private_numbers().private_value:x}")
    return ec.derive_private_key(int(FILE.read_text(), 16), ec.SECP256K1())


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._say(answer("key"))

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self._say(answer("sign", self.rfile.read(length).decode()))

    def _say(self, text: str) -> None:
        found = self.path.startswith("/selvage/")
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(text.encode() if found else b"not here")


if __name__ == "__main__":
    main(sys.argv[2:])
