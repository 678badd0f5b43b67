"""One of each thing of the ledger to start from, and hypothesis strategies for many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st

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
from ledger.domain.licence import Book, Grant, Offer, Usage
from ledger.domain.money import Money
from ledger.domain.money_text import DECIMALS, MAX_MAJOR
from ledger.domain.split import Share, Split
from ledger.domain.terms import (
    AnyProduct,
    Countries,
    Free,
    NoRoyalty,
    Paid,
    PerUnit,
    Products,
    Prohibited,
    Run,
    Terms,
    Unlimited,
    Window,
    Worldwide,
)
from ledger.domain.use import Action, Use

# How long an example takes says nothing on a machine that does other work beside it.
settings.register_profile("selvage", deadline=None)
settings.load_profile("selvage")

COUNTRIES = ("GB", "FR", "DE", "NO", "JP")
PRODUCTS = ("wallpaper", "cushion", "giftwrap", "fabric")
PARTIES = ("north-mill", "south-mill", "corner-shop")
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
        exclusive=False,
        training=Prohibited(),
        price=Money(25_000, "USD"),
        royalty=NoRoyalty(),
        unlicensed_use=Money(75_000, "USD"),
        resale_bps=500,
        split=make_split(),
    )
    return replace(whole, **changes)


def make_use(**changes: Any) -> Use:
    action = changes.pop("action", Action.REPRODUCE)
    units = changes.pop("units", 100 if action is Action.REPRODUCE else 0)
    return replace(Use(action, "wallpaper", "GB", units, DAY), **changes)


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


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Builders: each gives a sound thing with the named fields changed."""
    return SimpleNamespace(
        split=make_split,
        terms=make_terms,
        use=make_use,
        grant=make_grant,
        usage=make_usage,
        offer=make_offer,
        finding=make_finding,
    )


days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
windows = st.tuples(st.none() | days, st.none() | days).map(
    lambda pair: Window(*sorted(pair)) if all(pair) else Window(*pair)  # type: ignore[type-var]
)
territories = st.just(Worldwide()) | st.frozensets(st.sampled_from(COUNTRIES), min_size=1).map(Countries)
products = st.just(AnyProduct()) | st.frozensets(st.sampled_from(PRODUCTS), min_size=1).map(Products)
runs = st.just(Unlimited()) | st.integers(1, 1000).map(Run)


@st.composite
def splits(draw: st.DrawFn) -> Split:
    cuts = sorted(draw(st.sets(st.integers(1, 9_999), max_size=6)))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    return make_split(*((f"payee-{i}", bps) for i, bps in enumerate(parts)))


@st.composite
def many_terms(draw: st.DrawFn) -> Terms:
    code = draw(st.sampled_from(sorted(DECIMALS)))
    most = MAX_MAJOR * 10 ** DECIMALS[code]
    amounts = st.integers(1, most).map(lambda minor: Money(minor, code))
    price, dearer = sorted((draw(amounts), draw(amounts)))
    run, window, exclusive = draw(runs), draw(windows), draw(st.booleans())
    if isinstance(run, Unlimited) and window.end is None:
        exclusive = False
    return Terms(
        name=draw(st.text(min_size=1, max_size=20).filter(lambda text: text.strip() and text.isprintable())),
        territory=draw(territories),
        products=draw(products),
        run=run,
        window=window,
        exclusive=exclusive,
        training=draw(st.just(Prohibited()) | st.just(Free()) | amounts.map(Paid)),
        price=price,
        royalty=draw(st.just(NoRoyalty()) | amounts.map(PerUnit)),
        unlicensed_use=dearer,
        resale_bps=draw(st.integers(0, 10_000)),
        split=draw(splits()),
    )


@st.composite
def uses(draw: st.DrawFn) -> Use:
    action = draw(st.sampled_from(Action))
    units = draw(st.integers(1, 2000)) if action is Action.REPRODUCE else 0
    return Use(action, draw(st.sampled_from(PRODUCTS)), draw(st.sampled_from(COUNTRIES)), units, draw(days))


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Up to four grants to three parties, with usage reported under them (even past the run)."""
    grants, usages = [], []
    for i in range(draw(st.integers(0, 4))):
        grant = make_grant(
            id=LicenceId(f"licence-{i}"),
            licensee=PartyId(draw(st.sampled_from(PARTIES))),
            action=draw(st.sampled_from(Action)),
            terms=draw(many_terms()),
        )
        grants.append(grant)
        for j, units in enumerate(draw(st.lists(st.integers(1, 800), max_size=2))):
            usages.append(make_usage(grant, id=f"usage-{i}-{j}", units=units))
    return Book(tuple(grants), tuple(usages))


@pytest.fixture(scope="session")
def strategies() -> SimpleNamespace:
    """Hypothesis strategies, to draw from `st.data()`."""
    return SimpleNamespace(
        terms=many_terms(),
        uses=uses(),
        books=books(),
        splits=splits(),
        parties=st.sampled_from(PARTIES),
        days=days,
    )
