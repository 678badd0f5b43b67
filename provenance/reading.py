"""From a trusted manifest to a `Credential`."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from typing import Any

from provenance.claim import Drawn
from provenance.credential import Credential
from provenance.errors import ClaimError, ForeignClaimError, RecoveredCopyError
from provenance.influences import Influence, from_entry
from provenance.labels import ASSET, DRAWN, INFLUENCES, ISCC, LICENCE, RECOVERY, REGISTRATION, SOFT_BINDING

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
        return _credential(reader, manifest)
    except (KeyError, TypeError, ValueError, ClaimError) as error:
        raise ForeignClaimError(
            f"claim: trusted, but not written by Selvage ({error!r}); read it with a general C2PA tool",
            {"state": "Trusted"},
        ) from error


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
    # Gathered assertions are somebody else's word: only created ones are the signer's.
    assertions = [each for each in manifest["assertions"] if each.get("created") is True]
    data = {each["label"]: each["data"] for each in assertions}
    asset = data[ASSET]
    values = {
        each["data"]["alg"]: _value(each["data"]) for each in assertions if each["label"] == SOFT_BINDING
    }
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
