"""From a trusted manifest to a `Credential`."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from provenance import confirmation
from provenance.claim import Drawn
from provenance.credential import Credential
from provenance.errors import ClaimError, ForeignClaimError, RecoveredCopyError
from provenance.identity import named_actor
from provenance.influences import Influence, from_entry
from provenance.labels import (
    ASSET,
    CONFIRMATION,
    DRAWN,
    INFLUENCES,
    ISCC,
    LICENCE,
    RECOVERY,
    REGISTRATION,
    SOFT_BINDING,
)

_GENERATED = (b"rainedAlgorithmicMedia", b"digitalsourcetype/algorithmicMedia")


def says_generated(data: bytes) -> bool:
    """Whether a file says of itself, in a manifest or in XMP, that a model or a program made it.

    Whoever signed it: the words are looked for as they stand in both, so nothing has to be trusted or parsed.
    """
    return any(word in data for word in _GENERATED)


def read_credential(reader: Any) -> Credential:
    """Read the active manifest of a `c2pa.Reader` whose trust has been established.

    Raises ForeignClaimError when the claim is not shaped like ours.
    """
    manifest = reader.get_active_manifest()
    _require_original(manifest)
    try:
        updated = updated_by(reader, manifest)
        if updated is None:
            return _credential(reader, manifest)
        told = confirmation.from_dict(_created(manifest)[CONFIRMATION])
        return replace(_credential(reader, updated), confirmation=told, update=manifest["label"])
    except (KeyError, TypeError, ValueError, ClaimError) as error:
        raise ForeignClaimError(
            f"claim: trusted, but not written by Selvage ({error!r}); read it with a general C2PA tool",
            {"state": "Trusted"},
        ) from error


def updated_by(reader: Any, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """The manifest that `manifest` updates, None where it is no update manifest of ours."""
    label = updated_label(manifest)
    found = json.loads(reader.json())["manifests"].get(label) if label else None
    return found if isinstance(found, dict) else None


def updated_label(manifest: Mapping[str, Any]) -> str | None:
    """What that one is called."""
    said = _created(manifest)
    listed = [each for each in manifest.get("ingredients", []) if isinstance(each, Mapping)]
    parents = [each.get("active_manifest") for each in listed]
    if CONFIRMATION not in said or ASSET in said or len(parents) != 1:
        return None
    return parents[0] if isinstance(parents[0], str) else None


def _created(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Content by label: what is gathered is somebody else's word, only what is created is the signer's."""
    said = [each for each in manifest.get("assertions", []) if each.get("created") is True and "data" in each]
    return {each["label"]: each["data"] for each in said}


def _require_original(manifest: Mapping[str, Any]) -> None:
    """Raises RecoveredCopyError for the claim of a recovered copy."""
    told = next((each["data"] for each in manifest["assertions"] if each.get("label") == RECOVERY), None)
    if told is not None:
        raise RecoveredCopyError(
            f"claim: of a found copy of {told.get('assetId')}, whose manifest {told.get('manifest')} was put "
            "back as its parent; it is not the file that was registered",
            {"state": "Trusted"},
        )


def _credential(reader: Any, manifest: Mapping[str, Any]) -> Credential:
    data = _created(manifest)
    asset = data[ASSET]
    bindings = [each for each in manifest["assertions"] if each.get("created") is True]
    values = {each["data"]["alg"]: _value(each["data"]) for each in bindings if each["label"] == SOFT_BINDING}
    signature = manifest["signature_info"]
    return Credential(
        state="Trusted",
        asset_id=asset["assetId"],
        marks={key: values[key] for key in [asset.get("mark")] if key is not None},
        fingerprints={key: values[key] for key in (asset.get("fingerprint"), ISCC) if key in values},
        registration=data.get(REGISTRATION, {}).get("asset"),
        licence=data.get(LICENCE),
        recipe={} if DRAWN in data else _recipe(reader, manifest),
        signer=signature["issuer"],
        signed_at=signature["time"],
        manifest_label=manifest["label"],
        claim=manifest,
        influences=influences_of(data),
        drawn=_drawn(data[DRAWN]) if DRAWN in data else None,
        confirmation=confirmation.from_dict(data[CONFIRMATION]) if CONFIRMATION in data else None,
        named=named_actor(manifest),
    )


def influences_of(data: Mapping[str, Any]) -> tuple[Influence, ...]:
    """What the assertions `data` (label to content) say the tile came from; nothing in older claims.

    Raises ClaimError, KeyError or TypeError for what is not shaped like ours.
    """
    return tuple(from_entry(each) for each in data.get(INFLUENCES, {"influences": ()})["influences"])


def _drawn(said: Mapping[str, Any]) -> Drawn:
    return Drawn(said["by"], said["fileSha256"], said["certifiedBy"], said["statement"])


def _value(binding: Mapping[str, Any]) -> bytes:
    return base64.b64decode(binding["blocks"][0]["value"], validate=True)


def _recipe(reader: Any, manifest: Mapping[str, Any]) -> dict[str, Any]:
    (recipe,) = (each for each in manifest["ingredients"] if each["title"] == "recipe")
    text = io.BytesIO()
    reader.resource_to_stream(recipe["data"]["identifier"], text)
    return dict(json.loads(text.getvalue()))
