"""The actions of a claim: how the file came to be, in order (C2PA 2.4, section 18.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provenance.errors import ClaimError
from provenance.labels import (
    DIGITAL_CREATION,
    EDITED,
    HUMAN_ACTIONS,
    HUMAN_EDITS,
    OPENED,
    PARENT,
    TRAINED_MEDIA,
    WATERMARKED,
)

if TYPE_CHECKING:
    from provenance.claim import ClaimInput, HumanAction


def actions(facts: ClaimInput, ingredient_ids: list[str]) -> dict[str, Any]:
    """The content of ``c2pa.actions.v2``."""
    first = _created(facts, ingredient_ids) if facts.parent is None else _from_parent(facts)
    every = [*first, *_marked(facts), *_transcoded(facts)]
    return {"actions": every, "allActionsIncluded": True}


def _created(facts: ClaimInput, ingredient_ids: list[str]) -> list[dict[str, Any]]:
    if facts.drawn is not None:
        said = {"org.selvage.by": facts.drawn.by}
        created = {"digitalSourceType": DIGITAL_CREATION, "parameters": said}
    else:
        created = {
            "digitalSourceType": TRAINED_MEDIA,
            "softwareAgent": {"name": facts.generator_name, "version": facts.generator_version},
            "parameters": {"ingredientIds": ingredient_ids},
        }
    return [{"action": "c2pa.created", "when": facts.created_at, **created}]


def _from_parent(facts: ClaimInput) -> list[dict[str, Any]]:
    """How it came from its parent, whose own manifest says how that was made."""
    opened = {"action": OPENED, "when": facts.created_at, "parameters": {"ingredientIds": [PARENT]}}
    people = [_human(each) for each in facts.human]
    edited = [{"action": facts.edited, "when": facts.created_at}] if facts.edited else []
    return [opened, *people, *edited]


def _marked(facts: ClaimInput) -> list[dict[str, Any]]:
    if facts.mark is None:
        return []
    return [{"action": WATERMARKED, "when": facts.created_at, "softwareAgent": {"name": facts.mark[0]}}]


def _transcoded(facts: ClaimInput) -> list[dict[str, Any]]:
    if facts.parent is None or facts.parent[1] == facts.mime:
        return []
    return [{"action": "c2pa.transcoded", "when": facts.created_at}]


def _human(made: HumanAction) -> dict[str, Any]:
    if made.what not in HUMAN_ACTIONS:
        raise ClaimError("human", f"{made.what!r} is no action of people; use {', '.join(HUMAN_ACTIONS)}")
    said = {"org.selvage.by": made.by, "org.selvage.why": made.why}
    action = {
        "action": HUMAN_ACTIONS[made.what],
        "when": made.when,
        "parameters": {name: text for name, text in said.items() if text},
    }
    return {**action, "digitalSourceType": HUMAN_EDITS} if action["action"] == EDITED else action
