"""Files of a tile for production, at real size: picture, screens, drawing, swatch sheet.

Each is marked where its pixels let it be and signed where its format allows; the book names all of them by
their digests. For a licence they carry its licensee's own mark id, under the terms of the licence.
"""

from __future__ import annotations

from ledger import colourways, copies, entering
from ledger.context import Ledger
from ledger.domain.assets import Asset
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, LicenceId
from ledger.domain.licence import Grant, GrantState
from ledger.domain.production import MadeFile, PrintSize, Production, production_id
from ledger.producing import Source
from ledger.store import Tx, assets, collections, productions, rights
from ledger.store import colourways as kept


def find(ledger: Ledger, production: str) -> Production | None:
    with ledger.store.reading() as tx:
        return productions.find(tx, production)


def named(ledger: Ledger, asset: AssetId, colourway: str | None, licence: str | None, size: PrintSize) -> str:
    """The id of these files of the tile as it is now drawn, made or not.

    Raises UnknownError, and OrderError while the tile is not made.
    """
    with ledger.store.reading() as tx:
        return _named(tx, assets.get(tx, asset), colourway, licence, size)


def source(
    ledger: Ledger, asset: AssetId, colourway: str | None, licence: LicenceId | None, size: PrintSize
) -> Source:
    """What the files are made from. For a licence its copy is made, if it is not there yet.

    Raises UnknownError, OrderError (not made, no such right, not in force), MarkError, ProvenanceError and
    StorageError.
    """
    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        recoloured = kept.get(tx, asset, colourway) if colourway else None
        grant = _grant(tx, tile, licence, colourway) if licence else None
        collection, terms = collections.get(tx, tile.collection), collections.terms(tx, tile.collection)
        name = _named(tx, tile, colourway, licence, size)
    parent = recoloured or tile
    number, digest = parent.mark, recoloured.sha256 if recoloured else tile.signed.sha256
    if grant is not None:
        copy = copies.copy(ledger, grant.id)
        number = copy.mark
        digest = digest if recoloured else copy.sha256
    inks = recoloured.palette if recoloured else tuple(tile.signed.marked.draft.recipe["palette"])
    called = recoloured.ink_names if recoloured else ()
    terms = grant.terms if grant is not None else terms
    return Source(name, tile, collection, terms, grant, colourway, inks, called, number, digest, size)


def keep(ledger: Ledger, made: Source, files: tuple[MadeFile, ...]) -> Production:
    """Write down what was made; what is written down already stays as it is."""
    done = Production(
        made.id, made.tile.id, made.colourway, made.licence, made.size, made.mark, files, ledger.now()
    )
    with ledger.store.transaction() as tx:
        known = productions.find(tx, made.id)
        if known is not None:
            return known
        entry = tx.append("production-made", made.id, _body(done), done.made_at)
        productions.add(tx, done, entry.sequence)
    entering.produced(ledger)
    return done


def _named(tx: Tx, tile: Asset, colourway: str | None, licence: str | None, size: PrintSize) -> str:
    """Its id, or the one that older ledgers gave it, where that was written of this very picture."""
    picture = kept.get(tx, tile.id, colourway).drawn if colourway else tile.picture
    drawn = max(assets.drawn_at(tx, tile.id), kept.written(tx, tile.id, colourway) if colourway else 0)
    older = production_id(tile.id, colourway, licence, size)
    if productions.written(tx, older) > drawn:
        return older
    return production_id(tile.id, colourway, licence, size, picture)


def _grant(tx: Tx, tile: Asset, licence: LicenceId, colourway: str | None) -> Grant:
    grant = rights.get_grant(tx, licence)
    if grant.asset != tile.id:
        raise OrderError(f"licence {licence} is of another tile; name the tile {grant.asset}")
    if grant.state is not GrantState.IN_FORCE:
        raise OrderError(f"licence {licence} is {grant.state.value}; nothing is made under it")
    given = colourways.covers(grant, colourway or "original")
    if not given.holds:
        raise OrderError(f"licence {licence} does not give this colourway: {given.why}")
    return grant


def _body(made: Production) -> dict[str, object]:
    return {
        "asset": made.asset,
        "colourway": made.colourway,
        "licence": made.licence,
        "mark": f"{made.mark:012x}",
        "width_um": made.size.width_um,
        "dpi": made.size.dpi,
        "files": [vars(each) for each in made.files],
    }
