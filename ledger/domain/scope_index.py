"""Things with a scope, found by where their scopes meet another one, without looking at all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Generic, TypeVar

from ledger.domain.terms_scope import Countries, Products, Scope

# A scope with more countries or products than these is kept under "any of them".
MOST_KEYS = 8
T = TypeVar("T")
_Key = tuple[str | None, str | None]  # country and product; None for any
_Rank = tuple[date, int]  # the last day, and how early it came
_Entry = tuple[_Rank, Scope, T]
_LAST = -(2**63)  # comes after every number


class ScopeIndex(Generic[T]):
    """Buckets by country and product, in each the scopes that end last first, then those that came first."""

    def __init__(self, entries: Iterable[tuple[Scope, T]]) -> None:
        self._buckets: defaultdict[_Key, list[_Entry[T]]] = defaultdict(list)
        for number, (scope, thing) in enumerate(entries):
            for key in scope_keys(scope):
                self._buckets[key].append(((scope.window.end or date.max, -number), scope, thing))
        for bucket in self._buckets.values():
            bucket.sort(key=lambda entry: entry[0], reverse=True)
        self._keys = sorted(self._buckets, key=lambda key: self._buckets[key][0][0], reverse=True)
        self._by_country: defaultdict[str | None, list[_Key]] = defaultdict(list)
        for key in self._keys:
            self._by_country[key[0]].append(key)

    def meeting(self, scope: Scope, since: date) -> Iterator[T]:
        """Everything whose scope meets `scope` and has not ended before `since`; some of it twice."""
        for keys in self._reached(scope):
            for key in keys:
                for (end, _), other, thing in self._buckets[key]:
                    if end < since:
                        break
                    if other.meets(scope):
                        yield thing

    def last_meeting(self, scope: Scope, since: date, counts: Callable[[T], bool]) -> T | None:
        """What ends last of all that `meeting` finds and that `counts`, and of several came first."""
        best, found = (since, _LAST), None
        for keys in self._reached(scope):
            for key in keys:
                bucket = self._buckets[key]
                if bucket[0][0] <= best:
                    break
                for rank, other, thing in bucket:
                    if rank <= best:
                        break
                    if other.meets(scope) and counts(thing):
                        best, found = rank, thing
                        break
        return found

    def _reached(self, scope: Scope) -> Iterator[Iterator[_Key]]:
        """Keys of buckets that `scope` may meet, in runs: in each the bucket first that ends last."""
        asked = scope_keys(scope)
        countries = {country for country, _ in asked}
        products = {product for _, product in asked} | {None}
        everything = any(product is None for _, product in asked)
        near = (self._by_country.get(country, []) for country in (*countries, None))
        for run in (self._keys,) if None in countries else near:
            yield (key for key in run if everything or key[1] in products)


def scope_keys(scope: Scope) -> tuple[_Key, ...]:
    """The countries and products that a scope is kept under; None for any."""
    countries = scope.territory.codes if isinstance(scope.territory, Countries) else ()
    products = scope.products.names if isinstance(scope.products, Products) else ()
    return tuple((country, product) for country in _few(countries) for product in _few(products))


def _few(names: Iterable[str]) -> tuple[str | None, ...]:
    found = tuple(names)
    return found if 0 < len(found) <= MOST_KEYS else (None,)
