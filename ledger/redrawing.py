"""Further tiles of a tile's recipe: all of it but the seed. Whoever draws them has the right, or a licence.

A licensee's pictures are counted one by one: see `metering.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ledger.context import Ledger
from ledger.domain.assets import MAX_NAME, Asset, CollectionBrief
from ledger.domain.errors import BriefError, OrderError
from ledger.domain.ids import AssetId, CollectionId, derive_seed
from ledger.domain.origins import asked_for
from ledger.domain.styles import MadeFor
from ledger.domain.terms import Terms
from ledger.errors import NotPermittedError
from ledger.influences import FIELD
from ledger.store import Tx, assets, collections, styles
from ledger.styles import drawn_with, title_of

if TYPE_CHECKING:
    from generator import Generator

_OTHERS = "it was drawn in a style or over a tile that is not for others; ask the house"


def redraw(
    ledger: Ledger, asset: AssetId, count: int = 1, seed: int = 0, made_for: MadeFor | None = None
) -> tuple[CollectionBrief, Terms]:
    """The brief of `count` tiles of the recipe of `asset`, in its style and over its base; its terms.

    Another `seed`, count or party is another collection, of which no tile was drawn before.

    Raises UnknownError, BriefError, OrderError for a tile that is not made or has no seed, as one that a
    person drew, and NotPermittedError for one in a style that the party may not know of. Whether the terms
    give the right is found where the brief is planned.
    """
    with ledger.store.reading() as tx:
        tile, title = assets.get(tx, asset), title_of(tx, asset)
        said = _said(tx, tile)
        terms = collections.terms(tx, tile.collection)
        if made_for is not None and not _shown(tx, tile.collection, made_for):
            raise NotPermittedError("drawing from its recipe", [(asset, _OTHERS)])
    name = f"{title} redrawn"[:MAX_NAME]
    brief = CollectionBrief(**said, name=name, count=count, seed=seed, made_for=made_for, recipe=asset)
    return brief, terms


def planned(
    ledger: Ledger, brief: CollectionBrief, source: AssetId
) -> tuple[Generator, list[dict[str, Any]]]:
    """What draws a brief of the recipe of `source`, and its recipes.

    Raises BriefError for a brief that says something else than that recipe, NotPermittedError naming the tile
    and the clause, and OrderError where it can no longer be drawn by what it was drawn by.
    """
    with ledger.store.reading() as tx:
        tile = assets.get(tx, source)
        said, recipe = _said(tx, tile), tile.signed.marked.draft.recipe
    for name, value in said.items():
        if getattr(brief, name) != value:
            raise BriefError(name, f"is not that of tile {source}; let selvage redraw write the brief")
    added, generator = drawn_with(ledger, brief), _drawer(ledger, recipe)
    if added.get("base") != recipe.get("base"):
        raise OrderError(f"tile {source} was drawn over a tile that was retouched since; draw over that one")
    party = brief.made_for.party if brief.made_for else ""
    asked = ("redrawn", source, brief.seed, brief.count, party)
    return generator, [{**recipe, "seed": derive_seed(*asked, n), **added} for n in range(brief.count)]


def _said(tx: Tx, tile: Asset) -> dict[str, Any]:
    """What a brief of a tile's recipe has to say. Raises OrderError."""
    recipe, origin = tile.signed.marked.draft.recipe, collections.get(tx, tile.collection).brief
    if asked_for(recipe) is None:
        told = "was drawn by a person: its recipe has no seed; draw over it instead"
        raise OrderError(f"tile {tile.id} {told}")
    return {
        "prompts": (str(recipe["prompt"]),),
        "palettes": (tuple(recipe["palette"]),),
        "size": int(recipe["size"]),
        "generator": str(recipe["generator"]),
        "style": origin.style,
        "base": origin.base,
    }


def _shown(tx: Tx, collection: CollectionId, made_for: MadeFor) -> bool:
    """Whether a party may be told in what style and over what the tiles of a collection were drawn."""
    brief = collections.get(tx, collection).brief
    if brief.style is not None and not styles.get(tx, brief.style.name).known_to(made_for.party):
        return False
    return brief.base is None or brief.made_for is None or brief.made_for.party == made_for.party


def _drawer(ledger: Ledger, recipe: Mapping[str, Any]) -> Generator:
    """What drew a recipe, weights that others replaced too. Raises OrderError, WeightsError, BriefError."""
    from generator import EmbeddedGenerator

    found: Generator = ledger.engines.generator(str(recipe["generator"]))
    if isinstance(found, EmbeddedGenerator):
        found = found.of(str(recipe["weights"]))
    asked = (str(recipe["prompt"]), recipe["palette"], int(recipe["seed"]), int(recipe["size"]))
    again = found.plan(*asked).to_dict()
    if again != {name: value for name, value in recipe.items() if name not in ("base", FIELD)}:
        drawer = f"the weights {str(recipe['weights'])[:12]} of {found.name}, which are not set up as then"
        raise OrderError(f"its recipe is for {drawer}; draw a tile with those of today and redraw that")
    return found
