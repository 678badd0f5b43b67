"""Where a rule is evaluated: what is known, what is asked, and in whose name a left operand is looked up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.domain.policy.model import Fact, Request, RequestRule
from ledger.domain.policy.report import Reading
from ledger.domain.policy.world import World


@dataclass(frozen=True)
class Scene:
    """`subjects` are asked for facts in turn, from the most particular to everything (None); then claims."""

    world: World
    reading: Reading
    request: Request | None = None
    asked: RequestRule | None = None
    subjects: tuple[str | None, ...] = (None,)

    def about(self, *subjects: str | None) -> Scene:
        """The same, with `subjects` asked first; those that are None are left out."""
        named = tuple(each for each in subjects if each is not None)
        return replace(self, subjects=(*named, *self.subjects))

    def only(self, *subjects: str) -> Scene:
        """The same, with nothing asked but `subjects`: a member of a collection, an act."""
        return replace(self, request=None, subjects=subjects)

    def facts(self, operand: str, constraint: str) -> tuple[Fact, ...]:
        """What the world tells; where it tells nothing, what the request claims."""
        told = self.world.facts_of(operand, (constraint, *self.subjects))
        if told or self.request is None:
            return told
        return self.request.claims_of(operand, self.asked)

    def says_all(self, operand: str) -> bool:
        """Whether the request says all there is to say of `operand`, so that silence means none."""
        return self.request is not None and operand in self.request.complete


def scene_of(world: World, reading: Reading, request: Request | None, asked: RequestRule | None) -> Scene:
    """What is known of the rule asked for comes before the request, its party, its target, everything."""
    scene = Scene(world, reading, request, asked)
    if request is None:
        return scene
    inner = (asked.id, request.id, asked.assignee, asked.target) if asked else (request.id,)
    return scene.about(*inner)
