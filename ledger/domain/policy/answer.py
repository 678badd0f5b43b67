"""From rules in force to an answer: conflicts, offers, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.policy.model import Policy
from ledger.domain.policy.report import Answer, Deontic, Outcome, RuleKind, RuleReport, Satisfaction
from ledger.domain.policy.vocabulary import CORE_PROFILE, Conflict

_SHOWN = 3
# The least favourable decides when several things are asked at once.
_ORDER = (
    Outcome.VOID,
    Outcome.PROHIBITED,
    Outcome.NOT_EVALUABLE,
    Outcome.NOT_PERMITTED,
    Outcome.OFFERED,
    Outcome.PERMITTED,
)


@dataclass(frozen=True)
class Ruling:
    """A rule's report with the policy it stands in, and whether all of that policy's profiles are known."""

    policy: Policy
    report: RuleReport
    understood: bool = True

    @property
    def in_force(self) -> bool:
        return self.report.active and self.understood

    @property
    def unsure(self) -> bool:
        """Whether it may be in force, for all that is known."""
        return not self.in_force and self.report.state is not Satisfaction.UNSATISFIED

    @property
    def reasons(self) -> str:
        if self.understood:
            return self.report.reasons
        return f"profile {', '.join(self.policy.profiles)} is not known here"


def understood(policy: Policy, profiles: frozenset[str]) -> bool:
    """Whether every profile of `policy` is known; a processor that does not know one has to stop (3.2)."""
    return all(each in profiles or each == CORE_PROFILE for each in policy.profiles)


def answer(rulings: list[Ruling], request_rule: str) -> Answer:
    """What may be done, as far as one rule of the request goes. What nothing permits is not permitted."""
    valid = [each for each in rulings if each.policy.replaced_by is None]
    permissions = [each for each in valid if each.report.kind is RuleKind.PERMISSION]
    prohibitions = [each for each in valid if each.report.kind is RuleKind.PROHIBITION]
    granting = [each for each in permissions if each.in_force and each.policy.kind.grants]
    forbidding = [each for each in prohibitions if each.in_force]
    unsure = [each for each in prohibitions if each.unsure]
    if granting and (forbidding or unsure):
        outcome, why = _conflict(granting, forbidding, unsure)
    elif forbidding:
        outcome, why = Outcome.PROHIBITED, _names("prohibited by", forbidding)
    elif granting:
        outcome, why = Outcome.PERMITTED, _names("permitted by", granting)
    else:
        outcome, why = _without_grant(permissions)
    return Answer(outcome, why, request_rule)


def _conflict(granting: list[Ruling], forbidding: list[Ruling], unsure: list[Ruling]) -> tuple[Outcome, str]:
    """Raised by a permission and a prohibition that are both in force, or may be (2.10)."""
    rulings = [*granting, *forbidding, *unsure]
    strategies = {each for ruling in rulings for each in ruling.policy.conflict or {Conflict.INVALID}}
    strategy = strategies.pop() if len(strategies) == 1 else Conflict.INVALID
    if strategy is Conflict.PERM:
        return Outcome.PERMITTED, _names("permissions override prohibitions: permitted by", granting)
    if not forbidding:
        return Outcome.NOT_EVALUABLE, f"it may be prohibited: {_reasons(unsure)}"
    if strategy is Conflict.PROHIBIT:
        return Outcome.PROHIBITED, _names("prohibitions override permissions: prohibited by", forbidding)
    both = f"{_names('permitted by', granting)}, {_names('prohibited by', forbidding)}"
    return Outcome.VOID, f"{both}: without one strategy for conflicts (odrl:conflict) these policies are void"


def _without_grant(permissions: list[Ruling]) -> tuple[Outcome, str]:
    offered = [each for each in permissions if each.in_force]
    if offered:
        return Outcome.OFFERED, _names("an offer grants nothing until it is agreed; offered by", offered)
    unsure = [each for each in permissions if each.unsure]
    if unsure:
        return Outcome.NOT_EVALUABLE, f"too little is known: {_reasons(unsure)}"
    if permissions:
        return Outcome.NOT_PERMITTED, f"no permission is in force: {_reasons(permissions)}"
    return Outcome.NOT_PERMITTED, "no policy has a permission"


def _reasons(rulings: list[Ruling]) -> str:
    told = [f"{each.report.rule}: {each.reasons}" for each in rulings]
    return "; ".join(told[:_SHOWN]) + (f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else "")


def together(answers: tuple[Answer, ...]) -> Answer:
    """The answer to a request as a whole."""
    return min(answers, key=lambda each: _ORDER.index(each.outcome))


def standing(rulings: list[Ruling]) -> Answer:
    """The answer when nothing is asked: whether any rule is violated."""
    violated = [each for each in rulings if each.report.deontic is Deontic.VIOLATED]
    if violated:
        return Answer(Outcome.VIOLATED, _names("violated:", violated))
    return Answer(Outcome.COMPLIANT, "no rule is violated")


def _names(what: str, rulings: list[Ruling]) -> str:
    return f"{what} {', '.join(dict.fromkeys(each.report.rule for each in rulings))}"
