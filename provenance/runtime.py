"""What must be right per process: native C2PA contexts and the library's network client.

A context made before ``fork`` is refused by the library in the child, so contexts are kept per process id.
Its network client is one per process and dies in a forked child; that cannot be mended, so it is reported.
"""

from __future__ import annotations

import functools
import os
import urllib.parse
from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from provenance import outside
from provenance.certificates import CLAIM_SIGNING
from provenance.errors import KeyMaterialError, SigningError
from provenance.trust import Trust

# Named, so that a verdict says which list vouched for the signer.
CLAIM_ANCHORS = "urn:selvage:anchors:claim"
TIME_ANCHORS = "urn:selvage:anchors:time"
OUTSIDE = "urn:selvage:anchors:outside"
# The library by itself refuses the usage that C2PA has for claims. Document signing is none of these: under
# the root of claims it marks the certificate that names the studio, whose key is to sign no claim.
USAGES = "\n".join(
    each.dotted_string
    for each in (
        CLAIM_SIGNING,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.TIME_STAMPING,
        ExtendedKeyUsageOID.OCSP_SIGNING,
    )
)
_LISTED = ""  # what a verdict says instead where the certificate itself is on a list

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_network_process: int | None = None


def context(trust: Trust, tsa_url: str | None = None) -> Any:
    """The `c2pa.Context` of this process that believes `trust` and may reach `tsa_url` only."""
    return _context(os.getpid(), trust, tsa_url)


@functools.lru_cache(maxsize=16)
def _context(_process: int, trust: Trust, tsa_url: str | None) -> Any:
    import c2pa

    _check_certificates("root_pem", trust.root_pem)
    _check_certificates("tsa_root_pem", trust.tsa_root_pem)
    return c2pa.Context.from_dict(_settings(trust, tsa_url))


def is_ours(results: Mapping[str, Any], trust: Trust) -> bool:
    """Whether what vouched for a trusted signer is the root of claims, or the list of certificates."""
    by = results.get("trustListUri")
    return by == CLAIM_ANCHORS or (by == _LISTED and bool(trust.outside_pem))


def claim_network(tsa_url: str) -> None:
    """Note that this process is about to use the library's network client.

    Raises SigningError in a process forked from one that had used it before.
    """
    host = urllib.parse.urlsplit(tsa_url).hostname or ""
    if host in _LOOPBACK:
        _bypass_proxy(host)
    global _network_process
    if _network_process is None:
        _network_process = os.getpid()
    if _network_process != os.getpid():
        raise SigningError("process: forked from one that has signed; fork before signing, or spawn")


def _bypass_proxy(host: str) -> None:
    # The library's client sends even loopback through HTTP_PROXY, where nobody can know our port.
    for variable in ("NO_PROXY", "no_proxy"):
        hosts = [each for each in os.environ.get(variable, "").split(",") if each]
        if host not in hosts:
            os.environ[variable] = ",".join([*hosts, host])


def _check_certificates(field: str, pem: str) -> None:
    try:
        x509.load_pem_x509_certificates(pem.encode("utf-8"))
    except ValueError as error:
        raise KeyMaterialError(f"{field}: holds no certificate in PEM ({error})") from error


def _settings(trust: Trust, tsa_url: str | None) -> dict[str, Any]:
    hosts = [urllib.parse.urlsplit(tsa_url).netloc] if tsa_url else []
    automatic = ("auto_created_action", "auto_opened_action", "auto_placed_action")
    return {
        "version": 1,
        "trust": {
            "anchors": [
                _anchors(trust.root_pem, "manifest", CLAIM_ANCHORS),
                # under the same name: of two the library tells one, and claims must be told from time
                _anchors(trust.root_pem, "cawg", CLAIM_ANCHORS),
                _anchors(trust.tsa_root_pem, "tsa", TIME_ANCHORS),
                *_listed(trust),
            ],
            "trust_config": USAGES,
        },
        "core": {"allowed_network_hosts": hosts},
        "verify": {"verify_after_sign": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "builder": {
            "thumbnail": {"enabled": False},
            "actions": {name: {"enabled": False} for name in automatic},
        },
    }


def _listed(trust: Trust) -> list[dict[str, str]]:
    """The certificates of other authorities, one by one: their roots are no anchors of ours."""
    pinned, _ = outside.split(trust.outside_pem)
    if not pinned:
        return []
    text = "".join(outside.pem(each) for each in pinned)
    return [{"trust_anchors": "", "allowed_list": text, "trust_kind": "manifest", "trust_uri": OUTSIDE}]


def _anchors(pem: str, kind: str, name: str) -> dict[str, str]:
    return {"trust_anchors": pem, "trust_kind": kind, "trust_uri": name}
