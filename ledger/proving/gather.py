"""Write a proof bundle: all that concerns one tile, licence, finding or invoice, sealed by the ledger."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ledger import decide, log, signed, witness
from ledger import verify as verification
from ledger.context import Ledger
from ledger.domain import invoice as invoices
from ledger.domain.canonical import canonical
from ledger.domain.decision import Outcome
from ledger.domain.entries import Entry
from ledger.domain.ids import AssetId, FindingId, InvoiceId, LicenceId
from ledger.domain.judging import measured
from ledger.domain.log.checkpoint import parse_checkpoint
from ledger.domain.log.note import Note, encoded, parse_note
from ledger.domain.log.tree import Hash, inclusion
from ledger.domain.proof_text import entry_to_dict, proof_to_dict
from ledger.domain.terms_text import terms_to_dict
from ledger.proving.bundle import FORMAT, VERSION, Kind, Part, digests, write
from ledger.proving.chain import CONTRACTS
from ledger.store import Tx, assets, entries, findings, money, rights, txs
from ledger.store import log as log_store

SEAL_FORMAT = 1


@dataclass(frozen=True)
class _Wanted:
    """What a bundle is to hold: whose entries, which tile, papers, transactions by the event they made."""

    subjects: tuple[str, ...]
    asset: AssetId | None
    papers: Mapping[str, Any]
    transactions: Mapping[str, str]
    picture: str | None = None


@dataclass(frozen=True)
class _Point:
    """The checkpoint that everything is proven under; `anchor` is the transaction that put it on chain."""

    note: Note
    size: int
    anchor: str | None


def export(
    ledger: Ledger, kind: Kind, subject: str, *, with_file: bool = True, with_chain: bool = True
) -> bytes:
    """The bundle. A checkpoint is signed where the newest does not reach; else nothing is written.

    Raises UnknownError, OrderError (a rejected tile), ConflictError (the log does not continue its last
    checkpoint), ChainError, StorageError.
    """
    with ledger.store.reading() as tx:
        wanted = _READERS[kind](tx, subject)
        told = entries.about(tx, sorted(set(wanted.subjects)))
    point = _checkpoint(ledger, told[-1].sequence)
    left_out = {*(() if with_file else (Part.FILE,)), *(() if with_chain else (Part.CHAIN,))}
    decision = _decision(ledger, LicenceId(subject), point) if kind is Kind.LICENCE else None
    if kind is Kind.LICENCE and decision is None:
        left_out.add(Part.DECISION)
    if point.anchor is None:
        left_out.add(Part.ANCHOR)
    parts = {
        "format": FORMAT,
        "version": VERSION,
        "subject": {"kind": kind.value, "id": subject},
        "ledger": ledger.id,
        "left_out": sorted(left_out),
        "log": _log(ledger, told, point),
        "asset": _asset(ledger, wanted.asset),
        "files": _files(ledger, wanted, with_file),
        "licence": wanted.papers.get("licence"),
        "decision": decision,
        "finding": wanted.papers.get("finding"),
        "invoice": wanted.papers.get("invoice"),
        "chain": _chain(ledger, wanted, point) if with_chain else None,
    }
    return write(parts, _seal(ledger, parts))


def _of_asset(tx: Tx, subject: str) -> _Wanted:
    tile = assets.get(tx, AssetId(subject))
    return _Wanted((subject, tile.collection), tile.id, {}, {})


def _of_licence(tx: Tx, subject: str) -> _Wanted:
    grant = rights.get_grant(tx, LicenceId(subject))
    tile = assets.get(tx, grant.asset)
    bought = [each for each in (grant.offer, grant.invoice) if each]
    whose = (grant.licensee, *grant.earlier)
    paper = {"id": grant.id, "terms": terms_to_dict(grant.terms), "reference": grant.reference}
    subjects = (subject, *bought, *whose, tile.id, tile.collection)
    return _Wanted(subjects, tile.id, {"licence": paper}, {"LicenceGranted": grant.tx})


def _of_finding(tx: Tx, subject: str) -> _Wanted:
    found = findings.get(tx, FindingId(subject))
    tile = assets.get(tx, found.asset)
    paper = {"id": found.id, "scan": found.scan, "standing": found.standing.value, **measured(found)}
    subjects = (subject, found.scan, tile.id, tile.collection)
    return _Wanted(subjects, tile.id, {"finding": paper}, {}, found.picture_sha256)


def _of_invoice(tx: Tx, subject: str) -> _Wanted:
    found = money.get(tx, InvoiceId(subject))
    sent = {"InvoiceIssued": found.issued_tx, "InvoiceSettled": found.settled_tx}
    evidence = [line.evidence for line in found.lines]
    paper = {"id": found.id, **invoices.content(found)}
    transactions = {name: tx_ for name, tx_ in sent.items() if tx_}
    return _Wanted((subject, found.payer, *evidence), None, {"invoice": paper}, transactions)


_READERS = {
    Kind.ASSET: _of_asset,
    Kind.LICENCE: _of_licence,
    Kind.FINDING: _of_finding,
    Kind.INVOICE: _of_invoice,
}


def _checkpoint(ledger: Ledger, last: int) -> _Point:
    """The newest checkpoint over entry `last` that is on chain; where none is, the newest."""
    with ledger.store.reading() as tx:
        rows = [row for row in log_store.checkpoints(tx) if row.size >= last]
        sent = {each.subject: each.hash for each in txs.every(tx)}
    anchored = [row for row in rows if f"anchor {row.size}" in sent]
    if not rows:
        note = log.checkpoint(ledger)
        return _Point(note, parse_checkpoint(note.text).size, None)
    row = (anchored or rows)[-1]
    return _Point(parse_note(row.note), row.size, sent.get(f"anchor {row.size}"))


def _log(ledger: Ledger, told: Iterable[Entry], point: _Point) -> dict[str, Any]:
    paths = _paths(ledger, [each.sequence for each in told], point.size)
    rows = [{**entry_to_dict(each), "path": paths[each.sequence]} for each in told]
    return {"checkpoint": str(point.note), "entries": rows}


def _paths(ledger: Ledger, sequences: Iterable[int], size: int) -> dict[int, list[str]]:
    with ledger.store.reading() as tx:
        read = log_store.reader(tx, size)
        return {each: _written(inclusion(read, each - 1, size)) for each in sequences}


def _written(path: Iterable[Hash]) -> list[str]:
    return [encoded(each) for each in path]


def _asset(ledger: Ledger, asset: AssetId | None) -> dict[str, Any] | None:
    if asset is None:
        return None
    found = proof_to_dict(verification.prove(ledger, asset))
    return {name: value for name, value in found.items() if name != "entries"}


def _files(ledger: Ledger, wanted: _Wanted, with_file: bool) -> dict[str, str]:
    from provenance.embedding import store_of

    found: dict[str, bytes] = {}
    if wanted.asset is not None:
        with ledger.store.reading() as tx:
            data = ledger.blobs.get(assets.get(tx, wanted.asset).signed.sha256)
        found = {"asset": data} if with_file else {"manifest": store_of(data, "image/png")}
    if wanted.picture is not None and with_file:
        found["picture"] = ledger.blobs.get(wanted.picture)
    return {name: base64.b64encode(data).decode() for name, data in found.items()}


def _decision(ledger: Ledger, licence: LicenceId, point: _Point) -> dict[str, Any] | None:
    """What the ledger decides now on the use that the licence was bought for; None where it is not by it.

    Nothing is written: a decision that would make an offer is left out.
    """
    with ledger.store.reading() as tx:
        grant = rights.get_grant(tx, licence)
        offer = rights.find_offer(tx, grant.offer) if grant.offer else None
    if offer is None:
        return None
    decided = decide.draft(ledger, grant.asset, grant.licensee, (offer.use,)).decided
    if decided.answers[0][0].outcome is not Outcome.PERMIT or decided.answers[0][0].licence != licence:
        return None
    (made,) = signed.sign_each(ledger, grant.licensee, (offer.use,), decided)
    head = decided.entry[0]
    path = _paths(ledger, [head], point.size)[head] if head <= point.size else None
    return {"jws": made.jws, "path": path}


def _chain(ledger: Ledger, wanted: _Wanted, point: _Point) -> dict[str, Any]:
    """The receipts of what was said on chain, each with the header of its block."""
    chain = witness.ready(ledger)
    sent = dict(wanted.transactions)
    if wanted.asset is not None:
        registration = verification.prove(ledger, wanted.asset).registration
        sent |= {"CollectionRegistered": registration.tx} if registration else {}
    if point.anchor is not None:
        sent["Anchored"] = point.anchor
    events = []
    for event, transaction in sorted(sent.items()):
        proof = chain.prove_receipt(transaction)
        nodes = [f"0x{node.hex()}" for node in proof.nodes]
        told = {"header": f"0x{proof.header.hex()}", "index": proof.index, "nodes": nodes}
        events.append({"contract": CONTRACTS[event], "event": event, **told})
    return {"chain_id": chain.chain_id, "events": events}


def _seal(ledger: Ledger, parts: Mapping[str, Any]) -> str:
    from provenance.statements import SEAL

    said = {"format": SEAL_FORMAT, "ledger": ledger.id, "made_at": ledger.now(), "parts": digests(parts)}
    return ledger.engines.statements.sign(canonical(said), SEAL)
