"""Named groups of countries, and sets of countries as bits of a whole number.

A group means the countries that belong to it when terms are read (membership as of 2026); terms keep the
countries, so that a licence does not grow or shrink when a union does.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from types import MappingProxyType

from ledger.domain.countries import CODES

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_EFTA = "CH IS LI NO"
_LISTS = {
    "EU": _EU,
    "EEA": f"{_EU} IS LI NO",
    "EFTA": _EFTA,
    "Schengen": f"{_EU.replace(' CY', '').replace(' IE', '')} {_EFTA}",
    "DACH": "AT CH DE",
    "Nordics": "DK FI IS NO SE",
    "Baltics": "EE LT LV",
    "Benelux": "BE LU NL",
    "Iberia": "ES PT",
    "UK-and-Ireland": "GB IE",
    "North-America": "CA MX US",
    "Mercosur": "AR BO BR PY UY",
    "GCC": "AE BH KW OM QA SA",
    "ASEAN": "BN ID KH LA MM MY PH SG TH TL VN",
    "ANZ": "AU NZ",
}
GROUPS = MappingProxyType({name: frozenset(codes.split()) for name, codes in _LISTS.items()})
_ORDER = tuple(sorted(CODES))
_BIT = {code: 1 << index for index, code in enumerate(_ORDER)}
EVERYWHERE = (1 << len(_ORDER)) - 1


@lru_cache(maxsize=4096)
def bits_of(codes: frozenset[str]) -> int:
    """The set of assigned `codes`, one bit for each in alphabetical order."""
    return sum(_BIT[code] for code in codes)


def first_of(bits: int) -> str:
    """The alphabetically first country of a set that is not empty."""
    return _ORDER[(bits & -bits).bit_length() - 1]


def named(codes: Iterable[str]) -> str | None:
    """The name of the group that has exactly these countries, if there is one."""
    wanted = frozenset(codes)
    return next((name for name, members in GROUPS.items() if members == wanted), None)
