"""The book of `bench.decide`, and what is asked of it.

Grants are exclusive, each in its own country, product and month, so that a new licence has to be told apart
from all of them; 1,000 licensees hold 100 each, with a report under every tenth.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from ledger.domain.countries import CODES
from ledger.domain.duties import add_months
from ledger.domain.ids import AssetId, LicenceId, OfferId, PartyId, UsageId
from ledger.domain.licence import Grant, Usage
from ledger.domain.terms import Countries, Products, Terms, Window
from ledger.domain.terms_text import parse_terms
from ledger.domain.use import Action, Use

GRANTS, LICENSEES, REPORTED_EVERY = 100_000, 1_000, 10
PRODUCTS = ("wallpaper", "cushion", "fabric", "giftwrap")
FIRST, DAY = date(2020, 1, 1), date(2026, 6, 15)
SPLIT = {"studio": "60 %", "ann": "40 %"}
EXCLUSIVE = parse_terms({"preset": "exclusive", "split": SPLIT})
TILE = AssetId("0a" * 16)
FREE = "NZ"  # nobody is exclusive there
COUNTRIES = sorted(CODES - {FREE})


def party(number: int) -> PartyId:
    return PartyId(f"mill-{number % LICENSEES}")


def standard(territory: str) -> Terms:
    """The terms that are offered in one country, or `worldwide`."""
    return parse_terms({"preset": "standard", "split": SPLIT, "territory": territory})


def place(number: int) -> tuple[str, str, date]:
    """The country, product and first day that grant `number` is exclusive in."""
    number, country = divmod(number, len(COUNTRIES))
    month, product = divmod(number, len(PRODUCTS))
    return COUNTRIES[country], PRODUCTS[product], add_months(FIRST, month)


def exclusive(number: int) -> Terms:
    country, product, start = place(number)
    end = date.fromordinal(add_months(start, 1).toordinal() - 1)
    return replace(
        EXCLUSIVE,
        territory=Countries(frozenset({country})),
        products=Products(frozenset({product})),
        window=Window(start, end),
    )


def grant(number: int) -> Grant:
    return Grant(
        id=LicenceId(f"{number:032x}"),
        offer=OfferId(f"{number:032x}"),
        asset=TILE,
        licensee=party(number),
        action=Action.REPRODUCE,
        terms=exclusive(number),
        terms_hash="00",
        granted_at="2020-01-01T00:00:00Z",
        invoice=None,
        tx="0x00",
        gas=0,
    )


def usage(number: int) -> Usage:
    country, product, start = place(number)
    use = Use(Action.REPRODUCE, product, country, 100, start)
    return Usage(UsageId(f"{number:032x}"), LicenceId(f"{number:032x}"), use, start)


def question(draw: random.Random, grants: int = GRANTS) -> tuple[Use, PartyId]:
    """A third of the uses are what a licence gives its licensee, a third anybody's, a third where none is."""
    country, product, start = place(number := draw.randrange(grants))
    kind = draw.randrange(3)
    asker = number % LICENSEES if kind == 0 else draw.randrange(LICENSEES)
    country = FREE if kind == 2 else country
    return Use(Action.REPRODUCE, product, country, draw.randrange(1, 500), start), party(asker)
