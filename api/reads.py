"""What anybody may look up, as views: the same for `selvage show --json` and for HTTP.

Every function raises UnknownError for what is not there. `limit` and `offset` page through lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api.problems import redact
from api.views.catalogue import AssetView, CollectionView
from api.views.evidence import (
    CopyView,
    EntryView,
    ExclusionView,
    FindingView,
    NegativeView,
    OperationErrorView,
    OperationView,
    PartyView,
    ScanView,
)
from api.views.money import InvoiceView, PayoutView
from api.views.production import ColourwayView, ProductionView
from api.views.rights import LicenceView, OfferView, UsageView
from api.views.styles import StyleView
from ledger.domain.ids import AssetId, CollectionId, FindingId, InvoiceId, LicenceId, OfferId, PartyId, ScanId
from ledger.domain.styles import Style
from ledger.errors import UnknownError
from ledger.store import (
    assets,
    banks,
    books,
    collections,
    colourways,
    copies,
    entries,
    findings,
    money,
    operations,
    parties,
    productions,
    rights,
    styles,
)
from ledger.store.operations import Operation
from ledger.store.store import Tx

if TYPE_CHECKING:
    from ledger.context import Ledger

MANY = 1000


def collection(ledger: Ledger, collection_id: str) -> CollectionView:
    with ledger.store.reading() as tx:
        return _collection(tx, CollectionId(collection_id))


def collection_list(ledger: Ledger, limit: int = MANY, offset: int = 0) -> list[CollectionView]:
    with ledger.store.reading() as tx:
        return [_collection(tx, each.id) for each in collections.every(tx, limit, offset)]


def _collection(tx: Tx, collection_id: CollectionId) -> CollectionView:
    made, _ = assets.count(tx, collection_id)
    found = collections.get(tx, collection_id)
    rejected = assets.count_rejected(tx, collection_id)
    return CollectionView.of(found, collections.terms(tx, collection_id), made, rejected)


def asset(ledger: Ledger, asset_id: str) -> AssetView:
    """Raises OrderError while it is only planned."""
    with ledger.store.reading() as tx:
        found = assets.get(tx, AssetId(asset_id))
        return AssetView.of(found, [each.word for each in colourways.of_asset(tx, found.id)])


def colourway(ledger: Ledger, asset_id: str, word: str) -> ColourwayView:
    """Raises UnknownError (unknown-colourway)."""
    with ledger.store.reading() as tx:
        return ColourwayView.of(colourways.get(tx, AssetId(asset_id), word))


def colourway_list(ledger: Ledger, asset_id: str, limit: int = MANY, offset: int = 0) -> list[ColourwayView]:
    with ledger.store.reading() as tx:
        found = colourways.of_asset(tx, assets.draft(tx, AssetId(asset_id)).id)
        return [ColourwayView.of(each) for each in found[offset : offset + limit]]


def production(ledger: Ledger, production_id: str) -> ProductionView:
    """Raises UnknownError (unknown-production)."""
    with ledger.store.reading() as tx:
        return ProductionView.of(productions.get(tx, production_id))


def style(ledger: Ledger, name: str, party: PartyId | None = None) -> StyleView:
    """A style that `party` may know of, None for the house; another's is not there.

    Raises UnknownError (unknown-style).
    """
    found = next((each for each in _styles(ledger, party) if each.name == name), None)
    if found is None:
        raise UnknownError("style", name, "list those that are there")
    return StyleView.of(found)


def style_list(
    ledger: Ledger, party: PartyId | None = None, limit: int = MANY, offset: int = 0
) -> list[StyleView]:
    """The styles that `party` may know of, oldest first: its own, and what the house offers."""
    return [StyleView.of(each) for each in _styles(ledger, party)[offset : offset + limit]]


def _styles(ledger: Ledger, party: PartyId | None) -> list[Style]:
    with ledger.store.reading() as tx:
        return [each for each in styles.every(tx) if each.known_to(party)]


def drawn_for(ledger: Ledger, collection_id: str) -> PartyId | None:
    """The party by whose licences a collection is drawn, None for the house."""
    with ledger.store.reading() as tx:
        made_for = collections.get(tx, CollectionId(collection_id)).brief.made_for
    return made_for.party if made_for else None


def asset_list(ledger: Ledger, collection_id: str, limit: int = MANY, offset: int = 0) -> list[AssetView]:
    with ledger.store.reading() as tx:
        found = collections.get(tx, CollectionId(collection_id))
        return [AssetView.of(each) for each in assets.page(tx, found.id, limit, offset)]


def offer(ledger: Ledger, offer_id: str) -> OfferView:
    with ledger.store.reading() as tx:
        return OfferView.of(rights.get_offer(tx, OfferId(offer_id)))


def offer_list(
    ledger: Ledger, party: PartyId | None = None, limit: int = MANY, offset: int = 0
) -> list[OfferView]:
    with ledger.store.reading() as tx:
        return [OfferView.of(each) for each in rights.offers_told(tx, party, limit, offset)]


def licence(ledger: Ledger, licence_id: str) -> LicenceView:
    with ledger.store.reading() as tx:
        return LicenceView.of(rights.get_grant(tx, LicenceId(licence_id)))


def licence_list(
    ledger: Ledger, party: PartyId | None = None, limit: int = MANY, offset: int = 0
) -> list[LicenceView]:
    with ledger.store.reading() as tx:
        return [LicenceView.of(each) for each in rights.grants(tx, party, limit, offset)]


def sublicence_list(ledger: Ledger, licence_id: str, limit: int = MANY, offset: int = 0) -> list[LicenceView]:
    """The sublicences that were given right below a licence."""
    with ledger.store.reading() as tx:
        found = rights.get_grant(tx, LicenceId(licence_id))
        return [LicenceView.of(each) for each in rights.below(tx, found.id, limit, offset)]


def usage_list(ledger: Ledger, licence_id: str) -> list[UsageView]:
    with ledger.store.reading() as tx:
        found = rights.get_grant(tx, LicenceId(licence_id))
        return [UsageView.of(each) for each in rights.usages(tx, found.id)]


def holds_licence(ledger: Ledger, party: PartyId, asset_id: str) -> bool:
    """Whether `party` has a licence of this tile."""
    with ledger.store.reading() as tx:
        return books.held_by(tx, AssetId(asset_id), party) > 0


def invoice(ledger: Ledger, invoice_id: str) -> InvoiceView:
    with ledger.store.reading() as tx:
        return InvoiceView.of(money.get(tx, InvoiceId(invoice_id)))


def invoice_list(
    ledger: Ledger, payer: PartyId | None = None, limit: int = MANY, offset: int = 0
) -> list[InvoiceView]:
    with ledger.store.reading() as tx:
        return [InvoiceView.of(each) for each in money.page(tx, payer, limit, offset)]


def payout_list(ledger: Ledger, payee: PartyId | None = None) -> list[PayoutView]:
    with ledger.store.reading() as tx:
        return [PayoutView.of(each) for each in money.payouts(tx, payee)]


def finding(ledger: Ledger, finding_id: str) -> FindingView:
    with ledger.store.reading() as tx:
        return FindingView.of(findings.get(tx, FindingId(finding_id)))


def finding_list(
    ledger: Ledger, seller: PartyId | None = None, limit: int = MANY, offset: int = 0
) -> list[FindingView]:
    with ledger.store.reading() as tx:
        return [FindingView.of(each) for each in findings.page(tx, seller, limit, offset)]


def scan(ledger: Ledger, scan_id: str) -> ScanView:
    with ledger.store.reading() as tx:
        return ScanView.of(findings.get_scan(tx, ScanId(scan_id)))


def scan_list(ledger: Ledger, limit: int = MANY, offset: int = 0) -> list[ScanView]:
    with ledger.store.reading() as tx:
        return [ScanView.of(each) for each in findings.scans(tx, limit, offset)]


def exclusion_list(ledger: Ledger, *, ended: bool = False) -> list[ExclusionView]:
    """Tiles that are left out of scans; with `ended`, those that are reported again as well."""
    with ledger.store.reading() as tx:
        return [ExclusionView.of(each) for each in banks.exclusions(tx, ended=ended)]


def negative_list(ledger: Ledger, *, ended: bool = False) -> list[NegativeView]:
    """Pictures known not to be ours; with `ended`, those that were forgotten as well."""
    with ledger.store.reading() as tx:
        return [NegativeView.of(each) for each in banks.negatives(tx, ended=ended)]


def copy(ledger: Ledger, licence_id: str) -> CopyView:
    """Raises UnknownError (unknown-copy) before it was made."""
    with ledger.store.reading() as tx:
        found = copies.find(tx, LicenceId(licence_id))
    if found is None:
        raise UnknownError("copy", licence_id, "have it made first")
    return CopyView.of(found)


def scan_findings(ledger: Ledger, scan_id: str) -> list[FindingView]:
    with ledger.store.reading() as tx:
        found = findings.get_scan(tx, ScanId(scan_id))
        return [FindingView.of(each) for each in findings.of_scan(tx, found.id)]


def party(ledger: Ledger, party_id: str) -> PartyView:
    with ledger.store.reading() as tx:
        return PartyView.model_validate(vars(parties.get(tx, PartyId(party_id))))


def party_list(ledger: Ledger) -> list[PartyView]:
    with ledger.store.reading() as tx:
        return [PartyView.model_validate(vars(each)) for each in parties.every(tx)]


def entry_list(ledger: Ledger, after: int = 0, limit: int = MANY) -> list[EntryView]:
    """Entries of the book that follow sequence `after`."""
    with ledger.store.reading() as tx:
        return [EntryView.of(each) for each in entries.page(tx, after, limit)]


def operation_list(ledger: Ledger, limit: int = MANY, offset: int = 0) -> list[OperationView]:
    """Newest first."""
    with ledger.store.reading() as tx:
        return [operation_view(each) for each in operations.page(tx, limit, offset)]


def operation(ledger: Ledger, operation_id: str) -> Operation:
    with ledger.store.reading() as tx:
        return operations.get(tx, operation_id)


def operation_view(found: Operation) -> OperationView:
    return OperationView(
        id=found.id,
        kind=found.kind,
        state=found.state.value,
        done=found.done,
        total=found.total,
        message=redact(found.message),
        result=dict(found.result) if found.result is not None else None,
        error=_error(found.error) if found.error else None,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def _error(error: Mapping[str, Any]) -> OperationErrorView:
    return OperationErrorView.model_validate({**error, "message": redact(str(error.get("message")))})


def concerns(ledger: Ledger, found: Operation) -> PartyId | None:
    """The licensee whose business an operation is, None when it is the house's own."""
    arguments = found.arguments
    if "holder" in arguments:  # who asked for it may have handed it on by now
        return PartyId(str(arguments["holder"]))
    with ledger.store.reading() as tx:
        if "offer" in arguments:
            known = rights.find_offer(tx, OfferId(str(arguments["offer"])))
            return known.licensee if known else None
        if "invoice" in arguments:
            billed = money.find(tx, InvoiceId(str(arguments["invoice"])))
            return billed.payer if billed else None
        if "licence" in arguments:
            held = rights.find_grant(tx, LicenceId(str(arguments["licence"])))
            return held.licensee if held else None
    if "order" in arguments:
        return PartyId(str(arguments.get("party")))
    return None
