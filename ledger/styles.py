"""What a brief is drawn with, beside its prompt: the adapter of a style, and the tile it is drawn over.

Both are in the recipe, by digest, and among its influences, so that the claim names them with their rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ledger.context import Ledger
from ledger.domain.assets import Asset, CollectionBrief
from ledger.domain.errors import BriefError
from ledger.domain.ids import AssetId, LicenceId
from ledger.domain.styles import BaseUse, MadeFor, Style, StyleUse
from ledger.domain.use import Action
from ledger.errors import NotPermittedError
from ledger.permission import licence_for, licence_of_face, right_of
from ledger.store import Tx, assets, collections, styles
from ledger.store.assets import Face

if TYPE_CHECKING:
    from generator import EmbeddedGenerator, Generator

MOST_NAMED = 48  # sources in a claim; the adapter's own file names them all
SHORT = 12  # characters of an id or a digest in a title
_UNITS = {"archive": 2}


def units_of(recipe: Mapping[str, Any]) -> int:
    """How many training units a tile is wide: those of what it was drawn over, else of what draws it."""
    base = recipe.get("base")
    return int(base["units"]) if base else _UNITS.get(str(recipe["generator"]), 1)


def embedded(ledger: Ledger) -> EmbeddedGenerator:
    """The generator that styles are for. Raises BriefError where the ledger has another."""
    from generator import EmbeddedGenerator

    found = ledger.engines.generator("embedded")
    if not isinstance(found, EmbeddedGenerator):
        raise BriefError("generator", "styles are for the embedded weights, which are not set up here")
    return found


def generator_of(ledger: Ledger, brief: CollectionBrief) -> Generator:
    """What draws a brief: for a style the weights it was trained on, which others may have replaced.

    Raises UnknownError for a style that is not there, and AdapterError for an adapter that is damaged, not
    here or of weights that are not.
    """
    if brief.style is None:
        return ledger.engines.generator(brief.generator)
    with ledger.store.reading() as tx:
        style = styles.get(tx, brief.style.name)
    return embedded(ledger).that_draws(style.adapter)


def drawn_with(ledger: Ledger, brief: CollectionBrief) -> dict[str, object]:
    """What style, base and the tile whose recipe it is add to each recipe of a brief; nothing without them.

    Raises UnknownError, NotPermittedError naming the tile and the clause, OrderError for a base without
    separations, and the generator's BriefError where what is kept of one leaves nothing to draw. Whether the
    adapter can be used `generator_of` finds.
    """
    from ledger.influences import FIELD

    if brief.style is None and brief.base is None and brief.recipe is None:
        return {}
    added: dict[str, object] = {}
    influences: list[dict[str, str]] = []
    if brief.style is not None:
        influences += _style(ledger, brief.style, brief.made_for, brief.count)
    if brief.base is not None:
        added["base"], over = _base(ledger, brief, brief.base)
        influences.append(over)
    if brief.recipe is not None:
        influences.append(_recipe(ledger, brief, brief.recipe))
    return {**added, FIELD: influences}


def licences_of(
    ledger: Ledger, tx: Tx, style: Style, made_for: MadeFor | None, generations: int
) -> tuple[LicenceId, ...]:
    """The licences under which pictures in a style are counted; none where the house draws in its own.

    A style that a party made of licensed tiles is counted under those licences, another party's drawing under
    its licence of the style. Raises NotPermittedError.
    """
    what = f"drawing in the style {style.name}"
    if style.made_for is not None and (made_for is None or made_for.party != style.made_for):
        raise NotPermittedError(what, [(style.name, f"it is of {style.made_for}; draw for them")])
    if made_for is None:
        return ()
    if style.made_for is not None:
        held = {each.licence: each.asset for each in style.sources if each.asset and each.licence}
        found = [
            (asset, licence_for(ledger, tx, asset, Action.ADAPT, made_for, generations))
            for asset in held.values()
        ]
        refused = [(str(asset), why) for asset, (_, why) in found if why]
        if refused:
            raise NotPermittedError(what, refused)
        return tuple(dict.fromkeys(licence for _, (licence, _) in found if licence))
    if style.specimen is None:
        raise NotPermittedError(what, [(style.name, "it is not offered to others: selvage style publish")])
    licence, why = licence_for(ledger, tx, style.specimen, Action.ADAPT, made_for, generations)
    if why or licence is None:
        raise NotPermittedError(what, [(style.specimen, why or "no licence")])
    return (licence,)


def right_to_draw_over(
    ledger: Ledger, tx: Tx, tile: Face, made_for: MadeFor | None
) -> tuple[LicenceId | None, str]:
    """(the licence that lets a tile be drawn over, None for the house; why not, empty where it may be).

    Raises as `licence_for`.
    """
    return licence_of_face(ledger, tx, tile, Action.DERIVE, made_for)


def _style(ledger: Ledger, use: StyleUse, made_for: MadeFor | None, count: int) -> list[dict[str, str]]:
    with ledger.store.reading() as tx:
        style = styles.get(tx, use.name)
        licences = licences_of(ledger, tx, style, made_for, count)
        named = () if style.brought else range(min(MOST_NAMED, len(style.sources)))
        sources = [_source(tx, style, number) for number in named]
    own = f"own style of {style.made_for or 'the house'}"
    owner = style.made_for or ledger.studio
    if style.brought:
        own, owner = style.brought.right, style.brought.owner
    right = f"licence {', '.join(licences)}" if licences else own
    title = style.name if style.known_to_all else f"style {style.id[:SHORT]}"
    adapter = {"kind": "adapter", "title": title, "sha256": style.adapter, "weight": use.weight}
    return [{**adapter, "rights": right, "attribution": owner}, *_once(sources)]


def _source(tx: Tx, style: Style, number: int) -> dict[str, str]:
    source = style.sources[number]
    title = source.title if style.known_to_all else f"picture {source.sha256[:SHORT]}"
    named = {"kind": "style-source", "title": title, "rights": source.right, "through": style.adapter}
    named |= {"attribution": source.owner, "sha256": source.sha256}
    if source.asset is not None:
        named |= {"asset_id": source.asset, "sha256": assets.get(tx, source.asset).signed.sha256}
    return named


def _once(found: list[dict[str, str]]) -> list[dict[str, str]]:
    """Two uploads of the same picture are one source."""
    return list({each["sha256"]: each for each in found}.values())


def _base(ledger: Ledger, brief: CollectionBrief, use: BaseUse) -> tuple[dict[str, object], dict[str, str]]:
    from generator.style.restyle import check_keep
    from ledger.making import encode_png, separations

    with ledger.store.reading() as tx:
        tile = assets.get(tx, use.asset)
        licence, why = right_to_draw_over(ledger, tx, assets.face(tx, use.asset), brief.made_for)
        if why:
            raise NotPermittedError("drawing over it", [(use.asset, why)])
        named = _named(ledger, tx, "base-pattern", tile, licence)
    found = separations(ledger, tile)
    if use.keep is not None:
        check_keep(use.keep, found, min(len(inks) for inks in brief.palettes))
    screens = ledger.blobs.put(encode_png(found))
    recipe = tile.signed.marked.draft.recipe
    base = {"separations": screens, "strength": use.strength, "units": units_of(recipe)}
    if use.keep is not None:
        base["keep"] = use.keep
    return base, named


def recipe_licence(
    ledger: Ledger, tx: Tx, asset: AssetId, made_for: MadeFor | None, generations: int
) -> LicenceId | None:
    """The licence under which pictures of a tile's recipe are counted, None for the house's own.

    Raises NotPermittedError.
    """
    licence, why = licence_for(ledger, tx, asset, Action.REDRAW, made_for, generations)
    if why:
        raise NotPermittedError("drawing from its recipe", [(asset, why)])
    return licence


def _recipe(ledger: Ledger, brief: CollectionBrief, source: AssetId) -> dict[str, str]:
    with ledger.store.reading() as tx:
        licence = recipe_licence(ledger, tx, source, brief.made_for, brief.count)
        return _named(ledger, tx, "recipe-source", assets.get(tx, source), licence)


def _named(ledger: Ledger, tx: Tx, kind: str, tile: Asset, licence: LicenceId | None) -> dict[str, str]:
    """A tile of this ledger among the influences."""
    named = {"kind": kind, "title": _title(tx, tile), "sha256": tile.signed.sha256, "mime": tile.signed.mime}
    right = right_of(tx, tile.id, licence)
    return {**named, "rights": right, "attribution": ledger.studio, "asset_id": tile.id}


def _title(tx: Tx, tile: Asset) -> str:
    return collections.get(tx, tile.collection).title_of(tile.signed.marked.draft)


def title_of(tx: Tx, asset: AssetId) -> str:
    """What people call a made tile. Raises UnknownError, OrderError."""
    return _title(tx, assets.get(tx, asset))
