"""May this be made of a tile, by the one who asks: the house itself, or a party with its licences.

The house owns what it made, and its terms bind it all the same: people share in what a tile earns, and what
the terms withhold is withheld from everybody.
"""

from __future__ import annotations

from ledger.context import Ledger
from ledger.domain import rights as rules
from ledger.domain.decision import Decision, Outcome
from ledger.domain.ids import AssetId, LicenceId
from ledger.domain.right_clauses import making_check
from ledger.domain.styles import MadeFor
from ledger.domain.terms import Terms
from ledger.domain.use import GENERATING, Action, Use
from ledger.domain.words import ANY
from ledger.store import Tx, assets, books, collections, parties
from ledger.store.assets import Face

HOUSE_TERRITORY = "GB"  # the clauses on making new pictures bear on no country


def licence_for(
    ledger: Ledger, tx: Tx, asset: AssetId, action: Action, made_for: MadeFor | None, generations: int = 1
) -> tuple[LicenceId | None, str]:
    """(the licence that gives it, None for the house; why it is not permitted, empty where it is).

    Raises UnknownError for a tile or party that is not there, UseError for no country.
    """
    return licence_of_face(ledger, tx, assets.face(tx, asset), action, made_for, generations)


def licence_of_face(
    ledger: Ledger, tx: Tx, tile: Face, action: Action, made_for: MadeFor | None, generations: int = 1
) -> tuple[LicenceId | None, str]:
    """`licence_for` of a tile whose face was read, among others, already."""
    use = _making(ledger, action, made_for, generations)
    if made_for is None:
        check = making_check(tile.terms, use)
        return None, "" if check.holds else f"{check.clause}: {check.why}"
    if not tile.registered:
        return None, "its collection is not registered, so nobody else holds a licence of it"
    found = _decided(ledger, tx, tile.id, made_for, use, tile.terms)
    if found.outcome is Outcome.PERMIT:
        return found.licence, ""
    remedy = " (take the offer: selvage decide)" if found.outcome is Outcome.PAY else ""
    return None, f"{found.reason}{remedy}"


def check_asker(ledger: Ledger, tx: Tx, made_for: MadeFor | None) -> None:
    """Raises, before any tile is asked about, UnknownError for no party here and UseError for no country."""
    _making(ledger, Action.DERIVE, made_for, 1)
    if made_for is not None:
        parties.require(tx, made_for.party)


def right_of(tx: Tx, asset: AssetId, licence: LicenceId | None) -> str:
    """In words, the right by which something is made of a tile."""
    terms = collections.terms(tx, assets.draft(tx, asset).collection)
    return f"licence {licence}" if licence else f"own, under the terms {terms.name}"[:200]


def _making(ledger: Ledger, action: Action, made_for: MadeFor | None, generations: int) -> Use:
    counted = generations if action in GENERATING else 0
    territory = made_for.territory if made_for else HOUSE_TERRITORY
    return Use(action, ANY, territory, 0, ledger.today(), generations=counted)


def _decided(ledger: Ledger, tx: Tx, asset: AssetId, made_for: MadeFor, use: Use, terms: Terms) -> Decision:
    parties.require(tx, made_for.party)
    today = ledger.today()
    book = books.bearing(tx, asset, made_for.party, (use,), terms, today)
    return rules.decide(terms, book, use, today, made_for.party)
