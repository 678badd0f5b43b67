"""Things with a scope, found by where their scopes meet another one, without looking at all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Generic, TypeVar

from ledger.domain.terms_scope import Countries, Products, Scope

# A scope with more countries or products than these is kept under "any of them".
MOST_KEYS = 8
T = TypeVar("T")
_Key = tuple[str | None, str | None]  # country and product; None for any


class ScopeIndex(Generic[T]):
    """Buckets by country and product, in each the scopes that end last first."""

    def __init__(self, entries: Iterable[tuple[Scope, T]]) -> None:
        self._buckets: defaultdict[_Key, list[tuple[date, Scope, T]]] = defaultdict(list)
        for scope, thing in entries:
            for key in _keys(scope):
                self._buckets[key].append((scope.window.end or date.max, scope, thing))
        for bucket in self._buckets.values():
            bucket.sort(key=lambda entry: entry[0], reverse=True)

    def meeting(self, scope: Scope, since: date) -> Iterator[T]:
        """Everything whose scope meets `scope` and has not ended before `since`; some of it twice."""
        for key in self._reached(scope):
            for end, other, thing in self._buckets[key]:
                if end < since:
                    break
                if other.meets(scope):
                    yield thing

    def _reached(self, scope: Scope) -> Iterator[_Key]:
        asked = _keys(scope)
        countries = {country for country, _ in asked}
        products = {product for _, product in asked}
        if None in countries or None in products or len(asked) > len(self._buckets):
            return (key for key in self._buckets if _reaches(key, countries, products))
        wanted = ((c, p) for c in (*countries, None) for p in (*products, None))
        return (key for key in wanted if key in self._buckets)


def _reaches(key: _Key, countries: set[str | None], products: set[str | None]) -> bool:
    country, product = key
    fits = country is None or None in countries or country in countries
    return fits and (product is None or None in products or product in products)


def _keys(scope: Scope) -> tuple[_Key, ...]:
    countries = scope.territory.codes if isinstance(scope.territory, Countries) else ()
    products = scope.products.names if isinstance(scope.products, Products) else ()
    return tuple((country, product) for country in _few(countries) for product in _few(products))


def _few(names: Iterable[str]) -> tuple[str | None, ...]:
    found = tuple(names)
    return found if 0 < len(found) <= MOST_KEYS else (None,)
