"""The links of a bundle that are about a picture: its file, its manifest, its place in its collection."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ledger.chain import keccak
from ledger.domain.errors import ProofError
from ledger.domain.proof import AssetProof, Link, check_proof
from ledger.domain.proof_text import entry_to_dict, proof_from_dict
from ledger.proving.bundle import Bundle, Kind, Part

if TYPE_CHECKING:
    from provenance import Credential, Trust

MARK_BYTES = 6
LINKS = ("file", "manifest", "membership", "statements", "terms")


def asset_proof(bundle: Bundle) -> AssetProof:
    """The proof of the tile, with its entries. ProofError."""
    if bundle.asset is None:
        raise ProofError("asset", f"is missing; a proof of a {bundle.kind} says which tile it is about")
    name, owner = bundle.asset.get("asset"), bundle.asset.get("collection")
    told = [entry_to_dict(each) for each in bundle.entries if each.subject in (name, owner)]
    return proof_from_dict({**bundle.asset, "entries": told})


def check(bundle: Bundle, trust: Trust) -> list[Link]:
    """File, manifest, membership, what the entries state of the tile, and terms."""
    try:
        proof = asset_proof(bundle)
    except ProofError as error:
        return [Link("file", False, str(error))]
    if bundle.kind is Kind.ASSET and proof.asset != bundle.subject:
        return [Link("file", False, f"the bundle says it proves {bundle.subject}, this is {proof.asset}")]
    data = bundle.files.get("asset")
    digest = hashlib.sha256(data).hexdigest() if data is not None else proof.content_sha256
    pure = {link.name: link for link in check_proof(keccak, proof, digest)}
    stated = _registered(proof, pure["entries"])
    file = pure["file"] if data is not None else _left_out(bundle, proof)
    states = "the entries of the tile say of it what this bundle says"
    found = {
        "file": file,
        "manifest": _manifest(bundle, proof, trust),
        "membership": pure["membership"],
        "statements": Link("statements", stated.holds, states if stated.holds else stated.why),
        "terms": pure["terms"],
    }
    return [found[name] for name in LINKS]


def _registered(proof: AssetProof, stated: Link) -> Link:
    """A registration counts where an entry tells of it."""
    told = any(each.kind == "collection-registered" for each in proof.entries)
    if stated.holds and proof.registration is not None and not told:
        return Link(stated.name, False, "no entry tells of the registration")
    return stated


def picture(bundle: Bundle) -> Link:
    """The picture that a finding is about."""
    data, said = bundle.files.get("picture"), (bundle.finding or {}).get("sha256")
    if data is None:
        left_out = Part.FILE in bundle.left_out
        return Link("picture", None if left_out else False, _ABSENT if left_out else "the picture is missing")
    if hashlib.sha256(data).hexdigest() != said:
        return Link("picture", False, "this is not the picture that was examined")
    return Link("picture", True, "these are the very bytes that were examined")


_ABSENT = "left out: the picture has to be had elsewhere, its SHA-256 is in the entries"


def _left_out(bundle: Bundle, proof: AssetProof) -> Link:
    if Part.FILE not in bundle.left_out:
        return Link("file", False, "the file is missing")
    return Link("file", None, f"left out: compare SHA-256 {proof.content_sha256} with the file that you have")


def _manifest(bundle: Bundle, proof: AssetProof, trust: Trust) -> Link:
    from provenance import verify
    from provenance.detached import verify_store
    from provenance.errors import ProvenanceError
    from provenance.media import sniff

    data, store = bundle.files.get("asset"), bundle.files.get("manifest")
    try:
        if data is not None:
            return _about(verify(data, sniff(data) or "image/png", trust), proof, "over exactly these bytes")
        if store is not None:
            return _about(verify_store(store, trust), proof, "over a file that is not in this bundle")
    except ProvenanceError as error:
        return Link("manifest", False, str(error))
    return Link("manifest", False, "neither the file nor its manifest is in this bundle")


def _about(credential: Credential, proof: AssetProof, over: str) -> Link:
    if credential.asset_id != proof.asset:
        return Link("manifest", False, f"it was signed for asset {credential.asset_id}, not {proof.asset}")
    if list(credential.marks.values()) != [proof.mark.to_bytes(MARK_BYTES, "big")]:
        return Link("manifest", False, "it names another watermark than the proof")
    named = f"; it names {credential.named}" if credential.named else ""
    return Link("manifest", True, f"signed by {credential.signer} at {credential.signed_at}, {over}{named}")
