"""The guidelines of the brand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.context import ledger, read_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option

if TYPE_CHECKING:
    from api.views.brand import GuidelineView, PassageView


@click.group()
def brand() -> None:
    """Keep the guidelines of the brand, and look things up in them."""


@brand.command("add")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@json_option
def add(output: Output, files: tuple[str, ...]) -> int:
    """Keep guidelines: Markdown, plain text in UTF-8, or PDF with text in it.

    A file of a name that is there takes its place. The same bytes again change nothing. A file that cannot be
    used ends the command; those before it are kept.
    """
    from api.views.brand import AddedGuidelineView
    from ledger import brand as guidelines

    opened = ledger()
    views = [
        AddedGuidelineView.of(*guidelines.add(opened, Path(file).name, read_bytes(file))) for file in files
    ]
    lines = [
        _line(each.guideline) + (f", in place of {each.replaces[:8]}" if each.replaces else "")
        for each in views
    ]
    output.result([each.to_json() for each in views], "\n".join(lines))
    return Exit.YES


@brand.command("list")
@json_option
def list_(output: Output) -> int:
    """List the guidelines that hold."""
    from api.views.brand import GuidelineView
    from ledger import brand as guidelines

    found = [GuidelineView.of(each) for each in guidelines.kept(ledger())]
    none = "no guidelines yet: selvage brand add FILE"
    output.result([each.to_json() for each in found], "\n".join(map(_line, found)) or none)
    return Exit.YES


@brand.command("remove")
@click.argument("name")
@json_option
def remove(output: Output, name: str) -> int:
    """Ask guidelines no more, by their name or how their digest begins.

    Their passages stay for the briefs that were held against them.
    """
    from api.views.brand import GuidelineView
    from ledger import brand as guidelines

    gone = GuidelineView.of(guidelines.remove(ledger(), name))
    output.result(gone.to_json(), f"{gone.name} is asked no more")
    return Exit.YES


@brand.command("search")
@click.argument("query")
@click.option("--most", type=int, default=5, help="How many passages, 1 to 50.")
@json_option
def search(output: Output, query: str, most: int) -> int:
    """Look something up, and quote the passages that bear on it. Exit code 1 when none does."""
    from api.views.brand import PassageView
    from ledger import brand as guidelines

    found = [PassageView.of(each) for each in guidelines.search(ledger(), query, most)]
    text = "\n".join(line for each in found for line in quoted(each)) or "no passage bears on it"
    output.result([each.to_json() for each in found], text)
    return Exit.YES if found else Exit.NO


@brand.command("show")
@click.argument("digest")
@json_option
def show(output: Output, digest: str) -> int:
    """Quote the passage that a brief or an effect names, of removed guidelines too.

    DIGEST is how it begins, 8 digits or more.
    """
    from api.views.brand import QuoteView
    from ledger import brand as guidelines

    view = QuoteView.of(*guidelines.quote(ledger(), digest))
    removed = f", removed {view.removed_at}" if view.removed_at else ""
    lines = [f"{view.file}, {view.where}{removed}", *(f"    {line}" for line in view.text.split("\n"))]
    output.result(view.to_json(), "\n".join(lines))
    return Exit.YES


def quoted(passage: PassageView, lead: str = "") -> list[str]:
    """A passage as people read it: where it stands, then its text."""
    lines = [f"{lead}{passage.file}, {passage.where}  score {passage.score}  {passage.digest[:12]}"]
    return lines + [f"{lead}    {line}" for line in passage.text.split("\n")]


def _line(view: GuidelineView) -> str:
    return f"{view.sha256[:8]}  {view.passages:>5} passages  {view.kind:<8}  {view.name}"
