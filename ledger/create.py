"""From a brief to made tiles: plan the collection, then draw, mark, sign and fingerprint each tile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ledger import briefing, guiding, metering, shared_index
from ledger.context import Ledger
from ledger.domain.assets import Asset, Collection, CollectionBrief, Draft
from ledger.domain.brief_text import brief_to_dict
from ledger.domain.canonical import digest
from ledger.domain.errors import BriefError, TermsError
from ledger.domain.ids import AssetId, CollectionId, MarkId, asset_id, collection_id, mark_id
from ledger.domain.origins import origin
from ledger.domain.terms import Terms
from ledger.domain.terms_text import terms_hash, terms_to_dict
from ledger.errors import ConflictError
from ledger.store import Tx, assets, collections, parties

NOTHING: Mapping[str, str] = MappingProxyType({})
SMALLEST_MARKED_PX = 256  # a smaller tile has no room for the band of the mark


def plan(ledger: Ledger, brief: CollectionBrief, terms: Terms, key: str) -> Collection:
    """Reserve the numbers, marks and recipes of a collection. The same `key` plans the same collection once.

    A brief that asks for guidelines is held against them first, and is kept as they leave it.

    Raises what the generator refuses (unknown motif, ...), TermsError when a payee is no party, and
    ConflictError when `key` was used for another brief or other terms. Nothing is kept then.
    """
    check_size(brief.size)
    briefing.check(ledger, brief)
    held = guiding.as_planned(ledger, brief, collection_id(ledger.id, key))
    return reserve(ledger, held, terms, key, lambda: briefing.recipes_of(ledger, held))


def reserve(
    ledger: Ledger,
    brief: CollectionBrief,
    terms: Terms,
    key: str,
    recipes_of: Callable[[], Sequence[dict[str, Any]]],
) -> Collection:
    """`plan` for recipes that are known already or worked out elsewhere; they are asked for once."""
    name = collection_id(ledger.id, key)
    with ledger.store.reading() as tx:
        known = _known(tx, name, brief, terms)
        if known is not None:
            return known
        _check_payees(tx, terms)
    recipes = recipes_of()
    planned = Collection(name, brief, ledger.now())
    with ledger.store.transaction() as tx:
        known = _known(tx, name, brief, terms)
        if known is not None:
            return known
        collections.add(tx, planned, terms)
        assets.plan(tx, _drafts(tx, ledger.id, name, recipes))
        body = {"brief": digest(brief_to_dict(brief)), "terms": terms_hash(terms), "size": brief.count}
        tx.append("collection-planned", name, body, planned.created_at)
    return planned


def draw(ledger: Ledger, asset: AssetId) -> dict[str, str]:
    """Draw one planned tile and change no row; the names of its blobs, for `make`, unless it is made already.

    Raises GeneratorError and StorageError.
    """
    from ledger.making import draw_ahead

    with ledger.store.reading() as tx:
        if assets.find(tx, asset) is not None:
            return {}
        draft = assets.draft(tx, asset)
        takes = collections.get(tx, draft.collection).brief.takes
    return draw_ahead(ledger, draft, takes)


def make(ledger: Ledger, asset: AssetId, ahead: Mapping[str, str] = NOTHING) -> Asset:
    """Draw, mark, sign and fingerprint one planned tile; a tile that is made already is returned as it is.

    What `draw` did `ahead` is not drawn again, unless its blobs are gone.

    Raises GeneratorError, MarkError, ProvenanceError and StorageError; the tile stays planned then.
    """
    from ledger.making import make_tile

    with ledger.store.reading() as tx:
        made = assets.find(tx, asset)
        if made is not None:
            return made
        draft = assets.draft(tx, asset)
        collection, terms = collections.get(tx, draft.collection), collections.terms(tx, draft.collection)
    tile = make_tile(ledger, draft, collection, terms, ahead)
    with ledger.store.transaction() as tx:
        made = assets.find(tx, asset)
        if made is not None:
            return made
        body = _made_body(tile) | _of_takes(collection.brief)
        entry = tx.append("asset-made", asset, body, tile.created_at)
        assets.make(tx, tile, entry.sequence)
        shared_index.keep(tx, tile.id, tile.fingerprint)
        metering.meter(ledger, tx, tile, collection.brief)
    return tile


def _known(tx: Tx, name: CollectionId, brief: CollectionBrief, terms: Terms) -> Collection | None:
    known = collections.find(tx, name)
    if known is None:
        return None
    if known.brief != brief:
        raise ConflictError("brief", f"this key planned {known.brief.name!r} before; use a new key")
    if terms_to_dict(collections.terms(tx, name)) != terms_to_dict(terms):
        raise ConflictError(
            "terms", f"this key planned {known.brief.name!r} under other terms; use a new key"
        )
    return known


def check_size(size: int) -> None:
    """BriefError for a tile too small to be marked."""
    if size < SMALLEST_MARKED_PX:
        problem = f"{size} px has no room for the watermark; give {SMALLEST_MARKED_PX} px or more"
        raise BriefError("size", problem)


def _check_payees(tx: Tx, terms: Terms) -> None:
    for share in terms.split.shares:
        if parties.find(tx, share.payee) is None:
            raise TermsError(f"split.{share.payee}", "is no party of this ledger; add it with party add")


def _drafts(
    tx: Tx, ledger: str, collection: CollectionId, recipes: Sequence[dict[str, object]]
) -> list[Draft]:
    names = [asset_id(collection, index) for index in range(len(recipes))]
    marks = _free_marks(tx, ledger, names)
    return [
        Draft(name, collection, index, mark, recipe)
        for index, (name, mark, recipe) in enumerate(zip(names, marks, recipes, strict=True))
    ]


def _free_marks(tx: Tx, ledger: str, names: Sequence[AssetId]) -> list[MarkId]:
    """A mark for each tile that no other tile has; 48 bits meet by chance once in 16 million tiles."""
    attempts = dict.fromkeys(names, 0)
    while True:
        marks = {name: mark_id(ledger, name, attempt) for name, attempt in attempts.items()}
        taken = set(assets.marks_taken(tx, marks.values()))
        clash = False
        for name in names:
            if marks[name] in taken:
                attempts[name] += 1
                clash = True
            taken.add(marks[name])
        if not clash:
            return [marks[name] for name in names]


def _of_takes(brief: CollectionBrief) -> dict[str, object]:
    """Of how many drawings the critic kept this one, where there was more than one."""
    return {"takes": brief.takes} if brief.takes > 1 else {}


def _made_body(tile: Asset) -> dict[str, object]:
    draft = tile.signed.marked.draft
    made, drawn = origin(draft.recipe), {}
    if made.by is not None:
        drawn = {"drawn_by": made.by, "certified_by": made.certifier, "file": draft.recipe["file"]}
    return {
        "collection": tile.collection,
        "sha256": tile.signed.sha256,
        "mark": f"{tile.mark:012x}",
        "recipe": digest(draft.recipe),
        "drawn": tile.signed.marked.drawn,
        "separations": tile.signed.marked.separations,
        **drawn,
    }
