"""The next brief."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from api.cli.context import STANDARD, ledger, read_bytes, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.errors import InputError

if TYPE_CHECKING:
    from ledger.suggesting import Suggestion


@click.command()
@click.argument("name")
@click.option("--count", type=int, default=12, help="How many tiles.")
@click.option("--market", help="What markets say: CSV or JSON of kind, word, points, source; - for stdin.")
@click.option("--generator", default="embedded", help="embedded, archive or diffusers.")
@click.option("--size", type=int, default=512, help="Pixels on each side of a tile.")
@click.option("--seed", type=int, help="Another seed is another collection; default one of its own.")
@click.option("-o", "--output", "target", help="Write the brief there; - for stdout, which is the default.")
@json_option
def suggest(output: Output, name: str, market: str | None, target: str | None, **given: Any) -> int:
    """Write the next brief, from what became of the tiles so far.

    It is called NAME. What markets say counts too.

    Each motif, theme and palette stands there with the counts that led to it. Changes nothing.
    """
    from api.views.styles import SuggestionView
    from ledger import market as markets
    from ledger.suggesting import suggest as suggested

    if output.as_json and target == STANDARD:
        raise InputError("output: only one thing can be written to stdout", field="output")
    signals = markets.read(read_bytes(market), "" if market == STANDARD else market) if market else ()
    count = given.pop("count")
    found = suggested(ledger(), name, count, signals, **given)
    text = _written(found)
    if target not in (None, STANDARD):
        write_bytes(str(target), text.encode())
    told = text.rstrip() if target in (None, STANDARD) else f"wrote {target}: {count} tiles"
    output.result(SuggestionView.of(found).to_json(), told)
    return Exit.YES


def _written(found: Suggestion) -> str:
    """The brief as YAML, its reasons as comments."""
    import yaml

    reasons = [f"# {tiles} x {prompt}: {weight.why}" for prompt, tiles, weight in found.motifs]
    themes = [f"# {rows} prompts under {theme}: {weight.why}" for theme, rows, weight in found.themes]
    inks = [f"# {weight.word}: {weight.why}" for weight in found.palettes]
    brief = yaml.safe_dump(dict(found.brief), sort_keys=False, allow_unicode=True, width=100)
    return "\n".join(["# Suggested by what became of the tiles so far.", *reasons, *themes, *inks, brief])
