"""One of each thing of the ledger to start from: each is sound, with the named fields changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from ledger.domain.finding import Finding, Sighting, Standing, Verdict
from ledger.domain.ids import (
    AssetId,
    FindingId,
    InvoiceId,
    LicenceId,
    MarkId,
    OfferId,
    PartyId,
    ScanId,
    UsageId,
)
from ledger.domain.licence import Grant, Offer, Usage
from ledger.domain.money import Money
from ledger.domain.split import Share, Split
from ledger.domain.terms import (
    AnyProduct,
    Flat,
    NonExclusive,
    NoRoyalty,
    Prohibited,
    Run,
    Terms,
    Window,
    Worldwide,
)
from ledger.domain.use import GENERATING, Action, Use

DAY = date(2026, 6, 15)
ASSET = AssetId("0a" * 16)


def make_split(*shares: tuple[str, int]) -> Split:
    return Split(
        tuple(Share(PartyId(payee), bps) for payee, bps in shares or (("studio", 6000), ("ann", 4000)))
    )


def make_terms(**changes: Any) -> Terms:
    whole = Terms(
        name="test",
        territory=Worldwide(),
        products=AnyProduct(),
        run=Run(1000),
        window=Window(),
        exclusive=NonExclusive(),
        training=Prohibited(),
        price=Flat(Money(25_000, "USD")),
        royalty=NoRoyalty(),
        unlicensed_use=Money(75_000, "USD"),
        resale_bps=500,
        split=make_split(),
    )
    return replace(whole, **changes)


def make_use(**changes: Any) -> Use:
    action = changes.pop("action", Action.REPRODUCE)
    counts = {
        "units": 100 if action is Action.REPRODUCE else 0,
        "generations": 10 if action in GENERATING else 0,
        "depth": 1 if action is Action.SUBLICENSE else 0,
    }
    return Use(
        **{"action": action, "product": "wallpaper", "territory": "GB", "on": DAY, **counts, **changes}
    )


def make_grant(**changes: Any) -> Grant:
    grant = Grant(
        id=LicenceId("licence-1"),
        offer=OfferId("offer-1"),
        asset=ASSET,
        licensee=PartyId("north-mill"),
        action=Action.REPRODUCE,
        terms=make_terms(),
        terms_hash="00",
        granted_at="2026-01-01T00:00:00Z",
        invoice=InvoiceId("invoice-1"),
        tx="0x01",
        gas=100_000,
    )
    return replace(grant, **changes)


def make_usage(grant: Grant, **changes: Any) -> Usage:
    name = changes.pop("id", "usage-1")
    return Usage(UsageId(name), grant.id, make_use(**changes), DAY)


def make_offer(**changes: Any) -> Offer:
    price = Money(25_000, "USD")
    offer = Offer(
        OfferId("offer-1"), ASSET, PartyId("north-mill"), make_use(), "00", price, "2026-01-01T00:00:00Z"
    )
    return replace(offer, **changes)


def make_finding(**changes: Any) -> Finding:
    finding = Finding(
        id=FindingId("finding-1"),
        scan=ScanId("scan-1"),
        picture="shop.jpg",
        picture_sha256="ab" * 32,
        asset=ASSET,
        mark=MarkId(7),
        verdict=Verdict.PROVEN,
        p_value="1e-30",
        evidence={},
        sighting=Sighting(PartyId("corner-shop"), make_use(units=1)),
        standing=Standing.UNLICENSED,
        licence=None,
        judged_at="2026-06-15T00:00:00Z",
    )
    return replace(finding, **changes)
