"""Whether what is asked is what a rule is about: its target, its party, its action."""

from __future__ import annotations

from collections.abc import Callable

from ledger.domain.policy.constraints import judge_all, state_of
from ledger.domain.policy.model import Action, Group, Rule
from ledger.domain.policy.report import Premise, PremiseReport, RuleKind, Satisfaction, any_of
from ledger.domain.policy.scene import Scene
from ledger.domain.policy.vocabulary import short


def premises_of(rule: Rule, kind: RuleKind, scene: Scene) -> tuple[PremiseReport, ...]:
    """Target, party and action, where something is asked and the rule names them; then constraints."""
    found: list[PremiseReport] = []
    if scene.asked:
        asked = scene.asked
        if rule.targets:
            found.append(_matching(Premise.TARGET, rule.targets, asked.target, scene))
        if rule.assignees:
            found.append(_matching(Premise.PARTY, rule.assignees, asked.assignee, scene))
        if rule.actions:
            found.append(_acting(rule.actions, asked.action, kind, scene))
    return (*found, *judge_all(rule.constraints, scene.about(rule.id)))


def _matching(kind: Premise, groups: tuple[Group, ...], asked: str | None, scene: Scene) -> PremiseReport:
    if asked is None:
        return PremiseReport(kind, Satisfaction.UNSATISFIED, "the request names none")
    wider = scene.world.within(asked)
    found = [_member(kind, group, asked, wider, scene) for group in groups]
    names = ", ".join(group.source or group.id for group in groups)
    return _alternatives(kind, found, f"{asked} is not {names}")


def _member(kind: Premise, group: Group, asked: str, wider: frozenset[str], scene: Scene) -> PremiseReport:
    if not any(name in wider for name in group.names):
        return PremiseReport(kind, Satisfaction.UNSATISFIED)
    # A refinement is about each member, never about who else asks or what else is known (2.5.5).
    refinements = judge_all(group.refinements, scene.only(asked))
    return PremiseReport(kind, state_of(refinements), premises=refinements)


def _acting(actions: tuple[Action, ...], asked: str | None, kind: RuleKind, scene: Scene) -> PremiseReport:
    if asked is None:
        return PremiseReport(Premise.ACTION, Satisfaction.UNSATISFIED, "the request names none")
    # What must not be prohibited for an action to make sense prohibits it too (2.4, implies).
    reach: Callable[[str], frozenset[str]] = scene.world.encompassing
    if kind is RuleKind.PROHIBITION:
        reach = scene.world.entailed
    found = [_action(action, reach(asked), scene) for action in actions]
    names = ", ".join(short(action.name) for action in actions)
    return _alternatives(Premise.ACTION, found, f"{short(asked)} is not included in {names}")


def _action(action: Action, reach: frozenset[str], scene: Scene) -> PremiseReport:
    if action.name not in reach:
        return PremiseReport(Premise.ACTION, Satisfaction.UNSATISFIED)
    refinements = judge_all(action.refinements, scene)
    return PremiseReport(Premise.ACTION, state_of(refinements), premises=refinements)


def _alternatives(kind: Premise, found: list[PremiseReport], otherwise: str) -> PremiseReport:
    state = any_of([each.state for each in found])
    refinements = tuple(premise for each in found for premise in each.premises)
    if state is Satisfaction.SATISFIED:
        return PremiseReport(kind, state, premises=refinements)
    whys = "; ".join(premise.why for premise in refinements if premise.why)
    return PremiseReport(kind, state, whys or otherwise, refinements)
