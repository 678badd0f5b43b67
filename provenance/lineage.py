"""Walks the influence graph of a signed file from its manifests alone: what it came from, and that from what.

A manifest holds those of its ingredients (C2PA 2.4, section 11.3), so no ledger is asked. What was said of an
ingredient when it went in (trusted or not) is the word of who signed around it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from provenance.errors import ClaimError
from provenance.influences import OURS, Influence
from provenance.labels import ASSET, DRAWN
from provenance.reading import influences_of, updated_label
from provenance.trust import Trust
from provenance.verification import read_trusted

PARENT: Final = "parent"
DEEPEST = 32  # manifests inside each other; the ones we write stay far below
MOST_NODES = 2000
# What alone fails where a signature is sound and was made for other bytes (C2PA 2.4, section 15.2).
BROKEN_BINDING = frozenset({"assertion.dataHash.mismatch", "assertion.boxesHash.mismatch"})


@dataclass(frozen=True)
class Source:
    """One thing in the graph and what it came from.

    `kind` is ``file`` for the file itself, ``parent``, or the kind of an Influence. `manifest` labels its own
    C2PA manifest where it brought one, `signer` is who signed that, `trusted` whether it was trusted when it
    went in. `bound` is False where the signature is of other bytes than those that went in: of a copy that
    was compressed or cropped. `cut` says why its own sources are not shown.
    """

    kind: str
    title: str
    sha256: str | None = None
    weight: str | None = None
    rights: str = ""
    attribution: str = ""
    asset_id: str | None = None
    manifest: str | None = None
    signer: str | None = None
    trusted: bool | None = None
    bound: bool | None = None
    cut: str = ""
    sources: tuple[Source, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what is not known is left out."""
        told = {
            name: value for name, value in vars(self).items() if name != "sources" and value not in ("", None)
        }
        return {**told, "sources": [each.to_dict() for each in self.sources]}

    def walk(self) -> Iterator[Source]:
        """This one and all below it."""
        yield self
        for each in self.sources:
            yield from each.walk()


def lineage(data: bytes, mime: str, trust: Trust) -> Source:
    """The graph of a signed file. Raises what `provenance.verify` raises, ForeignClaimError excepted."""
    store = json.loads(read_trusted(data, mime, trust).json())
    return _Walk(store.get("manifests") or {}).file(store["active_manifest"])


class _Walk:
    """Every name in a store was written by whoever signed it: labels may be absent, or lead around."""

    def __init__(self, manifests: Mapping[str, Any]) -> None:
        self._manifests = manifests
        self._left = MOST_NODES

    def file(self, active: str) -> Source:
        """An update manifest is of the same file: the graph is that of the one it updates."""
        updated = updated_label(self._manifests[active])
        label = updated if updated is not None and updated in self._manifests else active
        manifest = self._manifests[label]
        return Source(
            kind="file",
            title=_text(manifest.get("title")) or "untitled",
            asset_id=_asset(manifest),
            manifest=label,
            signer=_signer(manifest),
            trusted=True,
            sources=self._sources(label, (label,)),
        )

    def _sources(self, label: str, above: tuple[str, ...]) -> tuple[Source, ...]:
        manifest = self._manifests[label]
        ingredients = [each for each in manifest.get("ingredients", []) if isinstance(each, dict)]
        parents = [each for each in ingredients if each.get("relationship") == "parentOf"]
        found = [self._node(PARENT, each, None, above) for each in parents]
        known = {each.sha256 for parent in found for each in parent.walk() if each.sha256}
        found += _people(manifest) if not parents else []
        told = _told(manifest)
        for influence in told:
            if influence.sha256 not in known:  # the parent has it, and tells more of it
                found.append(
                    self._node(influence.kind, _ingredient(influence, ingredients), influence, above)
                )
        if not told:
            inputs = [each for each in ingredients if each.get("relationship") != "parentOf"]
            found += [self._node(_kind(each), each, None, above) for each in inputs]
        return tuple(found)

    def _node(
        self, kind: str, ingredient: Mapping[str, Any], told: Influence | None, above: tuple[str, ...]
    ) -> Source:
        label = _text(ingredient.get("active_manifest")) or None
        manifest = self._manifests.get(label) if label else None
        cut = self._cut(label, above) if manifest else ""
        below = self._sources(label, (*above, label)) if manifest and label and not cut else ()
        return Source(
            kind=kind,
            title=told.title if told else _text(ingredient.get("title")) or "untitled",
            sha256=told.sha256 if told else _digest(ingredient),
            weight=told.weight if told else None,
            rights=told.rights if told else "",
            attribution=told.attribution if told else "",
            asset_id=(told.asset_id if told else None) or (_asset(manifest) if manifest else None),
            manifest=label,
            signer=_signer(manifest) if manifest else None,
            trusted=_trusted(ingredient) if manifest else None,
            bound=not _failures(ingredient) & BROKEN_BINDING if manifest else None,
            cut=cut,
            sources=below,
        )

    def _cut(self, label: str | None, above: tuple[str, ...]) -> str:
        self._left -= 1
        if label in above:
            return "leads back to itself"
        if len(above) >= DEEPEST or self._left < 0:
            return "too deep to follow"
        return ""


def _people(manifest: Mapping[str, Any]) -> list[Source]:
    """Who drew it, of a claim that says so."""
    for each in manifest.get("assertions", []):
        said = each.get("data")
        if each.get("label") == DRAWN and each.get("created") is True and isinstance(said, dict):
            whom = f"certified by {_text(said.get('certifiedBy')) or 'nobody'}"
            return [Source("person", _text(said.get("by")), _text(said.get("fileSha256")), attribution=whom)]
    return []


def _told(manifest: Mapping[str, Any]) -> tuple[Influence, ...]:
    created = [each for each in manifest.get("assertions", []) if each.get("created") is True]
    try:
        return influences_of({each["label"]: each["data"] for each in created})
    except (ClaimError, KeyError, TypeError):
        return ()


def _ingredient(influence: Influence, ingredients: list[dict[str, Any]]) -> Mapping[str, Any]:
    digest = f"sha256:{influence.sha256}"
    return next((each for each in ingredients if each.get("description") == digest), {})


def _kind(ingredient: Mapping[str, Any]) -> str:
    """Of an input in a claim that tells no influences."""
    title = _text(ingredient.get("title"))
    return title if title in OURS else ("model" if _digest(ingredient) else "input")


def _digest(ingredient: Mapping[str, Any]) -> str | None:
    said = _text(ingredient.get("description"))
    return said.removeprefix("sha256:") if said.startswith("sha256:") else None


def _asset(manifest: Mapping[str, Any]) -> str | None:
    for each in manifest.get("assertions", []):
        if each.get("label") == ASSET and isinstance(each.get("data"), dict):
            return _text(each["data"].get("assetId")) or None
    return None


def _signer(manifest: Mapping[str, Any]) -> str | None:
    return _text((manifest.get("signature_info") or {}).get("issuer")) or None


def _trusted(ingredient: Mapping[str, Any]) -> bool:
    good = {each.get("code") for each in _results(ingredient).get("success", [])}
    return "signingCredential.trusted" in good and _failures(ingredient) <= BROKEN_BINDING


def _failures(ingredient: Mapping[str, Any]) -> set[str]:
    return {str(each.get("code")) for each in _results(ingredient).get("failure", [])}


def _results(ingredient: Mapping[str, Any]) -> Mapping[str, Any]:
    return (ingredient.get("validation_results") or {}).get("activeManifest") or {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
