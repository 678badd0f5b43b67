"""A recipe: all that is needed to make one tile again, bit for bit."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from generator.errors import BriefError
from generator.palette import parse_palette

RECIPE_VERSION = 1
MAX_PROMPT = 300
MIN_SIZE, MAX_SIZE, SIZE_STEP = 128, 2048, 64
MAX_SEED = 2**53 - 1
MAX_STEPS = 100
MAX_GUIDANCE = 20.0
GENERATORS = ("embedded", "archive", "diffusers")
OPTIONAL = ("base", "influences")
GROUND, MOTIF = KEPT = ("ground", "motif")
ADAPTER = "adapter"
MAX_INFLUENCES = 200
MAX_UNITS = 4
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHARE = re.compile(r"(?:0\.[0-9]{1,2}|1(?:\.00?)?)")


@dataclass(frozen=True)
class BasePattern:
    """What a tile is drawn over: `separations` is the SHA-256 (hex) of a grey PNG of ink numbers.

    `strength` is how much of it is drawn anew, above 0 and up to 1, in decimal text; `units` how many
    training units it is wide. `keep` says which part of it stays as it is, `ground` or `motif`; where it is
    None all is drawn anew, and it is in no mapping, as in recipes that are older than it. Raises BriefError.
    """

    separations: str
    strength: str
    units: int = 1
    keep: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.separations, str) or not _SHA256.fullmatch(self.separations):
            raise BriefError("base.separations", "is no digest", "give 64 lower-case hexadecimal digits")
        check_share("base.strength", self.strength)
        check_whole("base.units", self.units, 1, MAX_UNITS)
        if self.keep is not None and self.keep not in KEPT:
            raise BriefError("base.keep", f"{self.keep!r} is unknown", f"use one of {', '.join(KEPT)}")

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready mapping; `keep` only where something is kept."""
        return {name: value for name, value in vars(self).items() if value is not None}

    @classmethod
    def of(cls, values: object) -> BasePattern:
        """From plain data. Raises BriefError."""
        if not isinstance(values, Mapping) or {*values, "keep"} != {f.name for f in fields(cls)}:
            raise BriefError("base", "is no base pattern", "give separations, strength and units, and keep")
        return cls(**values)


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a tile; two equal recipes give the same bytes.

    `size` is in pixels, `guidance` is the classifier-free guidance weight in tenths precision, `weights`
    the SHA-256 (hex) of the weights, or of the archive's edition; either names the word tables its prompt is
    read by. `version` covers the sampler and the snapping. `base` is the pattern that it is drawn over, and
    `influences` name what else had a part in it: one of kind `adapter` is a style, drawn with at its weight.
    Construction raises BriefError naming the first unusable field.
    """

    prompt: str
    palette: tuple[str, ...]
    seed: int
    size: int
    steps: int
    guidance: float
    generator: str
    weights: str
    version: int = RECIPE_VERSION
    base: BasePattern | None = None
    influences: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)

    def __post_init__(self) -> None:
        """Check every field; an unusable recipe cannot exist."""
        check_prompt(self.prompt)
        if not isinstance(self.palette, tuple) or parse_palette(self.palette) != self.palette:
            raise BriefError("palette", "is not in canonical form", "give a tuple of lower-case #rrggbb inks")
        check_whole("seed", self.seed, 0, MAX_SEED)
        check_size(self.size)
        check_whole("steps", self.steps, 0, MAX_STEPS)
        _check_guidance(self.guidance)
        _check_origin(self.generator, self.weights, self.version)
        _check_influences(self.influences)
        if self.generator != GENERATORS[0] and (self.base or self.adapter):
            problem = f"{self.generator} draws in no style and over no base"
            raise BriefError("generator", problem, "use embedded")

    @property
    def adapter(self) -> tuple[str, float] | None:
        """SHA-256 (hex) of the adapter that it is drawn with, and its weight; None without one."""
        for each in self.influences:
            if each["kind"] == ADAPTER:
                return each["sha256"], float(each.get("weight", "1"))
        return None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready mapping without floats: guidance is a decimal string."""
        values = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in OPTIONAL}
        if self.base:
            values["base"] = self.base.to_dict()
        if self.influences:
            values["influences"] = [dict(each) for each in self.influences]
        return values | {"palette": list(self.palette), "guidance": f"{self.guidance:.1f}"}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Recipe:
        """Inverse of `to_dict`. Raises BriefError naming the missing, unknown or unusable field."""
        if not isinstance(values, Mapping):
            raise BriefError("recipe", "is not a mapping", "give the object that Recipe.to_dict wrote")
        names = [each.name for each in fields(cls)]
        for name in names:
            if name not in values and name not in OPTIONAL:
                raise BriefError(name, "is missing", "give every field that Recipe.to_dict writes")
        for name in values:
            if name not in names:
                raise BriefError(str(name), "is not a recipe field", f"use only {', '.join(names)}")
        palette = values["palette"]
        if not isinstance(palette, list | tuple):
            raise BriefError("palette", "is not a list", "give 2 to 6 inks as #rrggbb")
        guidance = _parse_guidance(values["guidance"])
        read: dict[str, Any] = {**values, "palette": parse_palette(palette), "guidance": guidance}
        if "base" in values:
            read["base"] = BasePattern.of(values["base"])
        if "influences" in values:
            read["influences"] = _listed(values["influences"])
        return cls(**read)

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON: sorted keys, no spaces, UTF-8 (RFC 8785 for these types)."""
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def with_palette(self, palette: Sequence[str]) -> Recipe:
        """The same separations in another palette of as many inks; raises BriefError otherwise."""
        inks = parse_palette(palette)
        if len(inks) != len(self.palette):
            raise BriefError(
                "palette", f"has {len(inks)} inks", f"give {len(self.palette)}, one for each separation"
            )
        return replace(self, palette=inks)


def check_prompt(prompt: object) -> None:
    """Raise BriefError unless the prompt is printable text of 1 to MAX_PROMPT characters."""
    if not isinstance(prompt, str) or not prompt.strip():
        raise BriefError(
            "prompt", "is empty", "describe the pattern, for example 'dense floral, large scale'"
        )
    if len(prompt) > MAX_PROMPT:
        raise BriefError("prompt", f"has {len(prompt)} characters", f"shorten it to {MAX_PROMPT}")
    if not prompt.isprintable():
        raise BriefError("prompt", "holds control characters", "write it on one line of plain text")


def check_size(size: object) -> None:
    """Raise BriefError unless the size is a usable tile edge in pixels."""
    check_whole("size", size, MIN_SIZE, MAX_SIZE)
    if isinstance(size, int) and size % SIZE_STEP:
        raise BriefError("size", f"{size} is not a multiple of {SIZE_STEP}", "round it to the next multiple")


def check_whole(field: str, value: object, low: int, high: int) -> None:
    """Raise BriefError unless `value` is a whole number in low..high."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise BriefError(field, f"{value!r} is not a whole number", f"give a number in {low}..{high}")
    if not low <= value <= high:
        raise BriefError(field, f"{value} is out of range", f"give a number in {low}..{high}")


def check_share(name: str, value: object) -> None:
    """Raise BriefError unless `value` is decimal text above 0 and up to 1, of two decimals at most."""
    if not isinstance(value, str) or not _SHARE.fullmatch(value) or not float(value):
        raise BriefError(
            name, f"{value!r} is out of range", 'give decimal text above 0 and up to 1, as "0.4"'
        )


def _listed(influences: object) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(influences, list | tuple):
        raise BriefError("influences", "is not a list", "give what Recipe.to_dict wrote")
    return tuple(influences)


def _check_influences(influences: tuple[Mapping[str, Any], ...]) -> None:
    if len(influences) > MAX_INFLUENCES:
        problem = f"names {len(influences)}"
        raise BriefError("influences", problem, f"name at most {MAX_INFLUENCES}")
    for each in influences:
        if not isinstance(each, Mapping) or not isinstance(each.get("kind"), str):
            raise BriefError("influences", "one has no kind", "give what Recipe.to_dict wrote")
        if not isinstance(each.get("sha256"), str) or not _SHA256.fullmatch(each["sha256"]):
            raise BriefError("influences", f"the {each['kind'][:20]} has no digest", "give its SHA-256")
        if each["kind"] == ADAPTER:
            check_share("influences.weight", each.get("weight", "1"))
    if sum(each["kind"] == ADAPTER for each in influences) > 1:
        raise BriefError("influences", "names two adapters", "draw with one style at a time")


def _check_guidance(guidance: object) -> None:
    if not isinstance(guidance, float) or not 0.0 <= guidance <= MAX_GUIDANCE:
        raise BriefError("guidance", f"{guidance!r} is out of range", f"give a number in 0.0..{MAX_GUIDANCE}")
    if round(guidance, 1) != guidance:
        raise BriefError("guidance", f"{guidance!r} has too many decimals", "round it to one decimal")


def _parse_guidance(text: object) -> float:
    try:
        number = Decimal(text if isinstance(text, str) else "")
    except InvalidOperation:
        raise BriefError("guidance", f"{text!r} is not a decimal string", 'write it like "3.0"') from None
    if not number.is_finite():
        raise BriefError("guidance", f"{text!r} is not finite", 'write it like "3.0"')
    return float(number)


def _check_origin(generator: object, weights: object, version: object) -> None:
    if generator not in GENERATORS:
        raise BriefError("generator", f"{generator!r} is unknown", f"use one of {', '.join(GENERATORS)}")
    if not isinstance(weights, str) or not _SHA256.fullmatch(weights):
        raise BriefError("weights", f"{weights!r} is not a digest", "give 64 lower-case hexadecimal digits")
    if isinstance(version, bool) or version != RECIPE_VERSION:
        raise BriefError(
            "version", f"{version!r} is not supported", f"this build makes version {RECIPE_VERSION}"
        )
