"""A certifier's signed statement that a person drew a tile: over the digest of the file and the person.

A certifier has keys of its own (a `Pki` folder); a ledger believes those whose roots it was given.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Final

from cryptography import x509

from provenance.errors import ForgedStatementError, NotTrustedError, UnreadableStatementError
from provenance.pki import Pki
from provenance.statements import StatementSigner, verify

KIND: Final = "selvage-drawn+jws"
FOR_EVER: Final = "9999-12-31T23:59:59Z"  # that somebody drew it stays true
LONGEST_NAME: Final = 200


def certify(pki: Pki, file_sha256: str, by: str, now: dt.datetime) -> str:
    """The statement as a compact JWS, signed with the certifier's key. Raises UnreadableStatementError."""
    if not (len(by.strip()) >= 1 and len(by) <= LONGEST_NAME and by.isprintable()):
        raise UnreadableStatementError(f"by: name who drew it, in 1 to {LONGEST_NAME} printable characters")
    at = now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {
        **{"format": 1, "drawn_by": by, "file_sha256": file_sha256},
        **{"certifier": organisation(pki.root_pem), "decided_at": at, "valid_until": FOR_EVER},
    }
    payload = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return StatementSigner(pki).sign(payload.encode(), KIND)


def check(token: str | bytes, roots: Iterable[str], file_sha256: str, at: dt.datetime) -> tuple[str, str]:
    """(who drew it, who certified that) of a statement about this very file, by one of `roots` (PEM).

    Raises NotTrustedError without such a root, else what `provenance.statements.verify` raises, and
    ForgedStatementError for a statement about another file.
    """
    unknown: NotTrustedError | None = None
    for root in roots:
        try:
            said = verify(token, root, at, KIND)
        except ForgedStatementError:
            raise
        except NotTrustedError as error:
            unknown = error
            continue
        if said.get("file_sha256") != file_sha256:
            raise ForgedStatementError("statement: is about another file; give the one for these very bytes")
        by = said.get("drawn_by")
        if not isinstance(by, str) or not 1 <= len(by) <= LONGEST_NAME:
            raise UnreadableStatementError("statement: names nobody who drew it; ask for a new one")
        return by, organisation(root)
    raise unknown or NotTrustedError("statement: no certifier is known here; add one with certifier trust")


def organisation(root_pem: str) -> str:
    """What the certifier is called: the organisation its root certificate names."""
    root = x509.load_pem_x509_certificate(root_pem.encode())
    return str(root.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)[0].value)


def plain_pem(root_pem: str) -> str:
    """The certificate alone, in ASCII, whatever text was written around it. Raises ValueError."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return x509.load_pem_x509_certificate(root_pem.encode()).public_bytes(Encoding.PEM).decode("ascii")
