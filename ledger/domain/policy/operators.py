"""The twelve operators of ODRL over the values of both operands.

Several values of an operand are a set. `eq` wants the same members on both sides, an order wants it of every
pair, `isAnyOf` a common member, `isNoneOf` no common member, `isAllOf` every right value among the left ones,
`isPartOf` every left value within some right one, `hasPart` every right one within some left one, `isA` every
left value to be of some right class. Nothing on the left (a request that says it has no purpose) satisfies
`neq` and `isNoneOf` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from ledger.domain.policy.compare import Order, compare
from ledger.domain.policy.report import Satisfaction, all_of, any_of, negate
from ledger.domain.policy.terms import Iri, Literal, Term
from ledger.domain.policy.vocabulary import Operator
from ledger.domain.policy.world import World

Terms = tuple[Term, ...]
Judge = Callable[[Term, Term], Satisfaction]

_ORDERS = {
    Operator.LT: (Order.LESS,),
    Operator.LTEQ: (Order.LESS, Order.EQUAL),
    Operator.GT: (Order.GREATER,),
    Operator.GTEQ: (Order.GREATER, Order.EQUAL),
}


def satisfies(operator: Operator, lefts: Terms, rights: Terms, world: World) -> Satisfaction:
    """Whether `lefts operator rights`; NOT_EVALUABLE for values that cannot be compared."""
    if not lefts:
        return _sure(operator in (Operator.NEQ, Operator.IS_NONE_OF))
    if operator in _ORDERS:
        return all_of([_in_order(a, b, _ORDERS[operator]) for a, b in product(lefts, rights)])
    return _SETS[operator](lefts, rights, world)


def _sure(answer: bool) -> Satisfaction:
    return Satisfaction.SATISFIED if answer else Satisfaction.UNSATISFIED


def _in_order(left: Term, right: Term, wanted: tuple[Order, ...]) -> Satisfaction:
    found = compare(left, right)
    if found is None or found is Order.DIFFERENT:
        return Satisfaction.NOT_EVALUABLE
    return _sure(found in wanted)


def _equal(left: Term, right: Term) -> Satisfaction:
    found = compare(left, right)
    return Satisfaction.NOT_EVALUABLE if found is None else _sure(found is Order.EQUAL)


def _each_has(ones: Terms, others: Terms, judge: Judge) -> Satisfaction:
    return all_of([any_of([judge(one, other) for other in others]) for one in ones])


def _same(lefts: Terms, rights: Terms, world: World) -> Satisfaction:  # noqa: ARG001 -- one signature for all
    return all_of([_each_has(lefts, rights, _equal), _each_has(rights, lefts, _equal)])


def _common(lefts: Terms, rights: Terms, world: World) -> Satisfaction:  # noqa: ARG001 -- one signature for all
    return any_of([_equal(a, b) for a, b in product(lefts, rights)])


def _all(lefts: Terms, rights: Terms, world: World) -> Satisfaction:  # noqa: ARG001 -- one signature for all
    return _each_has(rights, lefts, _equal)


def _within(world: World) -> Judge:
    return lambda part, whole: _sure(str(whole) in world.within(str(part)))


def _is_a(world: World) -> Judge:
    def judge(thing: Term, kind: Term) -> Satisfaction:
        if isinstance(thing, Literal) and isinstance(kind, Iri) and thing.datatype == kind.value:
            return Satisfaction.SATISFIED
        return _sure(str(kind) in world.kinds_of(str(thing)))

    return judge


_SETS: dict[Operator, Callable[[Terms, Terms, World], Satisfaction]] = {
    Operator.EQ: _same,
    Operator.NEQ: lambda lefts, rights, world: negate(_same(lefts, rights, world)),
    Operator.IS_ANY_OF: _common,
    Operator.IS_NONE_OF: lambda lefts, rights, world: negate(_common(lefts, rights, world)),
    Operator.IS_ALL_OF: _all,
    Operator.IS_PART_OF: lambda lefts, rights, world: _each_has(lefts, rights, _within(world)),
    Operator.HAS_PART: lambda lefts, rights, world: _each_has(
        rights, lefts, lambda part, whole: _within(world)(part, whole)
    ),
    Operator.IS_A: lambda lefts, rights, world: _each_has(lefts, rights, _is_a(world)),
}
