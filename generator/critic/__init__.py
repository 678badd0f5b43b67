"""Looks at a finished tile: is it fit to print, and does it show what was asked?

`release_checks` measures what can be measured on the pixels (size, seam, inks, finest line); `Critic` is a
small network that puts pictures and prompts into one space and names the attributes it sees; `finish_of`
tells whether its outlines are as plain as by rule. Names load on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.critic.checklist import Check, Limits, release_checks
    from generator.critic.finish import Finish, finish_of
    from generator.critic.network import Critic
    from generator.critic.printing import Separations, separations
    from generator.critic.words import said

_HOMES = {
    "Check": "generator.critic.checklist",
    "Critic": "generator.critic.network",
    "Finish": "generator.critic.finish",
    "finish_of": "generator.critic.finish",
    "Limits": "generator.critic.checklist",
    "Separations": "generator.critic.printing",
    "release_checks": "generator.critic.checklist",
    "said": "generator.critic.words",
    "separations": "generator.critic.printing",
}

__all__ = [
    "Check",
    "Critic",
    "Finish",
    "Limits",
    "Separations",
    "finish_of",
    "release_checks",
    "said",
    "separations",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'generator.critic' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
