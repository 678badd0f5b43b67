"""One of each thing of the ledger to start from, and hypothesis strategies for many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import Phase, settings
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
    AnyChannel,
    AnyColourway,
    AnyIndustry,
    AnyModification,
    AnyProduct,
    Attribution,
    Ceiling,
    Channels,
    Colourways,
    Countries,
    Every,
    Exclusive,
    Flat,
    Free,
    Graduated,
    HumanCertified,
    Included,
    Industries,
    Modifications,
    NoAttribution,
    NoCeiling,
    NoModification,
    NonExclusive,
    NoReporting,
    NoRoyalty,
    NoSublicensing,
    NotTransferable,
    Paid,
    PercentOfNet,
    PerEntry,
    PerUnit,
    Priced,
    Products,
    Prohibited,
    Reporting,
    Run,
    Sublicensing,
    Terms,
    Tier,
    Transferable,
    Uncertified,
    Unlimited,
    Volume,
    Window,
    Withheld,
    Worldwide,
    WorldwideExcept,
)
from ledger.domain.use import GENERATING, Action, Use
from ledger.domain.words import MODIFICATIONS

# How long an example takes says nothing on a machine that does other work beside it.
settings.register_profile("selvage", deadline=None, phases=[p for p in Phase if p is not Phase.explain])
settings.load_profile("selvage")

COUNTRIES = ("GB", "FR", "DE", "NO", "JP")
COLOURWAYS = ("original", "indigo", "rose")
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


names = st.text("abz é€日-", min_size=1, max_size=20).filter(lambda text: bool(text.strip()))


def exclusivities(draw: st.DrawFn, scope: dict[str, Any]) -> Exclusive | NonExclusive:
    """Exclusive nowhere, everywhere or on some sides, always within the licence."""
    sides = draw(st.sampled_from([None, set(), {"territory"}, {"products", "colourways"}, {"window"}]))
    if sides is None or (isinstance(scope["run"], Unlimited) and scope["window"].end is None):
        return NonExclusive()
    narrow: dict[str, Any] = {}
    if "territory" in sides:
        inside = [code for code in (*COUNTRIES, "US") if scope["territory"].holds(code)]
        narrow["territory"] = Countries(frozenset({draw(st.sampled_from(inside))}))
    if "products" in sides:
        product = next(word for word in PRODUCTS if scope["products"].holds(word))
        colourway = next(word for word in COLOURWAYS if scope["colourways"].holds(word))
        narrow["products"] = Products(frozenset({product}))
        narrow["colourways"] = Colourways(frozenset({colourway}))
    if "window" in sides and scope["window"].end:
        narrow["window"] = Window(scope["window"].end, scope["window"].end)
    return Exclusive(**narrow)


def rates(code: str, most: int) -> st.SearchStrategy[Any]:
    """Rates whose tiers all begin within a run of `most` pieces."""
    money = st.integers(1, 10**6).map(lambda minor: Money(minor, code))
    if most < 3:
        return money.map(PerUnit)
    tiers = st.lists(st.integers(1, most - 1), min_size=1, max_size=4, unique=True).flatmap(
        lambda ends: st.lists(money, min_size=len(ends) + 1, max_size=len(ends) + 1).map(
            lambda each: tuple(Tier(end, rate) for end, rate in zip([*sorted(ends), None], each, strict=True))
        )
    )
    return money.map(PerUnit) | tiers.map(Graduated) | tiers.map(Volume)


def making(code: str, *, counted: bool) -> st.SearchStrategy[Any]:
    money = st.integers(1, 10**9).map(lambda minor: Money(minor, code))
    priced = st.builds(Priced, money, st.none() | money, st.none() | st.integers(1, 500))
    return st.just(Withheld()) | st.just(Included()) | (priced if counted else money.map(Priced))


@st.composite
def first_terms(draw: st.DrawFn) -> Terms:
    """What the first format has words for."""
    code = draw(st.sampled_from(sorted(DECIMALS)))
    most = MAX_MAJOR * 10 ** DECIMALS[code]
    amounts = st.integers(1, most).map(lambda minor: Money(minor, code))
    price, dearer = sorted((draw(amounts), draw(amounts)))
    run, window, exclusive = draw(runs), draw(windows), draw(st.booleans())
    if isinstance(run, Unlimited) and window.end is None:
        exclusive = False
    return Terms(
        name=draw(names),
        territory=draw(territories),
        products=draw(products),
        run=run,
        window=window,
        exclusive=Exclusive() if exclusive else NonExclusive(),
        training=draw(st.just(Prohibited()) | st.just(Free()) | amounts.map(Paid)),
        price=Flat(price),
        royalty=draw(st.just(NoRoyalty()) | amounts.map(PerUnit)),
        unlicensed_use=dearer,
        resale_bps=draw(st.integers(0, 10_000)),
        split=draw(splits()),
    )


@st.composite
def full_terms(draw: st.DrawFn) -> Terms:
    """Any terms, whatever clauses they have."""
    code = draw(st.sampled_from(sorted(DECIMALS)))
    amounts = st.integers(1, 10**12).map(lambda minor: Money(minor, code))
    run = draw(st.just(Unlimited()) | st.builds(Run, st.integers(1, 1000), st.none() | amounts))
    window = draw(windows)
    some_colourways = st.frozensets(st.sampled_from(COLOURWAYS), min_size=1).map(Colourways)
    left_out = st.frozensets(st.sampled_from(COUNTRIES), min_size=1, max_size=3).map(WorldwideExcept)
    scope = {
        "territory": draw(territories | left_out),
        "products": draw(products),
        "run": run,
        "window": window,
        "colourways": draw(st.just(AnyColourway()) | some_colourways),
    }
    ai = st.just(Prohibited()) | st.just(Free()) | amounts.map(Paid)
    entries = st.tuples(ai, ai, ai, ai).map(lambda four: four[0] if len(set(four)) == 1 else PerEntry(*four))
    units = run.units if isinstance(run, Run) else 1000
    royalty = draw(st.just(NoRoyalty()) | rates(code, units) | st.integers(1, 10_000).map(PercentOfNet))
    told = st.builds(Reporting, st.sampled_from(Every), st.integers(0, 60))
    ceiling = draw(st.just(NoCeiling()) | amounts.map(Ceiling))
    silent = not isinstance(royalty, PercentOfNet) and isinstance(ceiling, NoCeiling)
    kept = sorted(MODIFICATIONS - {"recolour"})
    some = draw(st.frozensets(st.sampled_from(kept), min_size=1, max_size=3))
    changes = [NoModification(), Modifications(some)]
    if isinstance(scope["colourways"], AnyColourway):
        changes += [AnyModification(), Modifications(some | {"recolour"})]
    earns = not isinstance(royalty, NoRoyalty)
    return Terms(
        name=draw(names),
        **scope,
        exclusive=exclusivities(draw, scope),
        training=draw(entries),
        price=draw(amounts.map(Flat) | rates(code, units)),
        royalty=royalty,
        unlicensed_use=Money(10**12, code),
        resale_bps=draw(st.integers(0, 10_000)),
        split=draw(splits()),
        industries=draw(st.just(AnyIndustry()) | st.just(Industries(frozenset({"fashion", "home"})))),
        channels=draw(st.just(AnyChannel()) | st.just(Channels(frozenset({"online", "wholesale"})))),
        modification=draw(st.sampled_from(changes)),
        revenue=ceiling,
        sublicensing=draw(st.just(NoSublicensing()) | st.integers(1, 3).map(Sublicensing)),
        attribution=draw(st.just(NoAttribution()) | names.map(Attribution)),
        reporting=draw(told | st.just(NoReporting()) if silent else told),
        derivatives=draw(making(code, counted=False)),
        style=draw(making(code, counted=False)),
        recipe=draw(making(code, counted=True)),
        adapter=draw(making(code, counted=True)),
        guarantee=draw(st.none() | amounts) if earns and window.end else None,
        advance=draw(st.none() | amounts) if earns else None,
        certification=draw(st.just(Uncertified()) | st.just(HumanCertified(PartyId("ann")))),
        transfer=draw(st.just(NotTransferable()) | st.booleans().map(Transferable)),
    )


def many_terms() -> st.SearchStrategy[Terms]:
    return first_terms() | full_terms()


@st.composite
def uses(draw: st.DrawFn) -> Use:
    action, first = draw(st.sampled_from(Action)), draw(st.dates(date(2025, 1, 1), date(2027, 12, 1)))
    return Use(
        action,
        draw(st.sampled_from(PRODUCTS)),
        draw(st.sampled_from(COUNTRIES)),
        draw(st.integers(1, 2000)) if action is Action.REPRODUCE else 0,
        first,
        channel=draw(st.sampled_from(["any", "online", "wholesale", "press"])),
        industry=draw(st.sampled_from(["any", "fashion", "home", "toys"])),
        colourway=draw(st.sampled_from(COLOURWAYS)),
        modifications=draw(st.frozensets(st.sampled_from(["crop", "recolour", "flip"]), max_size=2)),
        generations=draw(st.integers(1, 600)) if action in GENERATING else 0,
        depth=draw(st.integers(1, 4)) if action is Action.SUBLICENSE else 0,
        revenue=draw(st.none() | st.builds(Money, st.integers(0, 10**12), st.sampled_from(sorted(DECIMALS)))),
        attribution=draw(st.none() | names),
        until=draw(st.none() | days.filter(lambda day: day > first)),
    )


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
        first_terms=first_terms(),
        full_terms=full_terms(),
        uses=uses(),
        books=books(),
        splits=splits(),
        parties=st.sampled_from(PARTIES),
        days=days,
    )
