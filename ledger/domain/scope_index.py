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
        self._by_country: defaultdict[str | None, list[_Key]] = defaultdict(list)
        for key, bucket in self._buckets.items():
            bucket.sort(key=lambda entry: entry[0], reverse=True)
            self._by_country[key[0]].append(key)

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
        products = {product for _, product in asked} | {None}
        if None in countries:
            near: Iterable[_Key] = self._buckets
        else:
            near = (key for country in (*countries, None) for key in self._by_country.get(country, ()))
        everything = any(product is None for _, product in asked)
        return (key for key in near if everything or key[1] in products)


def _keys(scope: Scope) -> tuple[_Key, ...]:
    countries = scope.territory.codes if isinstance(scope.territory, Countries) else ()
    products = scope.products.names if isinstance(scope.products, Products) else ()
    return tuple((country, product) for country in _few(countries) for product in _few(products))


def _few(names: Iterable[str]) -> tuple[str | None, ...]:
    found = tuple(names)
    return found if 0 < len(found) <= MOST_KEYS else (None,)
