"""A tile drawn over, and a style offered by a tile: briefs of one tile that are worked out here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger import create, seeing
from ledger.context import Ledger
from ledger.domain.assets import MAX_NAME, MAX_SEED, Collection, CollectionBrief
from ledger.domain.brief_text import brief_to_dict
from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId
from ledger.domain.origins import asked_for
from ledger.domain.styles import BaseUse, MadeFor, Style, StyleUse, parse_share
from ledger.domain.terms import Terms, Withheld
from ledger.domain.terms_text import terms_to_dict
from ledger.errors import ConflictError
from ledger.making import drawn_pixels, separations
from ledger.store import assets, collections, styles
from ledger.styles import embedded, title_of

USUAL_STRENGTH = "0.4"
SPECIMEN_PX = 512
SPECIMEN_INKS = ("#f6ecd6", "#17274f", "#c8553d")
_SAID = ("style", "family", "scale", "density", "layout")


@dataclass(frozen=True)
class Restyled:
    """What was drawn over `base`. `layout` is the correlation of both grounds at the same phase, -1 to 1.

    `seams` are the upright and the level one: the change across over that inside, and whether it is closed.
    """

    asset: AssetId
    base: AssetId
    layout: float
    seams: tuple[tuple[float, bool], ...]


def restyle(
    ledger: Ledger,
    asset: AssetId,
    style: StyleUse | None,
    strength: str = USUAL_STRENGTH,
    palette: Sequence[str] = (),
    seed: int = 0,
    made_for: MadeFor | None = None,
    keep: str | None = None,
) -> tuple[CollectionBrief, Terms]:
    """The brief of one tile drawn over `asset`, in its words and its inks unless others are given; its terms.

    One that a person drew has no words, and gets the critic's. `keep` is the part of it that stays as it is,
    `ground` or `motif`.

    Raises UnknownError, OrderError for a tile that is not made, FieldError and BriefError.
    """
    with ledger.store.reading() as tx:
        tile, title = assets.get(tx, asset), title_of(tx, asset)
        terms = collections.terms(tx, tile.collection)
    recipe = tile.signed.marked.draft.recipe
    drawn = asked_for(recipe) is not None
    words = words_of(ledger, recipe) if drawn else seeing.words(ledger, drawn_pixels(ledger, tile))
    # A collection's name is for everybody, the style that a party draws in is not.
    hand = f" in {style.name}" if style and made_for is None else " drawn over"
    brief = CollectionBrief(
        name=f"{title}{hand}"[:MAX_NAME],
        prompts=(words,),
        palettes=(tuple(palette) or tuple(recipe["palette"]),),
        count=1,
        size=int(recipe["size"]),
        seed=seed,
        style=style,
        base=BaseUse(asset, parse_share("strength", strength), keep),
        made_for=made_for,
    )
    return brief, terms


def words_of(ledger: Ledger, recipe: Mapping[str, Any]) -> str:
    """What a tile shows, in words that leave nothing to the seed; its prompt where these are not known."""
    found = shown(ledger, recipe)
    return ", ".join(found[name] for name in _SAID) if found else str(recipe["prompt"])


def shown(ledger: Ledger, recipe: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a tile shows, by attribute, as what drew it reads its words; None where these are not known."""
    from generator.editions import NEWEST, settled
    from generator.errors import GeneratorError

    try:
        drawn = recipe["generator"] == "embedded"
        edition = embedded(ledger).of(str(recipe["weights"])).edition if drawn else NEWEST
        return settled(str(recipe["prompt"]), int(recipe["seed"]), len(recipe["palette"]), edition)
    except GeneratorError:
        return None


def planned_once(ledger: Ledger, brief: CollectionBrief, terms: Terms) -> Collection:
    """The collection of such a brief; the same brief and terms are the same. Raises as `create.plan`."""
    content = json.dumps([brief_to_dict(brief), terms_to_dict(terms)], sort_keys=True)
    return create.plan(ledger, brief, terms, hashlib.sha256(content.encode()).hexdigest())


def measured(ledger: Ledger, planned: Collection) -> Restyled:
    """How much of the base is left in the tile drawn over it.

    Raises OrderError before it is made, and ConflictError for a collection that was drawn over nothing or
    has several tiles.
    """
    from generator.seams import seams
    from generator.style import layout_kept

    if planned.brief.base is None:
        raise ConflictError("base", f"{planned.brief.name} was drawn over nothing")
    if planned.brief.count != 1:
        problem = f"{planned.brief.name} has {planned.brief.count} tiles; one alone is measured"
        raise ConflictError("count", problem)
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
        tile = assets.get(tx, draft.id)
        base = assets.get(tx, planned.brief.base.asset)
    layout = layout_kept(separations(ledger, base), separations(ledger, tile))
    found = tuple((round(each.ratio, 2), each.closed) for each in seams(drawn_pixels(ledger, tile)))
    return Restyled(tile.id, base.id, round(layout, 4), found)


def specimen(ledger: Ledger, name: str, terms: Terms) -> CollectionBrief:
    """The brief of the tile by which a style is offered to others under `terms`.

    Raises UnknownError, ConflictError for one that is offered already or is not the house's to offer, and
    FieldError where the terms do not give `adapter`.
    """
    with ledger.store.reading() as tx:
        style = styles.get(tx, name)
    if style.made_for is not None:
        raise ConflictError("style", f"{name} is of {style.made_for}, made by licences that are theirs alone")
    if style.specimen is not None:
        raise _offered_already(style)
    if isinstance(terms.adapter, Withheld):
        raise FieldError("terms.adapter", "these terms do not give it; write preset: adapter, or the clause")
    return CollectionBrief(
        name=f"{name} specimen"[:MAX_NAME],
        prompts=(_first_known(ledger, style),),
        palettes=(SPECIMEN_INKS,),
        count=1,
        size=SPECIMEN_PX,
        seed=style.seed % (MAX_SEED + 1),  # that of a file from elsewhere may be any
        style=StyleUse(name),
    )


def terms_of(ledger: Ledger, name: str) -> Terms:
    """The terms under which tiles in a style are drawn for others: those of its specimen.

    Raises UnknownError, and ConflictError for a style that is offered by none.
    """
    with ledger.store.reading() as tx:
        style = styles.get(tx, name)
        if style.specimen is None:
            raise ConflictError(
                "terms", f"the style {name} has no specimen to take terms of; a manager gives them"
            )
        return collections.terms(tx, assets.draft(tx, style.specimen).collection)


def offered(ledger: Ledger, name: str, planned: Collection) -> AssetId:
    """Write down that a style is offered by the tile of its specimen; once written it stays.

    Raises ConflictError where another tile offers it already.
    """
    with ledger.store.transaction() as tx:
        style, (draft,) = styles.get(tx, name), assets.drafts(tx, planned.id)
        if style.specimen is None:
            body = {"style": name, "adapter": style.adapter, "specimen": draft.id}
            tx.append("style-offered", style.id, body, ledger.now())
            styles.show_by(tx, style.id, draft.id)
        elif style.specimen != draft.id:  # planned under other terms at the same time
            raise _offered_already(style)
        return draft.id


def _offered_already(style: Style) -> ConflictError:
    return ConflictError("style", f"{style.name} is offered by tile {style.specimen} already")


def _first_known(ledger: Ledger, style: Style) -> str:
    """The first of the style's words that the weights it was trained on can draw. Raises AdapterError."""
    from generator.errors import GeneratorError

    generator = embedded(ledger).that_draws(style.adapter)
    for source in style.sources:
        try:
            generator.asked(source.prompt, 0, len(SPECIMEN_INKS))
        except GeneratorError:
            continue
        return source.prompt
    return generator.learnt[0]
