"""The terms now in force, in the languages of others: of a tile, of a collection, of the whole house."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ledger.context import Ledger
from ledger.domain.assets import Collection
from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.odrl import asset_uri, collection_uri
from ledger.domain.projections import Subject, project
from ledger.domain.projections.rsl import to_rsl_site
from ledger.domain.projections.tdmrep import to_tdmrep
from ledger.domain.terms import Terms
from ledger.errors import UnknownError
from ledger.store import assets, collections

# The addresses of projections.Subject, for a collection.
Addresses = Callable[[CollectionId], Mapping[str, Any]]


def publish(ledger: Ledger, asset: AssetId, form: str, **addresses: Any) -> str:
    """The text of `form` (projections.FORMS) for a tile; `addresses` are those of projections.Subject.

    Raises UnknownError, OrderError while the tile is only planned, and ProjectionError for what is no address
    or an address that the form needs.
    """
    terms, subject = _subject_of(ledger, asset, addresses)
    return project(terms, subject, form)


def reservation(ledger: Ledger, asset: AssetId, **addresses: Any) -> dict[str, str]:
    """What the TDM Reservation Protocol says of a tile, by the names of its headers. Raises as `publish`."""
    terms, subject = _subject_of(ledger, asset, addresses)
    (rule,) = to_tdmrep(terms, subject)
    return {name: str(rule[name]) for name in ("tdm-reservation", "tdm-policy") if name in rule}


def publish_collection(
    ledger: Ledger, collection: CollectionId, form: str, addresses: Mapping[str, Any]
) -> str:
    """The text of `form` for every tile of a registered collection; `at` is what they stand below.

    Raises UnknownError and ProjectionError.
    """
    with ledger.store.reading() as tx:
        found = collections.get(tx, collection)
        if found.registration is None:
            raise UnknownError("collection", collection, "only registered collections are published")
        terms = collections.terms(tx, collection)
    return project(terms, _subject(ledger, found, addresses), form)


def licence_file(ledger: Ledger, addresses: Addresses) -> str:
    """One RSL file for all registered collections. Raises ProjectionError."""
    return to_rsl_site(_offered(ledger, addresses))


def reservations(ledger: Ledger, addresses: Addresses) -> list[dict[str, Any]]:
    """The rules of tdmrep.json for all registered collections. Raises ProjectionError."""
    return [rule for terms, subject in _offered(ledger, addresses) for rule in to_tdmrep(terms, subject)]


def version(ledger: Ledger) -> int:
    """Another number when `licence_file` and `reservations` say something else; terms are never replaced."""
    with ledger.store.reading() as tx:
        return collections.count_published(tx)


def _offered(ledger: Ledger, addresses: Addresses) -> list[tuple[Terms, Subject]]:
    with ledger.store.reading() as tx:
        found = list(collections.published(tx))
    return [(terms, _subject(ledger, each, addresses(each.id))) for each, terms in found]


def _subject(ledger: Ledger, collection: Collection, addresses: Mapping[str, Any]) -> Subject:
    uri = collection_uri(collection.id)
    return Subject(uri, _owner(ledger), collection.brief.name, ledger.studio, below=True, **addresses)


def _subject_of(ledger: Ledger, asset: AssetId, addresses: Mapping[str, Any]) -> tuple[Terms, Subject]:
    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        terms = collections.terms(tx, tile.collection)
        title = collections.get(tx, tile.collection).title_of(tile.signed.marked.draft)
    return terms, Subject(asset_uri(asset), _owner(ledger), title, ledger.studio, **addresses)


def _owner(ledger: Ledger) -> str:
    return f"urn:selvage:ledger:{ledger.id}"
