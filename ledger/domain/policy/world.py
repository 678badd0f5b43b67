"""The state of the world: everything that is known when a policy is evaluated, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ledger.domain.policy.chains import closure, require_acyclic
from ledger.domain.policy.model import Fact
from ledger.domain.policy.report import Deontic, Performance
from ledger.domain.policy.terms import Literal, Term
from ledger.domain.policy.vocabulary import DATE_TIME, INCLUDED_IN, SAME_AS


@dataclass(frozen=True)
class Told:
    """What the state of the world reports about a rule; `report` names that report."""

    report: str | None = None
    performance: Performance | None = None
    deontic: Deontic | None = None


@dataclass(frozen=True)
class World:
    """`parts` and `kinds` map a thing to what it is part of and to its classes; `included` and `implied` map
    actions likewise, on top of the ODRL vocabulary. `told` is by rule, `acts` maps a duty to what was done
    for it. `values` are the values of IRIs that constraints refer to.

    Raises CycleError when something is part of itself, or an action is included in itself.
    """

    now: Literal | None = None
    facts: tuple[Fact, ...] = ()
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    included: Mapping[str, frozenset[str]] = field(default_factory=dict)
    implied: Mapping[str, frozenset[str]] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)
    acts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_acyclic(self.parts, "partOf")
        require_acyclic(self.included, "includedIn")

    @cached_property
    def _index(self) -> Mapping[tuple[str | None, str], list[Fact]]:
        found: defaultdict[tuple[str | None, str], list[Fact]] = defaultdict(list)
        for fact in self.facts:
            found[fact.subject, fact.operand].append(fact)
        return found

    def facts_of(self, operand: str, subjects: Iterable[str | None]) -> tuple[Fact, ...]:
        """The facts of the first of `subjects` that has any; the time is known of everything."""
        for subject in subjects:
            found = self._index.get((subject, operand))
            if found:
                return tuple(found)
        if operand == DATE_TIME and self.now:
            return (Fact(DATE_TIME, self.now),)
        return ()

    def within(self, thing: str) -> frozenset[str]:
        """`thing` and all that it is part of, however indirectly."""
        return closure(thing, lambda each: self.parts.get(each, ()))

    def kinds_of(self, thing: str) -> frozenset[str]:
        """`thing` and its classes, and theirs."""
        return closure(thing, lambda each: self.kinds.get(each, ()))

    def encompassing(self, action: str) -> frozenset[str]:
        """`action` and every action that it is included in (Information Model 2.4), by any of their names."""
        return closure(action, self._wider)

    def entailed(self, action: str) -> frozenset[str]:
        """`encompassing`, and the same of all actions that must not be prohibited if this one is allowed."""
        return closure(action, lambda each: (*self._wider(each), *self.implied.get(each, ())))

    def _wider(self, action: str) -> tuple[str, ...]:
        own = (SAME_AS.get(action), INCLUDED_IN.get(action))
        return (*(each for each in own if each), *self.included.get(action, ()))
