"""Receipts: proof that a manifest was taken into this repository, and when, that needs no trust in us.

A receipt holds the entry of the book that names the manifest's bytes, its inclusion proof in the log under a
signed checkpoint, the transaction that put this checkpoint on chain where one did, and for a registered tile
its path to the Merkle root of its collection on chain.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from ledger import log, log_keys, witness
from ledger.chain import keccak
from ledger.context import Ledger
from ledger.domain import merkle
from ledger.domain.canonical import canonical
from ledger.domain.entries import Entry
from ledger.domain.errors import DomainError
from ledger.domain.ids import AssetId
from ledger.domain.log.note import parse_note
from ledger.domain.log.tlog_proof import TlogProof, parse_tlog_proof, proven
from ledger.domain.log.tree import inclusion
from ledger.domain.proof_text import entry_to_dict
from ledger.errors import UnknownError
from ledger.register import leaves
from ledger.store import Tx, assets, collections, colourways, copies, entries, meta, productions, txs
from ledger.store import log as log_store
from ledger.store.log_tables import CheckpointRow
from ledger.store.manifests import Held

TYPE = "org.c2pa.manifest-receipt"
CONTEXT = {"c2pa": "https://c2pa.org/ns/", "receipt": "https://c2pa.org/ns/manifest-receipt#"}
ALGORITHM = "RFC6962-SHA256"


def receipt(ledger: Ledger, held: Held, repository: str, where: str) -> dict[str, Any]:
    """The receipt of a manifest; `repository` is the address of the API, `where` that of the receipt itself.

    Signs a checkpoint where the entry is under none. UnknownError where the book does not name the bytes.
    """
    with ledger.store.reading() as tx:
        entry = _entry(tx, held)
        covered = log_store.checkpoint_over(tx, entry.sequence) is not None
    if not covered:
        log.checkpoint(ledger)
    with ledger.store.reading() as tx:
        row = _checkpoint(tx, entry.sequence)
        path = inclusion(log_store.reader(tx, row.size), entry.sequence - 1, row.size)
        told = TlogProof(entry.sequence - 1, path, parse_note(row.note))
        proof = {
            "alg": ALGORITHM,
            "value": base64.b64encode(str(told).encode()).decode(),
            "entry": entry_to_dict(entry),
            "key": str(log.signer(ledger).key),
        }
        member = _membership(tx, held)
        parameters = _parameters(tx, held, row)
    return {
        "@context": CONTEXT,
        "@type": TYPE,
        "repository": {"uri": repository, "manifestId": held.id},
        "anchor": {
            "uri": where,
            "parameters": parameters,
            "proof": {**proof, **({"collection": member} if member else {})},
        },
    }


def problem(ledger: Ledger, held: Held, given: Mapping[str, Any], issued: Mapping[str, Any]) -> str | None:
    """Why a receipt that somebody shows does not hold, None where it does. `issued` is what we say now.

    Its proof is checked by itself; all else has to be as we say, but that it may be from before the
    checkpoint was on chain.
    """
    try:
        anchor, ours = given["anchor"], issued["anchor"]
        proof, expected = anchor["proof"], ours["proof"]
        told = parse_tlog_proof(base64.b64decode(proof["value"], validate=True).decode())
        checkpoint = proven(
            told, bytes.fromhex(proof["entry"]["hash"]), log.signer(ledger).key, log_keys.verify
        )
    except (DomainError, KeyError, TypeError, ValueError, AttributeError) as error:
        return f"the proof does not hold: {str(error)[:200]}"
    for name in ("@context", "@type", "repository"):
        if given.get(name) != issued[name]:
            return f"{name} is not that of this repository"
    if anchor.get("uri") != ours["uri"] or proof.get("key") != expected["key"]:
        return "it names another log or another place than this repository"
    if proof["entry"] != expected["entry"] or told.index + 1 != expected["entry"]["sequence"]:
        return "the entry is not the one that names this manifest"
    if proof.get("collection") not in (None, expected.get("collection")):
        return "the path to the root of the collection is not that of this tile"
    if proof.get("alg") != ALGORITHM:
        return f"alg is not {ALGORITHM}"
    return _unlike(ledger, held, anchor.get("parameters"), checkpoint.size)


def _unlike(ledger: Ledger, held: Held, given: Any, size: int) -> str | None:
    with ledger.store.reading() as tx:
        row = next((each for each in log_store.checkpoints(tx) if each.size == size), None)
        if row is None:
            return "its checkpoint is none that is kept here"
        ours = _parameters(tx, held, row)
    before = {"sha256": ours["sha256"], "size": ours["size"], "root": ours["root"]}
    return None if given in (ours, before) else "the anchor is not the one that this log has"


def _entry(tx: Tx, held: Held) -> Entry:
    """The entry of the book that names these bytes, the first if there are several."""
    for entry in entries.about(tx, _subjects(tx, held)):
        if held.sha256 in canonical(dict(entry.body)).decode():
            return entry
    raise UnknownError("receipt", held.id, "the book has no entry that names its bytes")


def _subjects(tx: Tx, held: Held) -> list[str]:
    if held.asset is None:
        return [held.id]
    if copy := copies.by_content(tx, held.sha256):
        return [held.asset, copy.licence]
    if made := productions.by_content(tx, held.sha256):
        return [held.asset, made[0].id]
    colourway = colourways.by_content(tx, held.sha256)
    return [held.asset, colourway.id] if colourway else [held.asset]


def _checkpoint(tx: Tx, sequence: int) -> CheckpointRow:
    """The first checkpoint over an entry that is on chain, else the first one over it."""
    over = [each for each in log_store.checkpoints(tx) if each.size >= sequence]
    on_chain = txs.anchors(tx, [each.size for each in over])
    return next((each for each in over if each.size in on_chain), over[0])


def _parameters(tx: Tx, held: Held, row: CheckpointRow) -> dict[str, Any]:
    """What the checkpoint is over, and where on chain it stands, if it does (CAIP-10)."""
    told: dict[str, Any] = {"sha256": held.sha256, "size": row.size, "root": row.root}
    sent = txs.anchors(tx, [row.size]).get(row.size)
    deployment = json.loads(meta.get(tx, witness.DEPLOYMENT) or "{}")
    if sent is None or "CheckpointBook" not in deployment.get("addresses", {}):
        return told
    chain, book = deployment["chain_id"], deployment["addresses"]["CheckpointBook"]
    return {**told, "caip10": f"eip155:{chain}:{book}", "tx": sent.hash, "block": sent.block}


def _membership(tx: Tx, held: Held) -> dict[str, Any] | None:
    """The tile's path to the root of its collection on chain, if this is the file that was registered."""
    tile = assets.find(tx, AssetId(held.asset)) if held.asset else None
    if tile is None or tile.signed.sha256 != held.sha256:
        return None
    registered = collections.get(tx, tile.collection).registration
    if registered is None:
        return None
    hashes = leaves(assets.of_collection(tx, tile.collection))
    member = merkle.leaf(keccak, tile.id, tile.content, tile.mark)
    return {
        "asset": tile.id,
        "mark": f"{tile.mark:012x}",
        "leaf": f"0x{member.hex()}",
        "siblings": [f"0x{each.hex()}" for each in merkle.prove(keccak, hashes, member)],
        "root": registered.root,
        "registry": f"eip155:{registered.chain_id}:{registered.registry}",
        "collection": registered.token,
        "tx": registered.tx,
    }
