"""Example uses: what two scopes have in common, and what one of them has that the other has not.

A contradiction is believed when it is shown: each of these uses is one that the rules really judge.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from string import ascii_lowercase

from ledger.domain.terms_scope import AnyWord, Scope, Territory, Window, Words
from ledger.domain.territories import first_of
from ledger.domain.use import Action, Use
from ledger.domain.words import ORIGINAL

PRODUCTS = ("wallpaper", "cushion", "fabric", "giftwrap")
COLOURWAYS = (ORIGINAL, "indigo", "rose")
# More than any clause can name.
_OTHERS = tuple(f"other-{a}{b}" for a in ascii_lowercase for b in ascii_lowercase)
SOME_DAY = date(2026, 6, 15)


def common_use(a: Scope, b: Scope, not_before: date | None = None) -> Use | None:
    """One piece made where both scopes hold, on or after `not_before`; None where they do not meet."""
    days = a.window.overlap(b.window)
    days = days and days.overlap(Window(not_before))
    if days is None or not a.meets(b):
        return None
    return Use(
        Action.REPRODUCE,
        common_word(a.products, b.products, PRODUCTS),
        first_of(a.territory.bits & b.territory.bits),
        1,
        days.start or days.end or SOME_DAY,
        colourway=common_word(a.colourways, b.colourways, COLOURWAYS),
    )


def use_in(scope: Scope) -> Use:
    """One piece made within `scope`."""
    day = scope.window.start or scope.window.end or SOME_DAY
    return Use(
        Action.REPRODUCE,
        common_word(scope.products, scope.products, PRODUCTS),
        first_of(scope.territory.bits),
        1,
        day,
        colourway=common_word(scope.colourways, scope.colourways, COLOURWAYS),
    )


def uses_outside(inner: Scope, outer: Scope) -> tuple[tuple[str, Use], ...]:
    """For each side on which `inner` reaches past `outer`: its clause, and a use within `inner` alone."""
    use = use_in(inner)
    country = country_outside(inner.territory, outer.territory)
    product = word_outside(inner.products, outer.products, PRODUCTS)
    day = day_outside(inner.window, outer.window)
    colourway = word_outside(inner.colourways, outer.colourways, COLOURWAYS)
    found = (
        ("territory", country and replace(use, territory=country)),
        ("products", product and replace(use, product=product)),
        ("dates", day and replace(use, on=day)),
        ("colourways", colourway and replace(use, colourway=colourway)),
    )
    return tuple((clause, example) for clause, example in found if isinstance(example, Use))


def country_outside(inner: Territory, outer: Territory) -> str | None:
    bits = inner.bits & ~outer.bits
    return first_of(bits) if bits else None


def day_outside(inner: Window, outer: Window) -> date | None:
    """A day of `inner` that `outer` has not."""
    last = date.max.toordinal()
    before = outer.start.toordinal() - 1 if outer.start else 0
    after = outer.end.toordinal() + 1 if outer.end else last + 1
    days = [date.fromordinal(n) for n in (before, after) if 1 <= n <= last]
    candidates = (day for day in (*days, inner.start, inner.end) if day)
    return next((day for day in candidates if inner.holds(day) and not outer.holds(day)), None)


def common_word(a: AnyWord | Words, b: AnyWord | Words, samples: tuple[str, ...]) -> str:
    """A word that both admit, one of `samples` where it may be; the two have to meet."""
    named = [scope.names for scope in (a, b) if isinstance(scope, Words)]
    words = sorted(frozenset.intersection(*named)) if named else samples
    return next((word for word in samples if word in words), words[0])


def word_outside(inner: AnyWord | Words, outer: AnyWord | Words, samples: tuple[str, ...]) -> str | None:
    """A word that `inner` admits and `outer` does not."""
    words = sorted(inner.names) if isinstance(inner, Words) else (*samples, *_OTHERS)
    return next((word for word in words if not outer.holds(word)), None)
