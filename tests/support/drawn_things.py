"""Hypothesis strategies for things of the ledger: terms, uses, books.

They are made once and not in each draw: to check a strategy takes longer than to draw from it.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st
from ledger_things import make_grant, make_split, make_usage

from ledger.domain.ids import (
    LicenceId,
    PartyId,
)
from ledger.domain.licence import Book
from ledger.domain.money import Money
from ledger.domain.money_text import DECIMALS, MAX_MAJOR
from ledger.domain.split import Split
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

COUNTRIES = ("GB", "FR", "DE", "NO", "JP")
COLOURWAYS = ("original", "indigo", "rose")
PRODUCTS = ("wallpaper", "cushion", "giftwrap", "fabric")
PARTIES = ("north-mill", "south-mill", "corner-shop")

days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
windows = st.tuples(st.none() | days, st.none() | days).map(
    lambda pair: Window(*sorted(pair)) if all(pair) else Window(*pair)  # type: ignore[type-var]
)
territories = st.just(Worldwide()) | st.frozensets(st.sampled_from(COUNTRIES), min_size=1).map(Countries)
products = st.just(AnyProduct()) | st.frozensets(st.sampled_from(PRODUCTS), min_size=1).map(Products)
some_colourways = st.frozensets(st.sampled_from(COLOURWAYS), min_size=1).map(Colourways)
left_out = st.frozensets(st.sampled_from(COUNTRIES), min_size=1, max_size=3).map(WorldwideExcept)
runs = st.just(Unlimited()) | st.integers(1, 1000).map(Run)
codes = st.sampled_from(sorted(DECIMALS))
shares_bps = st.integers(0, 10_000)
all_cuts = st.sets(st.integers(1, 9_999), max_size=6)


@st.composite
def splits(draw: st.DrawFn) -> Split:
    cuts = sorted(draw(all_cuts))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    return make_split(*((f"payee-{i}", bps) for i, bps in enumerate(parts)))


all_splits = splits()
names = st.text("abz é€日-", min_size=1, max_size=20).filter(lambda text: bool(text.strip()))


all_sides = st.sampled_from([None, set(), {"territory"}, {"products", "colourways"}, {"window"}])


def exclusivities(draw: st.DrawFn, scope: dict[str, Any]) -> Exclusive | NonExclusive:
    """Exclusive nowhere, everywhere or on some sides, always within the licence."""
    sides = draw(all_sides)
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


@cache
def amounts(code: str, most: int = 10**12) -> st.SearchStrategy[Money]:
    return st.integers(1, most).map(lambda minor: Money(minor, code))


def rate(draw: st.DrawFn, code: str, most: int, other: Any) -> Any:
    """What `other` gives, or a rate whose tiers all begin within a run of `most` pieces."""
    kind = draw(with_tiers if most > 2 else without)
    if kind is None:
        return draw(other)
    if kind is PerUnit:
        return PerUnit(draw(amounts(code, 10**6)))
    ends = sorted(draw(st.sets(st.integers(1, most - 1), min_size=1, max_size=4)))
    return kind(tuple(Tier(end, draw(amounts(code, 10**6))) for end in [*ends, None]))


with_tiers, without = st.sampled_from([None, PerUnit, Graduated, Volume]), st.sampled_from([None, PerUnit])


@cache
def making(code: str, *, counted: bool) -> st.SearchStrategy[Any]:
    money = amounts(code, 10**9)
    priced = st.builds(Priced, money, st.none() | money, st.none() | st.integers(1, 500))
    return st.just(Withheld()) | st.just(Included()) | (priced if counted else money.map(Priced))


@cache
def paid(code: str, most: int = 10**12) -> st.SearchStrategy[Any]:
    return st.just(Prohibited()) | st.just(Free()) | amounts(code, most).map(Paid)


@cache
def in_money(code: str) -> SimpleNamespace:
    """Strategies of clauses that tell amounts of one currency."""
    ai, some = paid(code), amounts(code)
    return SimpleNamespace(
        runs=st.just(Unlimited()) | st.builds(Run, st.integers(1, 1000), st.none() | some),
        entries=st.tuples(ai, ai, ai, ai).map(lambda four: four[0] if len({*four}) == 1 else PerEntry(*four)),
        ceilings=st.just(NoCeiling()) | some.map(Ceiling),
        flat=some.map(Flat),
        perhaps=st.none() | some,
    )


@st.composite
def first_terms(draw: st.DrawFn) -> Terms:
    """What the first format has words for."""
    code = draw(codes)
    most = MAX_MAJOR * 10 ** DECIMALS[code]
    money = amounts(code, most)
    price, dearer = sorted((draw(money), draw(money)))
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
        training=draw(paid(code, most)),
        price=Flat(price),
        royalty=PerUnit(draw(money)) if draw(st.booleans()) else NoRoyalty(),
        unlicensed_use=dearer,
        resale_bps=draw(shares_bps),
        split=draw(all_splits),
    )


any_colourways = st.just(AnyColourway()) | some_colourways
any_territories = territories | left_out
no_rate = st.just(NoRoyalty()) | st.integers(1, 10_000).map(PercentOfNet)
told = st.builds(Reporting, st.sampled_from(Every), st.integers(0, 60))
perhaps_told = told | st.just(NoReporting())
some_changes = st.frozensets(st.sampled_from(sorted(MODIFICATIONS - {"recolour"})), min_size=1, max_size=3)
industries = st.just(AnyIndustry()) | st.just(Industries(frozenset({"fashion", "home"})))
channels = st.just(AnyChannel()) | st.just(Channels(frozenset({"online", "wholesale"})))
sublicences = st.just(NoSublicensing()) | st.integers(1, 3).map(Sublicensing)
credits_ = st.just(NoAttribution()) | names.map(Attribution)
certified = st.just(Uncertified()) | st.just(HumanCertified(PartyId("ann")))
transfers = st.just(NotTransferable()) | st.booleans().map(Transferable)


@st.composite
def full_terms(draw: st.DrawFn) -> Terms:
    """Any terms, whatever clauses they have."""
    code = draw(codes)
    of = in_money(code)
    run, window = draw(of.runs), draw(windows)
    scope = {
        "territory": draw(any_territories),
        "products": draw(products),
        "run": run,
        "window": window,
        "colourways": draw(any_colourways),
    }
    units = run.units if isinstance(run, Run) else 1000
    royalty, ceiling = rate(draw, code, units, no_rate), draw(of.ceilings)
    silent = not isinstance(royalty, PercentOfNet) and isinstance(ceiling, NoCeiling)
    some = draw(some_changes)
    changes = [NoModification(), Modifications(some)]
    if isinstance(scope["colourways"], AnyColourway):
        changes += [AnyModification(), Modifications(some | {"recolour"})]
    earns = not isinstance(royalty, NoRoyalty)
    return Terms(
        name=draw(names),
        **scope,
        exclusive=exclusivities(draw, scope),
        training=draw(of.entries),
        price=rate(draw, code, units, of.flat),
        royalty=royalty,
        unlicensed_use=Money(10**12, code),
        resale_bps=draw(shares_bps),
        split=draw(all_splits),
        industries=draw(industries),
        channels=draw(channels),
        modification=draw(st.sampled_from(changes)),
        revenue=ceiling,
        sublicensing=draw(sublicences),
        attribution=draw(credits_),
        reporting=draw(perhaps_told if silent else told),
        derivatives=draw(making(code, counted=False)),
        style=draw(making(code, counted=False)),
        recipe=draw(making(code, counted=True)),
        adapter=draw(making(code, counted=True)),
        guarantee=draw(of.perhaps) if earns and window.end else None,
        advance=draw(of.perhaps) if earns else None,
        certification=draw(certified),
        transfer=draw(transfers),
    )


all_terms = first_terms() | full_terms()


actions = st.sampled_from(Action)
first_days = st.dates(date(2025, 1, 1), date(2027, 12, 1))
outlets = st.sampled_from(["any", "online", "wholesale", "press"])
trades = st.sampled_from(["any", "fashion", "home", "toys"])
done_to_it = st.frozensets(st.sampled_from(["crop", "recolour", "flip"]), max_size=2)
takings = st.none() | st.builds(Money, st.integers(0, 10**12), codes)
named = st.none() | names


@st.composite
def uses(draw: st.DrawFn) -> Use:
    action, first = draw(actions), draw(first_days)
    return Use(
        action,
        draw(st.sampled_from(PRODUCTS)),
        draw(st.sampled_from(COUNTRIES)),
        draw(st.integers(1, 2000)) if action is Action.REPRODUCE else 0,
        first,
        channel=draw(outlets),
        industry=draw(trades),
        colourway=draw(st.sampled_from(COLOURWAYS)),
        modifications=draw(done_to_it),
        generations=draw(st.integers(1, 600)) if action in GENERATING else 0,
        depth=draw(st.integers(1, 4)) if action is Action.SUBLICENSE else 0,
        revenue=draw(takings),
        attribution=draw(named),
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
            terms=draw(all_terms),
        )
        grants.append(grant)
        for j, units in enumerate(draw(st.lists(st.integers(1, 800), max_size=2))):
            usages.append(make_usage(grant, id=f"usage-{i}-{j}", units=units))
    return Book(tuple(grants), tuple(usages))
