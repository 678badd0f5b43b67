"""Every kind of durable job, by its name. What takes a night has a lane that nobody else waits in."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.workflows import (
    licence_kinds,
    money_kinds,
    picture_kinds,
    production_kinds,
    style_kinds,
    tile_kinds,
)
from ledger.workflows.kind import Kind

KINDS: Mapping[str, Kind] = {
    "generate": Kind("briefs", tile_kinds.generate),
    "train-style": Kind("styles", style_kinds.train_style),
    "offer-style": Kind("briefs", style_kinds.offer_style),
    "curate": Kind("tiles", tile_kinds.curate_collection),
    "copy": Kind("files", tile_kinds.make_copy),
    "produce": Kind("files", production_kinds.produce),
    "confirm": Kind("tiles", tile_kinds.confirm_collection),
    "colourway": Kind("files", tile_kinds.make_colourway),
    "scan": Kind("pictures", picture_kinds.scan_pictures),
    "rescan": Kind("pictures", picture_kinds.rescan_collection),
    "replay": Kind("pictures", picture_kinds.replay_scan),
    "recover": Kind("pictures", picture_kinds.recover_picture),
    "register": Kind("chain", tile_kinds.register_collection),
    "anchor": Kind("chain", tile_kinds.anchor_book),
    "license": Kind("chain", licence_kinds.license_offer),
    "settle": Kind("chain", money_kinds.settle_invoice),
    "suspend": Kind("chain", licence_kinds.suspend_licence),
    "resume": Kind("chain", licence_kinds.resume_licence),
    "revoke": Kind("chain", licence_kinds.revoke_licence),
    "tally": Kind("chain", money_kinds.tally_units),
    "sublicense": Kind("chain", licence_kinds.give_sublicence),
    "transfer": Kind("chain", licence_kinds.hand_on),
    "open-desk": Kind("chain", licence_kinds.open_orders),
    "complete-order": Kind("chain", licence_kinds.complete_order),
    "x402": Kind("chain", money_kinds.take_payment),
    "sweep": Kind("chain", money_kinds.sweep_tills),
    "refund": Kind("chain", money_kinds.refund_offer),
    "restore": Kind("chain", money_kinds.restore_offer),
    "bill": Kind("chain", money_kinds.bill_party),
    "payout": Kind("chain", money_kinds.pay_out),
}
LANES = frozenset(kind.lane for kind in KINDS.values())
