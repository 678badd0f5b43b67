"""`summary.json`: what others read of the demo. Every value is read back from the ledger or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.demo.scene import ARTISTS, LICENSEE_NAME, STUDIO, Scene
from api.demo.stages import licence, tile_file

if TYPE_CHECKING:
    from ledger.domain.assets import Asset
    from ledger.domain.invoice import Invoice
    from ledger.store.findings import Picture


def summarise(scene: Scene) -> dict[str, Any]:
    """The summary, whole."""
    return {
        "collection": _collection(scene),
        "assets": [_asset(scene, tile) for tile in scene.tiles],
        "licence": _licence(scene),
        "decisions": [
            {name: answer[name] for name in ("use", "outcome", "reason")}
            for answer in scene.told["answers"].values()
        ],
        "wild": [_wild(scene, picture) for picture in pictures(scene)],
        "invoice": _invoice(_of_findings(scene)),
        "invoices": [_invoice(each) for each in _invoices(scene)],
        "payouts": _payouts(scene),
        "seconds": scene.told["seconds"],
    }


def pictures(scene: Scene) -> tuple[Picture, ...]:
    from ledger.domain.ids import ScanId
    from ledger.store import findings

    with scene.ledger.store.reading() as tx:
        return tuple(sorted(findings.pictures(tx, ScanId(scene.told["scan"])), key=lambda each: each.name))


def party_name(party: str) -> str:
    return {STUDIO: "Selvage Studio", **ARTISTS}.get(party, LICENSEE_NAME)


def _collection(scene: Scene) -> dict[str, Any]:
    from ledger.domain.errors import OrderError
    from ledger.store import collections

    with scene.ledger.store.reading() as tx:
        found = collections.get(tx, scene.collection)
    if found.registration is None:
        raise OrderError(f"collection {found.id} is not registered; run the demo again")
    at = found.registration
    return {
        "id": found.id,
        "name": found.brief.name,
        "size": found.brief.count,
        "root": at.root,
        "tx": at.tx,
        "gas": at.gas,
    }


def _asset(scene: Scene, tile: Asset) -> dict[str, Any]:
    from provenance import verify

    draft = tile.signed.marked.draft
    file = f"tiles/{tile_file(draft.index)}"
    credential = verify((scene.out / file).read_bytes(), tile.signed.mime, scene.ledger.engines.trust)
    return {
        "id": tile.id,
        "mark_id": f"{tile.mark:012x}",
        "file": file,
        "sha256": tile.signed.sha256,
        "recipe": dict(draft.recipe),
        "c2pa": credential.state,
        "psnr_db": tile.signed.marked.quality["psnr_db"],
    }


def _licence(scene: Scene) -> dict[str, Any]:
    from ledger.store import rights

    with scene.ledger.store.reading() as tx:
        grant = rights.get_grant(tx, licence(scene))
    return {"id": grant.id, "tx": grant.tx, "gas": grant.gas}


def _wild(scene: Scene, picture: Picture) -> dict[str, Any]:
    outcome = picture.outcome or {}
    return {
        "file": f"wild/{picture.name}",
        "truth": scene.told["truth"][picture.name],
        "found": {
            "asset": outcome["asset"],
            "p_value": float(outcome["p_value"]),
            "verdict": outcome["verdict"],
        },
    }


def _of_findings(scene: Scene) -> Invoice:
    from ledger.domain.ids import InvoiceId
    from ledger.store import money

    with scene.ledger.store.reading() as tx:
        return money.get(tx, InvoiceId(scene.told["invoice"]))


def _invoices(scene: Scene) -> tuple[Invoice, ...]:
    """All there are, the first made first: that of the licence, then that of what was found and made."""
    from ledger.store import money

    with scene.ledger.store.reading() as tx:
        return money.page(tx)


def _invoice(invoice: Invoice) -> dict[str, Any]:
    lines = [
        {
            "kind": line.kind.value,
            "text": line.text,
            "asset": line.asset,
            "quantity": line.quantity,
            "unit_minor": line.unit.minor,
            "amount_minor": line.amount.minor,
            "evidence": line.evidence,
        }
        for line in invoice.lines
    ]
    return {
        "id": invoice.id,
        "total_minor": invoice.total.minor,
        "currency": invoice.total.currency,
        "lines": lines,
        "tx": invoice.settled_tx,
        "issued_tx": invoice.issued_tx,
    }


def _payouts(scene: Scene) -> list[dict[str, Any]]:
    from ledger.store import money

    with scene.ledger.store.reading() as tx:
        paid = money.payouts(tx)
    return [{"payee": each.payee, "amount_minor": each.amount.minor, "tx": each.tx} for each in paid]
