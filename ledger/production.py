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
    parent = recoloured or tile
    number, digest = parent.mark, recoloured.sha256 if recoloured else tile.signed.sha256
    if grant is not None:
        copy = copies.copy(ledger, grant.id)
        number = copy.mark
        digest = digest if recoloured else copy.sha256
    inks = recoloured.palette if recoloured else tuple(tile.signed.marked.draft.recipe["palette"])
    terms = grant.terms if grant is not None else terms
    return Source(tile, collection, terms, grant, colourway, inks, number, digest, size)


def keep(ledger: Ledger, made: Source, files: tuple[MadeFile, ...]) -> Production:
    """Write down what was made; what is written down already stays as it is."""
    name = production_id(made.tile.id, made.colourway, made.licence, made.size)
    done = Production(
        name, made.tile.id, made.colourway, made.licence, made.size, made.mark, files, ledger.now()
    )
    with ledger.store.transaction() as tx:
        known = productions.find(tx, name)
        if known is not None:
            return known
        entry = tx.append("production-made", name, _body(done), done.made_at)
        productions.add(tx, done, entry.sequence)
    entering.produced(ledger)
    return done


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
