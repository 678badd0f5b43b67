"""Native C2PA contexts, one per process and configuration.

A context made before ``fork`` is refused by the library in the child, so contexts are kept per process id.
"""

from __future__ import annotations

import functools
import os
import urllib.parse
from typing import Any

from provenance.trust import Trust

# Named, so that a verdict says which list vouched for the signer.
CLAIM_ANCHORS = "urn:selvage:anchors:claim"
TIME_ANCHORS = "urn:selvage:anchors:time"


def context(trust: Trust, tsa_url: str | None = None) -> Any:
    """The `c2pa.Context` of this process that believes `trust` and may reach `tsa_url` only."""
    return _context(os.getpid(), trust, tsa_url)


@functools.lru_cache(maxsize=16)
def _context(process: int, trust: Trust, tsa_url: str | None) -> Any:
    import c2pa

    return c2pa.Context.from_dict(_settings(trust, tsa_url))


def _settings(trust: Trust, tsa_url: str | None) -> dict[str, Any]:
    hosts = [urllib.parse.urlsplit(tsa_url).netloc] if tsa_url else []
    automatic = ("auto_created_action", "auto_opened_action", "auto_placed_action")
    return {
        "version": 1,
        "trust": {
            "anchors": [
                _anchors(trust.root_pem, "manifest", CLAIM_ANCHORS),
                _anchors(trust.tsa_root_pem, "tsa", TIME_ANCHORS),
            ]
        },
        "core": {"allowed_network_hosts": hosts},
        "verify": {"verify_after_sign": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "builder": {
            "thumbnail": {"enabled": False},
            "actions": {name: {"enabled": False} for name in automatic},
        },
    }


def _anchors(pem: str, kind: str, name: str) -> dict[str, str]:
    return {"trust_anchors": pem, "trust_kind": kind, "trust_uri": name}
