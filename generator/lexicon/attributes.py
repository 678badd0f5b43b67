"""What a tile is asked to be, once its prompt is settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from generator.errors import BriefError
from generator.lexicon.tables import (
    CONTRASTS,
    DENSITIES,
    ERAS,
    FAMILIES,
    INK_WORDS,
    LAYOUTS,
    SCALES,
    SMOOTH,
    STRAIGHT,
    STROKES,
    SYMMETRIES,
)


@dataclass(frozen=True)
class Attributes:
    """A prompt, settled: what to draw and how, with the words that had no meaning here.

    `contrast` belongs to the palette; all else decides the separations. Construction raises BriefError
    naming the first attribute that its family cannot have.
    """

    family: str
    style: str
    era: str
    scale: str
    density: str
    stroke: str
    layout: str
    symmetry: str
    contrast: str
    inks: int
    ignored: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check every value against the tables."""
        if self.family not in FAMILIES:
            raise BriefError("family", f"{self.family!r} is unknown", f"use one of {', '.join(FAMILIES)}")
        for name, known in choices(self.family).items():
            if getattr(self, name) not in known:
                given = getattr(self, name)
                raise BriefError(name, f"{given!r} is not for {self.family}", f"use {', '.join(known)}")
        if self.inks not in INK_WORDS:
            raise BriefError("inks", f"{self.inks!r} is out of range", "give 2 to 6")

    @property
    def straight(self) -> bool:
        """Whether all of it is drawn with a ruler."""
        return self.style in STRAIGHT.get(self.family, ()) and not self._waves

    @property
    def smooth(self) -> bool:
        """Whether nothing of it has a corner."""
        return self.style in SMOOTH.get(self.family, ()) or self._waves

    @property
    def _waves(self) -> bool:
        return self.family == "stripe" and self.layout == "tossed"

    def caption(self) -> str:
        """The words the text encoder is trained on, in their fixed order."""
        parts = (self.family, self.style, self.era, self.scale, self.density, self.stroke, self.layout)
        words = (part.replace("-", "") for part in (*parts, self.symmetry))
        return " ".join((*words, INK_WORDS[self.inks], "inks"))

    def to_dict(self) -> dict[str, str | int]:
        """Every attribute that decides the tile, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "ignored"}


def choices(family: str) -> dict[str, tuple[str, ...]]:
    """The values that a family can have, by attribute, in a stable order; `inks` apart."""
    entry = FAMILIES[family]
    return {
        "style": tuple(entry.styles),
        "era": tuple(ERAS),
        "scale": tuple(SCALES),
        "density": tuple(DENSITIES),
        "stroke": entry.strokes,
        "layout": entry.layouts,
        "symmetry": entry.symmetries,
        "contrast": tuple(CONTRASTS),
    }


def caption_words() -> tuple[str, ...]:
    """Every word a caption can hold, in a stable order: the tokenizer's vocabulary."""
    styles = (family.styles for family in FAMILIES.values())
    groups: tuple[Iterable[str], ...] = (
        FAMILIES,
        *styles,
        ERAS,
        SCALES,
        DENSITIES,
        STROKES,
        LAYOUTS,
        SYMMETRIES,
    )
    words = [word.replace("-", "") for group in groups for word in group]
    return tuple(dict.fromkeys([*words, *INK_WORDS.values(), "inks"]))
