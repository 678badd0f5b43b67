"""Whether the register holds the like of a tile: this very drawing, this picture, or these shapes."""

from __future__ import annotations

from ledger import searching
from ledger.context import Ledger
from ledger.domain.assets import Asset
from ledger.domain.critiques import FAIL, PASS, WARN, Point
from ledger.guardrails import SAME_SHAPE
from ledger.store import assets

OWN = "own"


def own(ledger: Ledger, tile: Asset) -> Point:
    """The point of the checklist that says whether a tile is a picture of its own."""
    from forensics import Fingerprint

    twin = _twin(ledger, tile)
    if twin is not None:
        return _refused(f"the very drawing of {twin}", f"reject it or {twin}, or draw it from another seed")
    index = searching.register(ledger).index
    prints = Fingerprint.from_dict(tile.fingerprint)
    same = [near for near in index.copies(prints) if near.reference.asset_id != tile.id]
    if same:
        return _refused(f"{same[0].bits} bits from {same[0].reference.asset_id}", "a near-duplicate")
    others = [(ref, far) for ref, far in index.nearest(prints, 2) if ref.asset_id != tile.id]
    if not others:
        return Point(OWN, PASS, "nothing else is in the register", f"{SAME_SHAPE:g}")
    reference, far = others[0]
    measure = f"shape {far:.3f} from {reference.asset_id}, the nearest"
    if far < SAME_SHAPE:
        return Point(OWN, WARN, measure, f"{SAME_SHAPE:g}", "look whether it is the same drawing")
    return Point(OWN, PASS, measure, f"{SAME_SHAPE:g}")


def _twin(ledger: Ledger, tile: Asset) -> str | None:
    """The first other tile of the register that is printed from equal separations, whatever its inks.

    Fingerprints do not tell: a drawing with few details has no PDQ. (A colourway is no tile of its own.)
    """
    with ledger.store.reading() as tx:
        same = assets.drawn_alike(tx, tile)
        silent = searching.silent(tx) if same else frozenset()
    return next((each for each in same if each not in silent), None)


def _refused(measure: str, reason: str) -> Point:
    return Point(OWN, FAIL, measure, "a picture of its own", reason)
