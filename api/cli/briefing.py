"""What a brief would draw."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from api.cli.context import MAX_TERMS_BYTES, ledger, read_mapping
from api.cli.exits import Exit
from api.cli.frame import Output, json_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from api.views.brand import GuidanceView
    from ledger.briefing import PlannedTile
    from ledger.domain.assets import CollectionBrief


@click.group()
def brief() -> None:
    """Tell what a brief would draw, before anything is drawn."""


@brief.command("show")
@click.argument("brief_file", metavar="FILE")
@json_option
def show(output: Output, brief_file: str) -> int:
    """Lay a brief out into tiles, and say what each of its words means here. Plans and draws nothing.

    FILE is YAML or JSON, or - for stdin; licence terms in it are left alone. A brief that asks for
    guidelines is shown with passages that bear on it, what they leave out, and what became of such tiles.
    Exit code 1 when a prompt holds words that mean nothing here; each is told with the nearest that do.
    """
    from api.views.briefs import BriefView
    from ledger import briefing

    data = read_mapping(brief_file, "brief", MAX_TERMS_BYTES)
    data.pop("terms", None)
    laid_out = briefing.lay_out(ledger(), briefing.read(data))
    view, tiles = BriefView.of(laid_out), laid_out.tiles
    lines = [*_lines(laid_out.guidance.brief, tiles), *(_guidance(view.guidance) if view.guidance else ())]
    output.result(view.to_json(), "\n".join(lines))
    return Exit.NO if any(tile.unknown for tile in tiles) else Exit.YES


def _lines(read: CollectionBrief, tiles: Sequence[PlannedTile]) -> list[str]:
    from ledger.briefing import no_meaning

    taken = f", each the best of {read.takes} takes" if read.takes > 1 else ""
    lines = [f"{read.name}: {_sum(read)}, {read.size} px, drawn by {read.generator}{taken}"]
    first = {tile.prompt: tile for tile in reversed(tiles)}
    counts = Counter(tile.prompt for tile in tiles)
    for prompt in dict.fromkeys(tile.prompt for tile in tiles):
        lines.append(f"  {counts[prompt]:>4}  {prompt}: {first[prompt].attributes['family']}")
        for word, near in first[prompt].unknown:
            lines.append(f"        {no_meaning(word, near)}")
    return lines


def _guidance(told: GuidanceView) -> Iterator[str]:
    """What guidelines leave out, tell and offer, what became of such tiles; then the passages."""
    from api.cli.brand import quoted

    yield "guidelines"
    for effect in told.effects:
        yield f"  {effect.effect}: {effect.field}, {effect.value}"
        yield f"        {effect.why!r}  {effect.file}, {effect.where}  {effect.passage[:12]}"
    if not told.effects:
        yield "  nothing in them that changes this brief without a person"
    for past in told.past:
        yield f"  so far: {past.kind} {past.value}: {past.weighs}, {past.why}"
    for subject in told.subjects:
        yield f"  {subject.kind} {subject.value}" + ("" if subject.passages else ": no passage bears on it")
        for passage in subject.passages:
            yield from quoted(passage, "    ")
    if told.not_looked_up:
        yield f"  and {told.not_looked_up} more that were not looked up; ask for them under guidelines"


def _sum(read: CollectionBrief) -> str:
    if read.words is None:
        dealt = f"{len(read.prompts)} prompts x {len(read.palettes)} palettes, dealt in turn"
        return f"{read.count} tiles ({dealt})"
    words = read.words
    themes = f"{len(words.themes)} themes x " if words.themes else ""
    parts = f"{themes}{len(words.motifs)} motifs x {len(words.colourways)} colourways x {words.per}"
    return f"{read.count} tiles ({parts})"
