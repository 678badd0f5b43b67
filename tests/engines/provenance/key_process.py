"""Holds claim keys in a process of its own and answers a line with a line: make, key NAME, sign NAME HEX.

Errors are answered too, as `error TEXT`; the process ends with its input.
"""

from __future__ import annotations

import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEYS: dict[str, ec.EllipticCurvePrivateKey] = {}


def answer(question: str, name: str = "", message: str = "") -> str:
    if question == "make":
        made = f"process:{len(KEYS) + 1}"
        KEYS[made] = ec.generate_private_key(ec.SECP384R1() if name == "wrong" else ec.SECP256R1())
        return made
    if question == "swap":
        KEYS[name] = ec.generate_private_key(ec.SECP256R1())
        return "done"
    if name not in KEYS:
        return f"error no key {name}"
    if question == "key":
        return KEYS[name].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()
    if question == "sign":
        return KEYS[name].sign(bytes.fromhex(message), ec.ECDSA(hashes.SHA256())).hex()
    del KEYS[name]
    return "done"


if __name__ == "__main__":
    for line in sys.stdin:
        print(answer(*line.split()), flush=True)
