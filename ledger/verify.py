"""Walk a tile back: file, manifest, watermark, membership, entries, terms, chain. Needs no trust in us."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger import issued as files
from ledger.chain import ChainError, keccak, token_id
from ledger.confirmed import Rpc, seen
from ledger.context import Ledger
from ledger.domain import merkle
from ledger.domain.entries import Entry, check_chain
from ledger.domain.errors import BrokenChainError
from ledger.domain.ids import AssetId, MarkId
from ledger.domain.proof import LINKS, AssetProof, Link, check_proof
from ledger.domain.proof_text import proof_from_dict, proof_to_dict
from ledger.domain.terms_text import terms_to_dict
from ledger.register import leaves
from ledger.store import assets, collections, entries

if TYPE_CHECKING:
    from ledger.chain import Chain
    from provenance import Credential, Trust
    from watermark import Watermarker

READ_SECONDS = 60.0
MARK_BYTES = 6
_UNSEEN = Link("watermark", None, "not read: what such a file carries is read with the original at hand")


@dataclass(frozen=True)
class Verification:
    """Every link in order. `ok`: none is broken, and file and manifest hold. `asset` is whose proof it is.

    `booked` is a file that holds no manifest and that the book names by its digest.
    """

    links: tuple[Link, ...]
    asset: AssetId | None = None
    booked: bool = False

    @property
    def ok(self) -> bool:
        holds = {link.name: link.holds for link in self.links}
        signed = holds.get("manifest") is True or self.booked
        return False not in holds.values() and holds.get("file") is True and signed

    @property
    def broken(self) -> tuple[str, ...]:
        return tuple(link.name for link in self.links if link.holds is False)


def export(ledger: Ledger, asset: AssetId) -> tuple[bytes, dict[str, Any]]:
    """The signed file of a tile and the proof that goes with it. UnknownError, OrderError, StorageError."""
    return ledger.blobs.get(_signed_sha256(ledger, asset)), proof_to_dict(prove(ledger, asset))


def prove(ledger: Ledger, asset: AssetId) -> AssetProof:
    """The proof of a made tile, from the database. UnknownError, OrderError for a rejected one."""
    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        assets.require_kept(asset, tile.choice)
        collection = collections.get(tx, tile.collection)
        terms = collections.terms(tx, tile.collection)
        hashes = leaves(assets.of_collection(tx, tile.collection))
        told = entries.about(tx, [asset, tile.collection])
    member = merkle.leaf(keccak, asset, tile.content, tile.mark)
    return AssetProof(
        asset=asset,
        mark=tile.mark,
        content_sha256=tile.signed.sha256,
        collection=tile.collection,
        siblings=tuple(f"0x{each.hex()}" for each in merkle.prove(keccak, hashes, member)),
        root=f"0x{merkle.root(keccak, hashes).hex()}",
        registration=collection.registration,
        entries=told,
        terms=terms_to_dict(terms),
    )


def verify(
    data: bytes,
    proof: Mapping[str, Any] | None,
    trust: Trust,
    watermarker: Watermarker | None = None,
    chain: Chain | None = None,
    ledger: Ledger | None = None,
    rpc: Rpc | None = None,
) -> Verification:
    """Check a file against its proof; without one, against the proof the `ledger` itself can give.

    What is not at hand (watermark key, chain, ledger) leaves its link unchecked (None). The node at `rpc`, by
    default that of `chain`, is asked for the transaction that the manifest names. Raises ProofError for a
    proof that cannot be read; everything else is a link that says no.
    """
    before = _before_update(data)
    issued = files.find(ledger, before) if ledger is not None else None
    claimed = proof_from_dict(proof) if proof is not None else _own_proof(before, watermarker, ledger, issued)
    credential, manifest = _manifest(data, trust)
    if claimed is None:
        return Verification(_without_proof(manifest))
    pure = {link.name: link for link in check_proof(keccak, claimed, hashlib.sha256(before).hexdigest())}
    if before != data and pure["file"].holds:
        pure["file"] = Link("file", True, "the bytes that were registered, with an update manifest over them")
    ours = issued if issued is not None and issued.asset == claimed.asset else None
    mark = ours.mark if ours else claimed.mark
    carried = mark if ours is None or ours.marked else None
    if ours:
        pure["file"] = Link("file", True, f"{ours.told}, as the book has it")
    booked = ours is not None and not ours.signed
    if booked:
        manifest = Link("manifest", None, "this file holds none; the book names it by its digest")
    found = {
        **pure,
        "manifest": _about(credential, claimed, carried) if credential else manifest,
        "watermark": _UNSEEN if ours and not ours.blind else _watermark(data, watermarker, mark),
        "entries": _in_book(pure["entries"], claimed, ledger),
        "chain": _confirmed(_on_chain(chain, claimed, credential), claimed, credential, rpc or _ask(chain)),
    }
    return Verification(tuple(found[name] for name in LINKS), claimed.asset, booked)


def check_book(ledger: Ledger) -> Entry | None:
    """The last entry of the book if every entry follows from the one before it, else BrokenChainError."""
    with ledger.store.reading() as tx:
        return check_chain(entries.walk(tx))


def _signed_sha256(ledger: Ledger, asset: AssetId) -> str:
    with ledger.store.reading() as tx:
        return assets.get(tx, asset).signed.sha256


def _own_proof(
    data: bytes, watermarker: Watermarker | None, ledger: Ledger | None, issued: files.Issued | None
) -> AssetProof | None:
    """The ledger's proof for these bytes, or for the tile whose mark they carry."""
    if ledger is None:
        return None
    if issued is not None:
        return prove(ledger, issued.asset)
    with ledger.store.reading() as tx:
        tile = assets.by_content(tx, hashlib.sha256(data).hexdigest())
    if tile is None:
        mark = _read_mark(data, watermarker)
        with ledger.store.reading() as tx:
            tile = assets.by_mark(tx, mark) if mark is not None else None
    return prove(ledger, tile.id) if tile else None


def _without_proof(manifest: Link) -> tuple[Link, ...]:
    unknown = Link("file", False, "no proof was given and these bytes are of no tile of this ledger")
    rest = {name: Link(name, None, "there is no proof to check it against") for name in LINKS}
    return tuple({**rest, "file": unknown, "manifest": manifest}.values())


def _manifest(data: bytes, trust: Trust) -> tuple[Credential | None, Link]:
    """The credential in the file, and the link when there is none to trust."""
    from provenance import verify as read_credential
    from provenance.errors import ProvenanceError
    from provenance.media import sniff

    try:
        credential = read_credential(data, sniff(data) or "image/png", trust)
    except ProvenanceError as error:
        return None, Link("manifest", False, str(error))
    return credential, Link("manifest", True, f"signed by {credential.signer}")


def _about(credential: Credential, proof: AssetProof, mark: MarkId | None) -> Link:
    """Whether a trusted manifest speaks of the tile the proof is for, and of the mark it carries, if any."""
    if credential.asset_id != proof.asset:
        return Link("manifest", False, f"it was signed for asset {credential.asset_id}, not {proof.asset}")
    named = [] if mark is None else [mark.to_bytes(MARK_BYTES, "big")]
    if list(credential.marks.values()) != named:
        return Link("manifest", False, "it names another watermark than the proof")
    registration = proof.registration
    if registration is not None:
        contract = f"eip155:{registration.chain_id}/erc721:{registration.registry}/"
        if not (credential.registration or "").startswith(contract):
            return Link("manifest", False, f"it names {credential.registration}, not a token of {contract}")
        said = credential.confirmation
        if said is not None and (said.collection != registration.token or not said.is_of(contract)):
            return Link("manifest", False, "it names the transaction of another registration")
    when = f" at {credential.signed_at}" if credential.signed_at else ""
    named_too = (f"; it names {credential.named}" if credential.named else "") + _transaction(credential)
    return Link("manifest", True, f"signed by {credential.signer}{when}, over exactly these bytes{named_too}")


def _transaction(credential: Credential) -> str:
    """Which one the manifest names, where it does."""
    said = credential.confirmation
    if said is None:
        return ""
    how = "its update names" if credential.update else "it names"
    return f"; {how} transaction {said.transaction} in block {said.block} of chain {said.chain_id}"


def _confirmed(link: Link, proof: AssetProof, credential: Credential | None, rpc: Rpc | None) -> Link:
    """The link to the chain, with what a node says of the transaction that the manifest names."""
    said = credential.confirmation if credential else None
    if said is None or rpc is None or link.holds is False:
        return link
    holds, why = seen(said, proof.root, rpc)
    if link.holds is True and holds is not False:  # a node that cannot tell takes back nothing
        return Link("chain", True, f"{link.why}; {why}")
    return Link("chain", holds, why)


def _ask(chain: Chain | None) -> Rpc | None:
    return chain.ask if chain else None


def _before_update(data: bytes) -> bytes:
    from provenance.embedding import before_update
    from provenance.media import sniff

    return before_update(data, sniff(data) or "")


def _watermark(data: bytes, watermarker: Watermarker | None, mark: MarkId) -> Link:
    if watermarker is None:
        return Link("watermark", None, "not read: only the studio's key reads the mark")
    found = _read_mark(data, watermarker)
    if found == mark:
        return Link("watermark", True, f"the pixels carry mark {mark:012x}")
    shown = "no mark" if found is None else f"mark {found:012x}"
    return Link("watermark", False, f"the pixels carry {shown}, the proof is for {mark:012x}")


def _read_mark(data: bytes, watermarker: Watermarker | None) -> MarkId | None:
    from forensics import PictureError, decode_image
    from watermark import MarkError

    if watermarker is None:
        return None
    try:
        mark = watermarker.read(decode_image(data), READ_SECONDS).mark_id
    except (PictureError, MarkError):
        return None
    return MarkId(mark) if mark is not None else None


def _in_book(link: Link, proof: AssetProof, ledger: Ledger | None) -> Link:
    """With the ledger at hand, the whole book must link, and hold the entries of the proof."""
    if ledger is None or link.holds is not True:
        return link
    try:
        check_book(ledger)
    except BrokenChainError as error:
        return Link("entries", False, f"the book of this ledger is broken: {error}")
    with ledger.store.reading() as tx:
        known = {entry.hash for entry in entries.about(tx, [proof.asset, proof.collection])}
    missing = [entry.sequence for entry in proof.entries if entry.hash not in known]
    if missing:
        return Link("entries", False, f"entry {missing[0]} of the proof is not in the book of this ledger")
    return Link("entries", True, f"{link.why}, and the whole book links")


def _on_chain(chain: Chain | None, proof: AssetProof, credential: Credential | None) -> Link:
    registration = proof.registration
    if chain is None or registration is None:
        return Link("chain", None, "the chain was not asked" if registration else "not registered yet")
    if chain.chain_id != registration.chain_id:
        where = f"chain {registration.chain_id}, this is chain {chain.chain_id}"
        return Link("chain", None, f"the proof is of {where}; ask the right one")
    try:
        witnessed = chain.collection(int(registration.token))
    except ChainError as error:
        return Link("chain", None, f"the chain could not be asked: {error}")
    if witnessed is None:
        return Link("chain", False, "this collection was never registered on the chain")
    token = token_id(witnessed.creator, int(proof.asset, 16))
    ours = credential is not None and credential.asset_id == proof.asset  # else the manifest link says so
    if credential and ours and not (credential.registration or "").endswith(f"/{token}"):
        return Link(
            "chain", False, "the collection on chain is of somebody else than the signed manifest names"
        )
    for name, there, here in (
        ("registry", chain.deployment["PatternRegistry"], registration.registry),
        ("root", f"0x{witnessed.root.hex()}", proof.root),
        ("terms", f"0x{witnessed.terms_hash.hex()}", registration.terms_hash),
    ):
        if there != here:
            return Link(
                "chain", False, f"the chain holds another {name} for this collection: {there[:14]}..."
            )
    return Link("chain", True, f"root and terms stand on chain {chain.chain_id}, block {witnessed.tx.block}")
