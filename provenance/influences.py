"""What a tile came from: model, adapters, patterns, prompt and recipe, with their weights.

Each is an ingredient of the claim (C2PA 2.4, section 11.3, ``c2pa.ingredient.v3``) and an entry of our own
assertion ``org.selvage.influences``, which holds what an ingredient has no field for. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from provenance.errors import ClaimError

MODEL: Final = "model"
ADAPTER: Final = "adapter"
BASE_PATTERN: Final = "base-pattern"
STYLE_SOURCE: Final = "style-source"
RECIPE_SOURCE: Final = "recipe-source"  # the tile whose recipe this one is drawn by, with another seed
PROMPT: Final = "prompt"
RECIPE: Final = "recipe"
OURS: Final = (MODEL, RECIPE, PROMPT)  # what build_claim derives from the facts; one of each at most
GIVEN: Final = (ADAPTER, BASE_PATTERN, STYLE_SOURCE, RECIPE_SOURCE)  # what the maker brought; any number
MOST: Final = 64
PYTORCH: Final = "c2pa.types.model.pytorch"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_WEIGHT = re.compile(r"1|0\.[0-9]{0,3}[1-9]")
_ASSET = re.compile(r"[!-~]{1,200}")
_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/tiff")


@dataclass(frozen=True)
class Influence:
    """One thing that shaped a tile.

    `sha256` is of the adapter's weights or the picture's file, in lower-case hex. `weight` is how strongly
    it was applied: a decimal above 0, at most 1, with up to four decimals and no trailing zero. `rights` (an
    SPDX expression, an address, a urn: or words) and `attribution` are required of what the maker brought:
    adapter, base-pattern, style-source, recipe-source. `asset_id` is given where it is an asset of a Selvage
    ledger. With `mime` the signer is handed the picture itself, so that its own C2PA manifest goes into ours.
    `through` is the `sha256` of the influence it worked through: of a style source, the adapter trained from
    it. Construction raises ClaimError.
    """

    kind: str
    title: str
    sha256: str
    rights: str = ""
    attribution: str = ""
    weight: str = "1"
    asset_id: str | None = None
    mime: str | None = None
    through: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in (*OURS, *GIVEN):
            _refuse("kind", f"{self.kind!r:.80} is unknown; use one of {', '.join((*OURS, *GIVEN))}")
        _check_words(self)
        for name, value in (("sha256", self.sha256), ("through", self.through or self.sha256)):
            if not _matches(_SHA256, value):
                _refuse(name, f"{value!r:.80} is no SHA-256; give 64 lower-case hexadecimal digits")
        if not _matches(_WEIGHT, self.weight):
            _refuse("weight", f"{self.weight!r:.80}; give a decimal above 0, at most 1, such as '0.35'")
        if self.asset_id is not None and not _matches(_ASSET, self.asset_id):
            _refuse("asset_id", f"{self.asset_id!r:.80} names no asset")
        if self.mime is not None and (self.mime not in _PICTURES or self.kind in (*OURS, ADAPTER)):
            _refuse("mime", f"{self.mime!r:.80}; give one of {', '.join(_PICTURES)}, and for a picture only")

    def to_dict(self) -> dict[str, str]:
        """JSON-ready; what was not given is left out."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in given.items() if value}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Influence:
        """Inverse of `to_dict`. Raises ClaimError naming the missing or unknown field."""
        if not isinstance(values, Mapping):
            raise ClaimError("influences", "is not an object; give what Influence.to_dict wrote")
        names = [field.name for field in fields(cls)]
        for name in values:
            if name not in names:
                _refuse(str(name)[:80], f"is no field; use only {', '.join(names)}")
        for name in ("kind", "title", "sha256"):
            if name not in values:
                _refuse(name, "is missing")
        return cls(**values)


def labelled(found: Iterable[Influence]) -> dict[str, Influence]:
    """Each influence under the label of its ingredient: ``model``, ``adapter-1``, ``adapter-2``, ...

    Raises ClaimError for two alike, more than MOST, or a `through` that names none of them or leads around.
    """
    every = list(found)
    if len(every) > MOST:
        raise ClaimError("influences", f"{len(every)} are more than {MOST}; name the sources of a set once")
    twice = [pair for pair, count in Counter((each.kind, each.sha256) for each in every).items() if count > 1]
    if twice:
        raise ClaimError("influences", f"{twice[0][0]} {twice[0][1]} is there twice; keep one")
    check_paths(every)
    numbers: Counter[str] = Counter()
    labels = {}
    for each in every:
        numbers[each.kind] += 1
        if each.kind in OURS and numbers[each.kind] > 1:
            raise ClaimError("influences", f"name two of kind {each.kind}; a tile has one")
        labels[each.kind if each.kind in OURS else f"{each.kind}-{numbers[each.kind]}"] = each
    return labels


def check_paths(found: Sequence[Influence]) -> None:
    """Raise ClaimError unless every `through` leads, without going round, to one that acted directly."""
    through = {each.sha256: each.through for each in found}
    for each in found:
        seen, at = {each.sha256}, each.through
        while at is not None:
            if at not in through or at in seen:
                problem = "goes round" if at in seen else "names no influence of this tile"
                raise ClaimError("influences/through", f"{at} {problem}; give the sha256 of another one")
            seen.add(at)
            at = through[at]


def entry(label: str, influence: Influence) -> dict[str, str]:
    """The influence as an entry of ``org.selvage.influences``."""
    named = {"asset_id": "assetId"}
    said = {named.get(name, name): value for name, value in influence.to_dict().items() if name != "mime"}
    return {"ingredient": label, **said}


def from_entry(said: Mapping[str, Any]) -> Influence:
    """Inverse of `entry`, without the media type. Raises ClaimError, KeyError or TypeError."""
    named = {"assetId": "asset_id"}
    return Influence(**{named.get(name, name): value for name, value in said.items() if name != "ingredient"})


def ingredient(label: str, influence: Influence) -> dict[str, Any]:
    """The ingredient of what the maker brought; one with a media type is handed over with its bytes."""
    kinds: dict[str, Any] = {"data_types": [{"type": PYTORCH}]} if influence.kind == ADAPTER else {}
    return {
        "title": influence.title,
        "label": label,
        "format": influence.mime or "application/octet-stream",
        "relationship": "inputTo",
        "description": f"sha256:{influence.sha256}",
        **kinds,
    }


def _check_words(given: Influence) -> None:
    for name, least in (("title", 1), ("rights", 0), ("attribution", 0)):
        value = getattr(given, name)
        needed = 1 if given.kind in GIVEN else least
        if not isinstance(value, str) or not needed <= len(value) <= 500 or not (value.isprintable()):
            _refuse(name, f"of a {given.kind} needs {needed} to 500 printable characters")


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _refuse(field: str, problem: str) -> None:
    raise ClaimError(f"influences/{field}", problem)
