"""Licence tokens, found by the SHA-256 of what a client shows."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import col, select

from ledger.domain.ids import AssetId, CollectionId, LicenceId, PartyId
from ledger.domain.projections.rsl_reading import Wanted
from ledger.domain.tokens import LicenceToken
from ledger.errors import UnknownError
from ledger.store.store import Tx
from ledger.store.text import dump, load
from ledger.store.token_tables import LicenceTokenRow


def add(tx: Tx, token: LicenceToken) -> None:
    wanted = {"usages": sorted(token.wanted.usages), "countries": sorted(token.wanted.countries)}
    tiles = {asset: list(licences) for asset, licences in token.tiles.items()}
    facts = {**vars(token), "wanted": dump(wanted), "tiles": dump(tiles)}
    tx.session.add(LicenceTokenRow(**facts))
    tx.session.flush()


def find(tx: Tx, sha256: str) -> LicenceToken | None:
    row = tx.session.exec(select(LicenceTokenRow).where(LicenceTokenRow.sha256 == sha256)).first()
    return _token(row) if row else None


def get(tx: Tx, token: str) -> LicenceToken:
    """Raises UnknownError (unknown-token)."""
    return _token(_row(tx, token))


def revoke(tx: Tx, token: str, at: str) -> LicenceToken:
    """Take a token back for good; the first time stays. Raises UnknownError (unknown-token)."""
    row = _row(tx, token)
    row.revoked_at = row.revoked_at or at
    tx.session.add(row)
    tx.session.flush()
    return _token(row)


def page(tx: Tx, party: PartyId | None = None, limit: int = 100, offset: int = 0) -> tuple[LicenceToken, ...]:
    """Tokens, newest first, of one party or of all."""
    newest = (col(LicenceTokenRow.issued_at).desc(), col(LicenceTokenRow.id))
    query = select(LicenceTokenRow).order_by(*newest)
    if party is not None:
        query = query.where(LicenceTokenRow.party == party)
    return tuple(_token(row) for row in tx.session.exec(query.limit(limit).offset(offset)))


def issued_since(tx: Tx, party: PartyId, at: str) -> int:
    """How many tokens a party was given at or after `at`."""
    query = select(func.count()).select_from(LicenceTokenRow)
    since = query.where(LicenceTokenRow.party == party, col(LicenceTokenRow.issued_at) >= at)
    return tx.session.exec(since).one()


def _row(tx: Tx, token: str) -> LicenceTokenRow:
    row = tx.session.get(LicenceTokenRow, token)
    if row is None:
        raise UnknownError("token", token)
    return row


def _token(row: LicenceTokenRow) -> LicenceToken:
    wanted, tiles = load(row.wanted), load(row.tiles)
    return LicenceToken(
        id=row.id,
        sha256=row.sha256,
        key=row.key,
        party=PartyId(row.party),
        collection=CollectionId(row.collection),
        resource=row.resource,
        wanted=Wanted(frozenset(wanted["usages"]), frozenset(wanted["countries"])),
        tiles={AssetId(asset): tuple(map(LicenceId, licences)) for asset, licences in tiles.items()},
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
