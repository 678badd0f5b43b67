"""How two values stand to each other."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from ledger.domain.policy.terms import Comparable, Term, Text, read, read_as
from ledger.domain.policy.times import Duration, Span, TimeOfDay, order_durations, time_of


class Order(Enum):
    """`DIFFERENT` is unequal without an order: two names, two texts."""

    LESS = -1
    EQUAL = 0
    GREATER = 1
    DIFFERENT = 2


def compare(left: Term, right: Term) -> Order | None:
    """How `left` stands to `right`; None when they cannot be compared.

    A moment within a day, month or year equals it, is less when it comes before all of it, and greater after.
    """
    if left == right:
        return Order.EQUAL
    a, b = read(left), read(right)
    if a is None or b is None:
        return None
    one, other = read_as(left, b), read_as(right, a)
    return None if one is None or other is None else _order(one, other)


def _order(a: Comparable, b: Comparable) -> Order | None:
    if isinstance(a, Text) and isinstance(b, Text):
        return _texts(a, b)
    if isinstance(a, Span) and isinstance(b, TimeOfDay):
        a = time_of(a)
    if isinstance(b, Span) and isinstance(a, TimeOfDay):
        b = time_of(b)
    if isinstance(a, bool) and isinstance(b, bool):
        return Order.EQUAL if a is b else Order.DIFFERENT
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return _signs(a < b, a > b)
    if isinstance(a, TimeOfDay) and isinstance(b, TimeOfDay):
        return _signs(a.seconds < b.seconds, a.seconds > b.seconds)
    if isinstance(a, Duration) and isinstance(b, Duration):
        sign = order_durations(a, b)
        return None if sign is None else Order(sign)
    if isinstance(a, Span) and isinstance(b, Span):
        return _spans(a, b)
    return None


def _texts(a: Text, b: Text) -> Order | None:
    if a.datatype != b.datatype:
        return None
    languages = {each.language.lower() for each in (a, b) if each.language}
    return Order.EQUAL if a.value == b.value and len(languages) < 2 else Order.DIFFERENT


def _signs(less: bool, greater: bool) -> Order:
    return Order.LESS if less else Order.GREATER if greater else Order.EQUAL


def _spans(a: Span, b: Span) -> Order | None:
    if a.end < b.start:
        return Order.LESS
    if a.start > b.end:
        return Order.GREATER
    # A day against a moment in it: neither before nor after, and not the same either.
    return Order.EQUAL if b.start <= a.start and a.end <= b.end else None
