"""A signer outside this process: a program that is run, or a service that is asked over HTTP.

Either answers two questions with one line of hex. `key`: the public key, 65 bytes uncompressed or
SubjectPublicKeyInfo in DER. `sign DIGEST`, 64 hex digits: an ECDSA signature over secp256k1 in DER. The
program gets the words as arguments; the service is asked GET URL/key, and POST URL/sign with the digest.
"""

from __future__ import annotations

import http.client
import shlex
import subprocess
from collections.abc import Callable
from urllib.parse import urlsplit

from ledger.chain.digests import DigestAccount
from ledger.chain.encoding import to_hex
from ledger.chain.errors import SignerError

PROGRAM = "exec:"
SIGNER_SECONDS = 30.0
MOST_BYTES = 4096
Ask = Callable[..., bytes]


def outside_account(where: str, address: str | None = None) -> DigestAccount:
    """The account whose key is at `where`: `exec:PROGRAM ARGUMENTS`, or the http(s) URL of a service.

    Its `address`, if given, must be that of the key. Raises SignerError, as does signing with it.
    """
    ask = _program(where.removeprefix(PROGRAM)) if where.startswith(PROGRAM) else _service(where)
    account = DigestAccount(ask("key"), lambda digest: ask("sign", to_hex(digest)[2:]))
    if address is not None and account.address.lower() != address.lower():
        raise SignerError(
            f"the signer holds the key of {account.address}, not of {address}; correct either setting"
        )
    return account


def _program(line: str) -> Ask:
    try:
        command = shlex.split(line)
    except ValueError as error:
        raise SignerError(f"the signer's command cannot be read ({error}); check its quotes") from None

    if not command:
        raise SignerError("SELVAGE_CHAIN_SIGNER: names no program after exec:")

    def ask(*words: str) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 -- the program that the settings name
                [*command, *words], capture_output=True, timeout=SIGNER_SECONDS, check=True
            )
        except subprocess.TimeoutExpired:
            raise SignerError(_away(f"gave no answer in {SIGNER_SECONDS:g} s")) from None
        except subprocess.CalledProcessError as error:
            said = error.stderr[-200:].decode(errors="replace").strip()
            raise SignerError(_away(f"ended with {error.returncode}: {said}")) from None
        except OSError as error:
            raise SignerError(_away(f"cannot be run ({error})")) from None
        return _line(done.stdout)

    return ask


def _service(url: str) -> Ask:
    parts = urlsplit(url)
    secure = parts.scheme == "https"

    def ask(question: str, body: str | None = None) -> bytes:
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        link = kind(parts.hostname or "", parts.port, timeout=SIGNER_SECONDS)
        try:
            link.request("POST" if body else "GET", f"{parts.path.rstrip('/')}/{question}", body)
            answer = link.getresponse()
            said = answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise SignerError(_away(f"does not answer at {parts.hostname} ({error})")) from None
        finally:
            link.close()
        if answer.status != http.client.OK:
            raise SignerError(_away(f"answered {question} with status {answer.status}"))
        return _line(said)

    return ask


def _away(what: str) -> str:
    return f"the signer {what}; start it, or correct SELVAGE_CHAIN_SIGNER: nothing was sent"


def _line(said: bytes) -> bytes:
    try:
        return bytes.fromhex(said[:MOST_BYTES].decode("ascii").strip().removeprefix("0x"))
    except ValueError:
        raise SignerError("the signer answered something else than a line of hex") from None
