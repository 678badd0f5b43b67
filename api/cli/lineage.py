"""What a tile came from, as a tree for people, as JSON, or as a drawing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.context import STANDARD, ledger, read_bytes, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.proof import ledger_here, roots_given
from api.errors import InputError

if TYPE_CHECKING:
    from provenance.lineage import Source


@click.command()
@click.argument("name", metavar="FILE|ASSET")
@click.option("--trust", help="File of the root certificates; default those of this machine.")
@click.option("--out", help="File for a drawing of it (SVG), or - for stdout.")
@json_option
def lineage(output: Output, name: str, trust: str | None, out: str | None) -> int:
    """Tell what a tile came from, with weights and rights.

    A FILE is read from its manifests alone; ASSET is <collection>/<number>, such as harbour/1, or an id.
    """
    from api.lineage_drawing import drawing

    if out == STANDARD and output.as_json:
        raise InputError("out: only one thing can be written to stdout", field="out")
    read = _of_file if name == STANDARD or Path(name).is_file() else _of_asset
    source, made = read(name, trust)
    if out:
        write_bytes(out, drawing(source).encode())
    if out != STANDARD:
        lines = [*tree(source), *(f"made from it: colourway {each['name']}" for each in made)]
        output.result({"lineage": source.to_dict(), "made": made}, "\n".join(lines))
    return Exit.YES


def tree(source: Source, indent: str = "") -> Iterator[str]:
    """The graph as lines, each below what it went into."""
    yield indent + described(source)
    for each in source.sources:
        yield from tree(each, indent + "  ")


def described(source: Source) -> str:
    """One source in one line."""
    told = [f"{source.kind}: {source.title}"]
    told += [f"weight {source.weight}"] if source.weight else []
    told += [f"rights: {source.rights}"] if source.rights else []
    if source.attribution:
        told.append(source.attribution if source.kind == "person" else f"by {source.attribution}")
    told += [f"asset {source.asset_id}"] if source.asset_id else []
    told += [f"sha256 {source.sha256[:12]}"] if source.sha256 else []
    if source.signer:
        told.append(f"signed by {source.signer}{doubt(source)}")
    told += [source.cut] if source.cut else []
    return "  ".join("".join(c if c.isprintable() else "?" for c in each) for each in told)


def doubt(source: Source) -> str:
    """What there is to say against the signature of a source, as the end of a line."""
    if not source.trusted:
        return ", NOT trusted"
    return "" if source.bound is not False else ", for other bytes than these"


def _of_file(name: str, trust: str | None) -> tuple[Source, list[dict[str, Any]]]:
    from provenance.errors import MediaError
    from provenance.lineage import lineage as walk
    from provenance.media import sniff

    data = read_bytes(name)
    mime = sniff(data)
    if mime is None:
        raise MediaError("file: is no picture of a kind that is signed; give the signed file")
    return walk(data, mime, roots_given(trust, ledger_here())), []


def _of_asset(name: str, trust: str | None) -> tuple[Source, list[dict[str, Any]]]:
    from api.cli import names
    from ledger.lineage import of_asset

    if trust is not None:
        raise InputError("trust: goes with a file; an asset is checked with the ledger's own", field="trust")
    opened = ledger()
    found = of_asset(opened, names.asset(opened, name))
    return found.source, [vars(each) for each in found.made]
