"""What a manifest store that lies by itself says: its active manifest and the soft bindings in it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from provenance import runtime
from provenance.errors import ManifestStoreError
from provenance.jumbf import parse_store
from provenance.labels import SOFT_BINDING
from provenance.trust import Trust
from provenance.verification import codes

# C2PA 2.4, section 15.2: the claim is not what was signed, or an assertion not what the claim holds.
ALTERED = frozenset(
    {
        "assertion.hashedURI.mismatch",
        "assertion.missing",
        "claimSignature.mismatch",
        "claimSignature.missing",
    }
)


@dataclass(frozen=True)
class StoredManifest:
    """`label` of the active manifest; `bindings` are (algorithm, value) of its soft bindings, as written."""

    label: str
    bindings: tuple[tuple[str, str], ...]


def read_store(store: bytes, trust: Trust) -> StoredManifest:
    """Read a store without its picture: nothing is said of whom it is trusted by.

    Raises ManifestStoreError, also for a manifest that was altered after somebody signed it: its id and its
    soft bindings are nobody's word.
    """
    import c2pa

    label = parse_store(store).active
    try:
        reader = c2pa.Reader.try_create("application/c2pa", io.BytesIO(store), context=runtime.context(trust))
        manifest = reader.get_active_manifest() if reader is not None else None
    except c2pa.C2paError as error:
        raise ManifestStoreError(f"manifest store: cannot be read ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("label") != label:
        raise ManifestStoreError("manifest store: its last manifest is not the active one")
    broken = codes(reader.get_validation_results() or {}, "failure") & ALTERED
    if broken:
        raise ManifestStoreError(f"manifest store: altered after it was signed ({', '.join(sorted(broken))})")
    return StoredManifest(label, tuple(_bindings(manifest)))


def _bindings(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """Values that are text, as the specification has them; others are left out."""
    found = [each.get("data") for each in manifest.get("assertions", ()) if _is_binding(each)]
    return [
        (data["alg"], block["value"])
        for data in found
        if isinstance(data, dict) and isinstance(data.get("alg"), str)
        for block in data.get("blocks", ())
        if isinstance(block, dict) and isinstance(block.get("value"), str)
    ]


def _is_binding(assertion: Any) -> bool:
    label = assertion.get("label", "") if isinstance(assertion, dict) else ""
    return bool(label == SOFT_BINDING or label.startswith(f"{SOFT_BINDING}__"))
