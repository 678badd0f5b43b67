"""A key service in a process of its own: `service.py SOCKET` draws a key that never leaves it.

A line on the Unix socket is answered by a line: `key` by the public key (SubjectPublicKeyInfo), a digest in
hex by a signature in DER, with a random nonce and no care for the lower s, as key services sign.
"""

from __future__ import annotations

import socketserver
import sys

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY = ec.generate_private_key(ec.SECP256K1())


class Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        for line in self.rfile:
            self.wfile.write(answer(line.strip().decode()).hex().encode() + b"\n")


def answer(asked: str) -> bytes:
    if asked == "key":
        return KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return KEY.sign(bytes.fromhex(asked), ec.ECDSA(utils.Prehashed(SHA256())))


if __name__ == "__main__":
    with socketserver.ThreadingUnixStreamServer(sys.argv[1], Handler) as server:
        print("ready", flush=True)
        server.serve_forever()
