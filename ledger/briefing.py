"""What a brief would draw, told before anything is drawn or kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from ledger import guardrails, guiding, redrawing, styles, takes
from ledger.context import Ledger
from ledger.domain.assets import CollectionBrief
from ledger.domain.brief_text import parse_brief
from ledger.domain.errors import BriefError
from ledger.domain.fields import NEAR, suggest
from ledger.domain.ids import derive_seed
from ledger.domain.trade_brief import THEMES
from ledger.guiding import Guidance, Past

if TYPE_CHECKING:
    from generator import Generator

NEAREST = 3


@dataclass(frozen=True)
class PlannedTile:
    """What tile `index` will be: its words settled, and the words of its prompt that mean nothing here.

    `unknown` pairs each such word with the nearest known ones; `attributes` are those of the
    generator that all takes of the tile have.
    """

    index: int
    prompt: str
    palette: tuple[str, ...]
    attributes: dict[str, Any]
    unknown: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class LaidOut:
    """A brief with what guidelines make of it, what became of tiles like its own before, and its tiles."""

    guidance: Guidance
    past: tuple[Past, ...]
    tiles: tuple[PlannedTile, ...]


def read(data: Mapping[str, Any]) -> CollectionBrief:
    """A brief from plain data, inks by the names of the house too. Raises BriefError."""
    from generator.palettes import NAMES

    return parse_brief(data, {name.replace("-", " "): ink for name, ink in NAMES.items()})


def check(ledger: Ledger, brief: CollectionBrief) -> None:
    """Raise BriefError for a blocked term, or a theme of which no word is known, with the nearest ones."""
    guardrails.check(ledger, brief)
    if brief.words is None:
        return
    for number, theme in enumerate(brief.words.themes):
        if theme not in THEMES and not holds_known_word(theme):
            raise BriefError(f"themes[{number}]", no_theme(theme))


def holds_known_word(theme: str) -> bool:
    """Whether a theme that is none of the house's can yet be drawn: a word of it means something."""
    from generator import vocabulary

    return not set(theme.lower().replace(",", " ").split()).isdisjoint(vocabulary())


def no_theme(theme: str) -> str:
    """What is said of a theme that nobody knows."""
    return f"{theme[:40]!r} is no theme of the house and holds no word it knows; {suggest(theme, THEMES)}"


def recipes_of(ledger: Ledger, brief: CollectionBrief) -> list[dict[str, object]]:
    """One recipe per tile: each prompt in each palette in turn, every tile with a seed of its own.

    Raises what the generator refuses. Draws nothing.
    """
    return _planned(ledger, brief)[1]


def _planned(ledger: Ledger, brief: CollectionBrief) -> tuple[Generator, list[dict[str, object]]]:
    """What draws a brief, and the recipes."""
    if brief.recipe is not None:
        return redrawing.planned(ledger, brief, brief.recipe)
    drawn_with = styles.drawn_with(ledger, brief)
    generator = styles.generator_of(ledger, brief)
    recipes = []
    for index in range(brief.count):
        prompt = brief.prompts[index % len(brief.prompts)]
        palette = brief.palettes[index // len(brief.prompts) % len(brief.palettes)]
        seed = derive_seed("seed", brief.seed, index)
        planned = generator.plan(prompt, palette, seed, brief.size)
        recipes.append({**planned.to_dict(), **drawn_with})
    return generator, recipes


def preview(ledger: Ledger, brief: CollectionBrief) -> tuple[PlannedTile, ...]:
    """Each tile that `create.plan` would plan, in order. Raises what it raises for the same brief."""
    return lay_out(ledger, brief).tiles


def lay_out(ledger: Ledger, brief: CollectionBrief) -> LaidOut:
    """A brief as `create.plan` would keep it, its tiles, and what guidelines say that it asks for."""
    check(ledger, brief)
    guidance = guiding.guided(ledger, brief)
    past = guiding.past(ledger, guidance.brief) if guidance.brief.guidelines else ()
    return LaidOut(guidance, past, _tiles(ledger, guidance.brief))


def unknown(ledger: Ledger, brief: CollectionBrief) -> dict[str, tuple[str, ...]]:
    """The words of a brief's prompts that mean nothing here, each with the nearest that do."""
    from generator.editions import NEWEST

    edition = getattr(ledger.engines.generator(brief.generator), "edition", NEWEST)
    inks, known = len(brief.palettes[0]), _known()
    words = [word for prompt in dict.fromkeys(brief.prompts) for word in _ignored(prompt, inks, edition)]
    return {word: nearest(word) for word in dict.fromkeys(words) if word not in known}


def _ignored(prompt: str, inks: int, edition: int) -> tuple[str, ...]:
    """What a prompt says in vain; nothing of one that only other weights know."""
    from generator.editions import settled
    from generator.errors import GeneratorError

    try:
        return tuple(settled(prompt, 0, inks, edition)["ignored"])
    except GeneratorError:
        return ()


def no_meaning(word: str, near: Sequence[str]) -> str:
    """What is said of a word that means nothing."""
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"{word!r} means nothing here{hint}"


def _tiles(ledger: Ledger, brief: CollectionBrief) -> tuple[PlannedTile, ...]:
    from generator.editions import NEWEST

    generator, recipes = _planned(ledger, brief)
    edition, known = getattr(generator, "edition", NEWEST), _known()
    return tuple(_told(n, recipe, brief.takes, edition, known) for n, recipe in enumerate(recipes))


def _told(
    index: int, recipe: dict[str, Any], count: int, edition: int, known: Collection[str]
) -> PlannedTile:
    from generator.editions import settled

    prompt, palette = str(recipe["prompt"]), tuple(recipe["palette"])
    each = [settled(prompt, seed, len(palette), edition) for seed in takes.seeds(int(recipe["seed"]), count)]
    found = {name: value for name, value in each[0].items() if all(one[name] == value for one in each)}
    # What is known and left aside is a setting that this family cannot follow, as no stripe is half-dropped.
    words = [word for word in found.pop("ignored") if word not in known]
    return PlannedTile(index, prompt, palette, found, tuple((word, nearest(word)) for word in words))


def nearest(word: str) -> tuple[str, ...]:
    """The known words most like `word`, at most three."""
    return tuple(get_close_matches(word, _known(), n=NEAREST, cutoff=NEAR))


@cache
def _known() -> tuple[str, ...]:
    """Every word that means something here."""
    from generator import vocabulary

    return (*THEMES, *vocabulary())
