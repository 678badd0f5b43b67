"""From facts about a tile to a C2PA claim, without clock, randomness or I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ClaimInput:
    """Facts the claim states about one asset.

    `mark` and `fingerprint` are (algorithm name in reverse-DNS, value). `training_mining` maps each of
    ``cawg.data_mining``, ``cawg.ai_inference``, ``cawg.ai_training`` and ``cawg.ai_generative_training`` to
    ``{"use": "allowed" | "notAllowed" | "constrained", "constraint_info": str}``; the information is
    required exactly when constrained. `licence` is an ODRL 2.2 policy in JSON-LD, `registration` a
    CAIP-19 asset identifier, `created_at` an RFC 3339 time in UTC ending in ``Z``, `model_sha256` the
    weights' digest in lower-case hex. `human_oversight` is ``fully_autonomous``, ``prompt_guided`` or
    ``human_validated`` (C2PA 2.4, AI disclosure).
    """

    asset_id: str
    title: str
    mime: str
    mark: tuple[str, bytes]
    generator_name: str
    generator_version: str
    model_sha256: str
    recipe: Mapping[str, Any]
    prompt: str
    training_mining: Mapping[str, Mapping[str, str]]
    created_at: str
    studio: str
    fingerprint: tuple[str, bytes] | None = None
    licence: Mapping[str, Any] | None = None
    registration: str | None = None
    human_oversight: str = "prompt_guided"
