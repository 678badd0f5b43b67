"""The next brief, from what became of the tiles so far and what markets say. Writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from ledger.context import Ledger
from ledger.domain.assets import MAX_ASSETS, MAX_SEED, Asset, CollectionBrief
from ledger.domain.canonical import digest
from ledger.domain.choices import Choice
from ledger.domain.errors import FieldError
from ledger.domain.finding import Standing, Verdict
from ledger.domain.ids import derive_seed
from ledger.domain.origins import asked_for
from ledger.domain.suggesting import Drawn, Signal, Weight, allotted, rate_of, weigh
from ledger.domain.trade_brief import THEMES, theme_in, themed
from ledger.store import Tx, assets, collections, entries, findings

PALETTES = 3  # the best, printed by turns
MOTIFS = 8
MOST_THEMES = 3
PAGE = 500


@dataclass(frozen=True)
class Suggestion:
    """`brief` as `selvage generate` takes it but for its terms; `motifs` say how often each is in it and why.

    `themes` say how many of its prompts are under each, and why. `weights` are all that were worked out, by
    kind.
    """

    brief: Mapping[str, Any]
    motifs: tuple[tuple[str, int, Weight], ...]
    palettes: tuple[Weight, ...]
    themes: tuple[tuple[str, int, Weight], ...]
    weights: Mapping[str, tuple[Weight, ...]]


def suggest(
    ledger: Ledger,
    name: str,
    count: int,
    signals: Sequence[Signal] = (),
    *,
    generator: str = "embedded",
    size: int = 512,
    seed: int | None = None,
) -> Suggestion:
    """A brief of `count` tiles over the motifs, themes and palettes that earn most, with the reasons.

    Its seed is that of its content and of all that was weighed unless one is given: what was drawn since
    changes it, so no earlier tile is drawn again, and the same asked twice is the same brief. Raises
    FieldError for a count or a seed that is none, and BriefError before anything was drawn.
    """
    if not 1 <= count <= MAX_ASSETS:
        raise FieldError("count", f"{count} is out of range; give 1 to {MAX_ASSETS} tiles")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise FieldError("seed", f"{seed} is out of range; give 0 to {MAX_SEED}, or none for one of its own")
    tiles = _drawn(ledger)
    weighed = weigh(tiles, signals)
    known = _known(ledger, generator)
    palettes = [each for each in weighed["palette"] if len(each.word.split()) > 1][:PALETTES]
    chosen = tuple(each for each, _ in allotted(palettes, min(count, PALETTES)))
    rows = -(-count // len(chosen))  # prompts are dealt first, then palettes
    drawn = allotted([each for each in weighed["style"] if each.word.split()[0] in known][:MOTIFS], rows)
    asked = [_prompt(each.word) for each, given in drawn for _ in range(given)]
    themes = _themes(weighed["theme"], rate_of(tiles), rows)
    under = _by_turns(themes) or [None] * rows
    prompts = [themed(motif, theme) for motif, theme in zip(asked, under, strict=True)]
    brief: dict[str, Any] = {
        **{"name": name, "generator": generator, "size": size, "count": count},
        **{"prompts": prompts, "palettes": [each.word.split() for each in chosen]},
    }
    brief["seed"] = _seed(ledger, brief, weighed) if seed is None else seed
    dealt = Counter(asked[number % rows] for number in range(count))
    motifs = tuple((_prompt(each.word), dealt[_prompt(each.word)], each) for each, _ in drawn)
    told = tuple((each.word, given, each) for each, given in themes)
    return Suggestion(brief, motifs, chosen, told, weighed)


def weights(ledger: Ledger, signals: Sequence[Signal] = ()) -> dict[str, tuple[Weight, ...]]:
    """What every tile so far earned what it shows, by kind, the heaviest first."""
    return weigh(_drawn(ledger), signals)


def _seed(ledger: Ledger, brief: Mapping[str, Any], weighed: Mapping[str, tuple[Weight, ...]]) -> int:
    seen = {kind: [[row.word, row.tiles, row.points] for row in rows] for kind, rows in weighed.items()}
    return derive_seed("suggestion", ledger.id, digest({"brief": brief, "seen": seen}))


def _themes(weighed: Sequence[Weight], house: Fraction, rows: int) -> tuple[tuple[Weight, int], ...]:
    """How many of the prompts go under each theme of the house that earns more than its tiles in general."""
    better = [each for each in weighed if each.word in THEMES and 0 < each.rate > house]
    return allotted(better[:MOST_THEMES], rows) if better else ()


def _by_turns(themes: Sequence[tuple[Weight, int]]) -> list[str | None]:
    """Theme after theme, so that no motif has one of them for itself."""
    turns = [(turn, number) for number, (_, given) in enumerate(themes) for turn in range(given)]
    return [themes[number][0].word for _, number in sorted(turns)]


def _prompt(style: str) -> str:
    """`scallop fan` as a prompt: the style before its family."""
    family, _, hand = style.partition(" ")
    return f"{hand} {family}"


def _known(ledger: Ledger, generator: str) -> Sequence[str]:
    """The families that the generator draws."""
    from generator.lexicon.tables import families

    found: Sequence[str] = getattr(ledger.engines.generator(generator), "learnt", families())
    return found


def _drawn(ledger: Ledger) -> list[Drawn]:
    with ledger.store.reading() as tx:
        happened = _happened(tx)
        briefs = cache(lambda collection: collections.get(tx, collection).brief)
        return [
            Drawn({**_shows(tile), **_theme(tile, briefs(tile.collection))}, _of(tile, happened[tile.id]))
            for tile in assets.walk(tx)
        ]


def _theme(tile: Asset, brief: CollectionBrief) -> dict[str, str]:
    """The theme that a tile was drawn under: as its brief said in trade words, else as its prompt ends."""
    if brief.words is None:
        theme = theme_in(str(tile.signed.marked.draft.recipe["prompt"]))
        return {"theme": theme} if theme else {}
    if not brief.words.themes:
        return {}
    row = tile.signed.marked.draft.index % len(brief.prompts)
    return {"theme": brief.words.themes[row // len(brief.words.motifs)]}


def _of(tile: Asset, happened: Counter[str]) -> dict[str, int]:
    said = {Choice.SELECTED: "selected", Choice.REJECTED: "rejected"}
    chosen = [said[Choice(tile.choice)]] if tile.choice in said else []
    return dict(happened + Counter(chosen))


def _happened(tx: Tx) -> defaultdict[str, Counter[str]]:
    """Licences, reports and proven uses without a licence, by tile."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind, name in (("licence-granted", "licence"), ("usage-reported", "report")):
        for entry in entries.of_kind(tx, kind):
            found[str(entry.body.get("asset"))][name] += 1
    start = 0
    while page := findings.page(tx, None, PAGE, start):
        start += len(page)
        for each in page:
            if each.verdict is Verdict.PROVEN and each.standing is Standing.UNLICENSED:
                found[each.asset]["finding"] += 1
    return found


def _shows(tile: Asset) -> dict[str, str]:
    """What the tile was asked to show, settled by its own seed, and its inks; a drawing by hand its inks."""
    from generator.errors import GeneratorError
    from generator.lexicon.reading import resolve

    recipe = tile.signed.marked.draft.recipe
    shown = {"palette": " ".join(recipe["palette"])}
    asked = asked_for(recipe)
    if asked is None:
        return shown
    try:
        words = resolve(*asked, len(recipe["palette"]))
    except GeneratorError:  # a prompt of the first edition that the words of today do not know
        return shown
    return {**shown, "family": words.family, "style": f"{words.family} {words.style}", "era": words.era}
