"""A made tile's separations in other inks: marked, signed, with the tile as its parent, under its right.

No network draws: the separations were kept when the tile was made, or are drawn again from its recipe and
held against the tile's own pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ledger.context import Ledger
from ledger.domain.clauses import word_check
from ledger.domain.colourways import (
    Colourway,
    check_ink_names,
    colourway_id,
    colourway_mark,
    parse_colourway,
)
from ledger.domain.decision import Check
from ledger.domain.errors import BriefError, OrderError
from ledger.domain.ids import AssetId, MarkId, PartyId
from ledger.domain.licence import Grant, GrantState
from ledger.errors import ConflictError
from ledger.store import Tx, assets, collections, colourways, rights

if TYPE_CHECKING:
    from ledger.domain.assets import Asset, Collection
    from ledger.domain.terms import Terms


def make(
    ledger: Ledger, asset: AssetId, word: str, palette: Sequence[str], names: Sequence[str] = ()
) -> Colourway:
    """The colourway `word` of a tile in these inks, marked, signed and kept; asked for again it is the same.

    `names` are what its inks are called in print, where somebody says so when it is first made. One of the
    drawing before a retouch is made anew, with the mark it had. Raises UnknownError, OrderError (a tile not
    made, not printed from separations, or retouched meanwhile), BriefError for what is no palette of as many
    inks, FieldError for a word that is none and for `names` that are not one for each ink, ConflictError
    where the tile has this word in other inks or by other names, or these inks under another word, MarkError,
    ProvenanceError and StorageError.
    """
    parse_colourway("name", word)
    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        inks = _checked(tx, tile, word, palette)
        called = check_ink_names(names, len(inks))
        made = colourways.find(tx, asset, word)
        if made is not None:
            return _so_called(made, called)
        collection, terms = collections.get(tx, tile.collection), collections.terms(tx, tile.collection)
        number = colourways.mark_of(tx, asset, word) or assets.free_mark(
            tx, partial(colourway_mark, ledger.id, colourway_id(asset, word))
        )
    made = replace(_made(ledger, tile, collection, terms, word, inks, number), ink_names=called)
    with ledger.store.transaction() as tx:
        if assets.get(tx, asset).picture != tile.picture:
            raise OrderError(f"asset {asset} was retouched meanwhile; ask for the colourway again")
        _checked(tx, tile, word, inks)
        known = colourways.find(tx, asset, word)
        if known is not None:
            return _so_called(known, called)
        entry = tx.append("colourway-made", made.id, _body(made), made.made_at)
        colourways.add(tx, made, entry.sequence)
    return made


def key(ledger: Ledger, asset: AssetId, word: str, palette: Sequence[str], names: Sequence[str] = ()) -> str:
    """What names the making of a colourway of the tile as it now is. Raises UnknownError, OrderError."""
    with ledger.store.reading() as tx:
        drawn = assets.get(tx, asset).signed.sha256
    return " ".join([asset, word, *palette, drawn, *map(repr, names)])


def inks_of(ledger: Ledger, asset: AssetId) -> tuple[str, ...]:
    """The palette that a tile was made in. Raises UnknownError."""
    with ledger.store.reading() as tx:
        return tuple(assets.draft(tx, asset).recipe["palette"])


def fitting(tile: Asset, palette: Sequence[str]) -> tuple[str, ...]:
    """`palette` checked: one ink for each separation of the tile. Raises BriefError."""
    from generator.palette import parse_palette

    inks, own = parse_palette(palette), tile.signed.marked.draft.recipe["palette"]
    if len(inks) != len(own):
        raise BriefError("palette", f"{len(inks)} inks; give {len(own)}, one for each separation of the tile")
    return inks


def covers(grant: Grant, word: str) -> Check:
    """Whether a licence of the tile gives this colourway of it, with the reason."""
    return word_check("colourway", grant.terms.colourways, word)


def held(ledger: Ledger, asset: AssetId, licensee: PartyId, word: str) -> bool:
    """Whether a party has a licence of the tile, in force, that gives this colourway."""
    with ledger.store.reading() as tx:
        grants = rights.of_party(tx, asset, licensee)
    return any(covers(each, word).holds and each.state is GrantState.IN_FORCE for each in grants)


def named(palette: Sequence[str]) -> str:
    """What a colourway is called when nobody says: by its first ink after the ground."""
    from generator.palettes import nearest_name

    return nearest_name(palette[1])


def _so_called(made: Colourway, names: tuple[str, ...]) -> Colourway:
    """It, unless it is asked for by other names of inks: files may have been made with those it has.

    One whose inks nobody named stays without names: those of before inks had any are asked for with them now.
    """
    if names and made.ink_names and names != made.ink_names:
        has = ", ".join(made.ink_names)
        problem = f"the inks of colourway {made.word} have {has}; they are named when it is first made"
        raise ConflictError("ink_names", problem)
    return made


def _checked(tx: Tx, tile: Asset, word: str, palette: Sequence[str]) -> tuple[str, ...]:
    inks = fitting(tile, palette)
    if inks == tuple(tile.signed.marked.draft.recipe["palette"]):
        raise ConflictError("palette", "the tile was made in these inks; that is its colourway original")
    for each in colourways.of_asset(tx, tile.id):
        if (each.word == word) is not (each.palette == inks):
            remedy = "give another --name" if each.word == word else "take that one, or give other inks"
            shown = " ".join(each.palette)
            raise ConflictError("palette", f"colourway {each.word} of this tile is {shown}; {remedy}")
    return inks


def _made(
    ledger: Ledger,
    tile: Asset,
    collection: Collection,
    terms: Terms,
    word: str,
    inks: tuple[str, ...],
    number: MarkId,
) -> Colourway:
    from forensics import fingerprint
    from generator.draft import paint
    from ledger import making
    from watermark import mark

    drawn = paint(making.separations(ledger, tile), inks)
    marked = mark(ledger.engines.watermarker, drawn, int(number))
    prints, at = fingerprint(marked), ledger.now()
    draft = tile.signed.marked.draft
    recoloured = replace(draft, recipe={**draft.recipe, "palette": list(inks)})
    facts = making.claim_of(ledger, recoloured, number, collection, terms, prints, at)
    parent = (facts.title, tile.signed.mime)
    facts = replace(facts, title=f"{facts.title} {word}", parent=parent, edited="c2pa.color_adjustments")
    original = ledger.blobs.get(tile.signed.sha256)
    data = making.sign(ledger, making.tile_file(ledger, marked, facts, terms), facts, original, marked)
    return Colourway(
        id=colourway_id(tile.id, word),
        asset=tile.id,
        word=word,
        palette=inks,
        mark=number,
        sha256=ledger.blobs.put(data),
        manifest=making.label(ledger, data),
        drawn=ledger.blobs.put(making.encode_png(drawn)),
        fingerprint=prints.to_dict(),
        quality={"psnr_db": making.psnr_db(drawn, marked)},
        made_at=at,
    )


def _body(made: Colourway) -> dict[str, object]:
    return {
        "asset": made.asset,
        "colourway": made.word,
        "palette": list(made.palette),
        **({"ink_names": list(made.ink_names)} if made.ink_names else {}),
        "mark": f"{made.mark:012x}",
        "sha256": made.sha256,
    }
