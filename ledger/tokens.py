"""Licence tokens (RSL 1.0, OLP): given where the firewall permits, and judged again whenever one is shown.

A token is 256 random bits, of which the SHA-256 is kept. Nothing stands in it: a signed one would be good
wherever it is checked offline until its hour is up, whatever became of its licence. So each time it is shown
the uses it was given for are decided again, and it is good if they are permitted by the same licences.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ledger.context import Ledger
from ledger.decide import decide, in_force
from ledger.domain import rights as rules
from ledger.domain.assets import Asset
from ledger.domain.decision import Decision, Outcome
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.fields import Field
from ledger.domain.ids import AssetId, CollectionId, LicenceId, PartyId, derive
from ledger.domain.licence import Offer
from ledger.domain.projections.rsl_reading import Wanted
from ledger.domain.terms import Territory
from ledger.domain.tokens import LicenceToken
from ledger.domain.use import MAX_DEPTH, Use
from ledger.domain.words import ANY
from ledger.errors import TokenRefusedError, UnknownError
from ledger.store import Tx, access, assets, collections, rights, tokens

PREFIX = "rsl_"
GOOD_FOR = timedelta(hours=1)
MOST_TILES = 100  # of a token for a whole collection
MOST_AN_HOUR = 200  # tokens of one party
MAX_WHY = 500


@dataclass(frozen=True)
class Resource:
    """What a token is asked for: a tile of a registered collection, or with None all of them."""

    collection: CollectionId
    asset: AssetId | None
    path: str


@dataclass(frozen=True)
class Answer:
    """The decision that a token hangs on: `token` on permit, which is shown once; `offer` on pay.

    Of several tiles, countries and actions it is the first that is not permitted, and the last of all if
    each is.
    """

    asset: AssetId
    use: Use
    decision: Decision
    offer: Offer | None = None
    token: str | None = None
    record: LicenceToken | None = None


def issue(ledger: Ledger, key: str, party: PartyId, resource: Resource, wanted: Wanted) -> Answer:
    """A token for all of `wanted`, if each part of it is permitted now; else why not, or what it costs.

    `key` is the SHA-256 of the API key that asks. Raises TokenRefusedError and UnknownError.
    """
    with ledger.store.reading() as tx:
        tiles = _tiles(tx, resource)
        _require_room(ledger, tx, party)
        judged = [
            each
            for tile in tiles
            for each in _judged(ledger, tx, party, resource.collection, tile.id, wanted)
        ]
    refused = next((each for each in judged if each.decision.outcome is Outcome.DENY), None)
    refused = refused or next((each for each in judged if each.decision.outcome is Outcome.PAY), None)
    if refused is None:
        token, record = _written(ledger, key, party, resource, wanted, judged)
        return Answer(judged[-1].asset, judged[-1].use, judged[-1].decision, None, token, record)
    decision, offer = decide(ledger, refused.asset, party, refused.use)
    if decision.outcome is Outcome.PERMIT:  # it was licensed since
        return issue(ledger, key, party, resource, wanted)
    return Answer(refused.asset, refused.use, decision, offer)


def find(ledger: Ledger, token: str) -> LicenceToken | None:
    """The record of a token that is not over and was given to a key that is still good; None otherwise."""
    with ledger.store.reading() as tx:
        found = tokens.find(tx, _digest(token))
        if found is None or found.is_over(ledger.now()):
            return None
        key = access.find_key(tx, found.key)
        good = key is not None and not key.revoked_at and not _is_past(key.expires_at, ledger.clock())
        return found if good else None


def is_good(ledger: Ledger, token: LicenceToken, asset: AssetId | None = None) -> bool:
    """Whether what a token was given for is permitted still, by the same licences.

    Of all its tiles, or of `asset`, which is one of them.
    """
    tiles = token.tiles if asset is None else {asset: token.tiles[asset]}
    with ledger.store.reading() as tx:
        for tile, licences in tiles.items():
            judged = _judged(ledger, tx, token.party, token.collection, tile, token.wanted)
            if _rests_on(judged) != licences:
                return False
    return True


def revoke(ledger: Ledger, token: str, why: str) -> LicenceToken:
    """Take a token back, by its id. One that is revoked already is returned as it is.

    Raises UnknownError and FieldError (why).
    """
    Field(why, "why", FieldError).text(MAX_WHY)
    with ledger.store.transaction() as tx:
        known = tokens.get(tx, token)
        if known.revoked_at is not None:
            return known
        tx.append("token-revoked", token, {"why": why}, ledger.now())
        return tokens.revoke(tx, token, ledger.now())


def _tiles(tx: Tx, resource: Resource) -> tuple[Asset, ...]:
    """The tiles of what is asked for; what is not registered is not there."""
    try:
        if collections.get(tx, resource.collection).registration is None:
            raise UnknownError("collection", resource.collection)
        if resource.asset is None:
            found = assets.of_collection(tx, resource.collection)
        else:
            found = (assets.get(tx, resource.asset),)
    except (UnknownError, OrderError) as error:
        raise _no_resource() from error
    if not found or any(tile.collection != resource.collection for tile in found):
        raise _no_resource()
    if len(found) > MOST_TILES:
        raise TokenRefusedError(
            "invalid_resource",
            f"the collection has over {MOST_TILES} tiles; ask for a token of each you need",
        )
    return found


def _no_resource() -> TokenRefusedError:
    problem = "nothing of that address is published here; take one that stands below a url of /license.xml"
    return TokenRefusedError("invalid_resource", problem)


def _require_room(ledger: Ledger, tx: Tx, party: PartyId) -> None:
    hour_ago = _second(ledger.clock() - timedelta(hours=1))
    if tokens.issued_since(tx, party, hour_ago) >= MOST_AN_HOUR:
        raise TokenRefusedError(
            "slow_down", f"{party} got {MOST_AN_HOUR} tokens within an hour; use those it has, or wait"
        )


def _judged(
    ledger: Ledger, tx: Tx, party: PartyId, collection: CollectionId, asset: AssetId, wanted: Wanted
) -> list[Answer]:
    """The decision of the firewall for each part of what is wanted, today."""
    today = ledger.today()
    countries = _apart(wanted.countries, _territories(tx, party, collection))
    uses = [Use(action, ANY, country, 0, today) for action in sorted(wanted.actions) for country in countries]
    terms, book = in_force(tx, asset, party, today, uses)
    return [Answer(asset, use, rules.decide(terms, book, use, today, party)) for use in uses]


def _apart(countries: Collection[str], territories: Collection[Territory]) -> list[str]:
    """One country of each kind: those that no territory tells apart get the same answers."""
    kinds: dict[tuple[bool, ...], str] = {}
    for country in sorted(countries):
        kinds.setdefault(tuple(territory.holds(country) for territory in territories), country)
    return list(kinds.values())


def _territories(tx: Tx, party: PartyId, collection: CollectionId) -> list[Territory]:
    """Those of the terms, of every licence that the party has in the collection, and of those above."""
    found = [collections.terms(tx, collection).territory]
    grants = rights.grants_of_collection(tx, collection, party)
    for _ in range(MAX_DEPTH + 1):
        found += [grant.terms.territory for grant in grants]
        above = sorted({grant.parent for grant in grants if grant.parent is not None})
        grants = tuple(rights.grants_named(tx, above)) if above else ()
    return list(dict.fromkeys(found))


def _rests_on(judged: list[Answer]) -> tuple[LicenceId, ...] | None:
    """The licences that permit all of it; None where not all is permitted."""
    if any(each.decision.outcome is not Outcome.PERMIT for each in judged):
        return None
    return tuple(sorted({each.decision.licence for each in judged if each.decision.licence is not None}))


def _written(
    ledger: Ledger, key: str, party: PartyId, resource: Resource, wanted: Wanted, judged: list[Answer]
) -> tuple[str, LicenceToken]:
    token, now = PREFIX + secrets.token_urlsafe(32), ledger.clock()
    by_tile = {each.asset: [other for other in judged if other.asset == each.asset] for each in judged}
    record = LicenceToken(
        id=derive("token", ledger.id, _digest(token)),
        sha256=_digest(token),
        key=key,
        party=party,
        collection=resource.collection,
        resource=resource.path,
        wanted=wanted,
        tiles={tile: _rests_on(parts) or () for tile, parts in by_tile.items()},
        issued_at=_second(now),
        expires_at=_second(now + GOOD_FOR),
    )
    with ledger.store.transaction() as tx:
        tokens.add(tx, record)
        tx.append("token-issued", record.id, _body(record), record.issued_at)
    return token, record


def _body(record: LicenceToken) -> dict[str, object]:
    return {
        "party": record.party,
        "key": record.key,
        "resource": record.resource,
        "usages": sorted(record.wanted.usages),
        "countries": len(record.wanted.countries),
        "licences": list(record.licences),
        "expires_at": record.expires_at,
    }


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _is_past(moment: str | None, now: datetime) -> bool:
    return moment is not None and datetime.fromisoformat(moment) <= now


def _second(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
