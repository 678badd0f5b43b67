"""From a brief to a registered collection."""

from __future__ import annotations

import hashlib
import json

import click

from api.cli.context import MAX_TERMS_BYTES, ledger, read_mapping
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation
from api.errors import InputError
from api.views.catalogue import CollectionView


@click.command()
@click.argument("brief_file", metavar="BRIEF")
@click.option("--terms", "terms_file", help="File of the licence terms, if BRIEF does not hold them.")
@click.option("--key", help="Names this request; default the content of both files.")
@click.option("--style", help="Draw in this style: NAME, or NAME:0.8 for less of it.")
@click.option("--for", "party", help="The party that draws, by its licences; default the house.")
@click.option("--territory", default="GB", help="The country in which that party does so.")
@json_option
def generate(
    output: Output,
    brief_file: str,
    terms_file: str | None,
    key: str | None,
    style: str | None,
    party: str | None,
    territory: str,
) -> int:
    """Plan a collection from a brief and make its tiles. Run again, it goes on where it was.

    Words of prompts that mean nothing here are told before anything is drawn, with the nearest that do.

    BRIEF is a YAML or JSON file, or - for stdin: name, size, seed, generator and takes; prompts, palettes and
    count, or themes, motifs, colourways and per; style, base, recipe, made_for; and the licence terms under
    `terms` unless --terms names a file.
    """
    from api import reads
    from ledger import briefing, create
    from ledger.domain.brief_text import brief_to_dict
    from ledger.domain.terms_text import parse_terms, terms_to_dict

    brief_data, terms_data = _parts(brief_file, terms_file)
    brief_data |= _options(brief_data, style, party, territory)
    brief, terms = briefing.read(brief_data), parse_terms(terms_data)
    content = json.dumps([brief_to_dict(brief), terms_to_dict(terms)], sort_keys=True)
    opened = ledger()
    planned = create.plan(opened, brief, terms, key or hashlib.sha256(content.encode()).hexdigest())
    for word, near in briefing.unknown(opened, planned.brief).items():
        output.note(f"{planned.brief.name}: {briefing.no_meaning(word, near)}")
    run_operation(opened, "generate", {"collection": planned.id}, planned.id)
    view = reads.collection(opened, planned.id)
    output.result(view.to_json(), _line(view))
    return Exit.YES


@click.command()
@click.argument("terms_file", metavar="FILE")
@click.option("--collection", help="Whose licences are looked at: its name as a slug, or its id.")
@json_option
def terms(output: Output, terms_file: str, collection: str | None) -> int:
    """Read licence terms, and tell where they would meet licences granted before.

    FILE is YAML or JSON, or - for stdin. Prints the terms in full with their hash. Exit code 1 when licences
    of --collection stand in the way of what the terms would offer; each is shown by an example use that would
    be denied. Changes nothing.
    """
    from api.cli import names
    from api.views.terms import TermsCheckView
    from ledger.domain.terms_text import parse_terms
    from ledger.terms import check

    read = parse_terms(read_mapping(terms_file, "terms", MAX_TERMS_BYTES))
    opened = ledger() if collection else None
    found = check(opened, read, names.collection(opened, collection)) if opened and collection else ()
    view = TermsCheckView.of(read, found)
    lines = [f"{view.terms_hash}  {read.name}"]
    lines += [f"  {each.asset}: {each.why}" for each in view.conflicts]
    output.result(view.to_json(), "\n".join(lines))
    return Exit.NO if view.conflicts else Exit.YES


@click.command()
@click.argument("collection")
@json_option
def register(output: Output, collection: str) -> int:
    """Put a collection's Merkle root and terms on chain. Run again, it changes nothing.

    COLLECTION is its name as a slug, such as harbour, or its id.
    """
    from api import reads
    from api.cli import names

    opened = ledger()
    found = names.collection(opened, collection)
    run_operation(opened, "register", {"collection": found}, found)
    view = reads.collection(opened, found)
    output.result(view.to_json(), _line(view))
    return Exit.YES


def _options(
    brief: dict[str, object], style: str | None, party: str | None, territory: str
) -> dict[str, object]:
    """What options say of a brief. Raises InputError for what it says itself."""
    said: dict[str, object] = {"style": style} if style else {}
    if party:
        said["made_for"] = {"party": party, "territory": territory}
    for name in said:
        if name in brief:
            raise InputError(f"{name}: it is in the brief and given as an option; give it once", field=name)
    return said


def _parts(brief_file: str, terms_file: str | None) -> tuple[dict[str, object], dict[str, object]]:
    brief = read_mapping(brief_file, "brief", MAX_TERMS_BYTES)
    inside = brief.pop("terms", None)
    if terms_file is not None and inside is not None:
        raise InputError("terms: they are in the brief and in --terms; give them once", field="terms")
    if terms_file is not None:
        return brief, read_mapping(terms_file, "terms", MAX_TERMS_BYTES)
    if not isinstance(inside, dict):
        raise InputError(
            "terms: missing; give --terms FILE, or write them under terms in the brief", field="terms"
        )
    return brief, inside


def _line(view: CollectionView) -> str:
    tiles = view.made - view.rejected if view.registration else view.made
    left_out = f" ({view.rejected} rejected)" if view.rejected else ""
    line = f"{view.id}  {view.state}  {tiles}/{view.brief['count']} tiles{left_out}  {view.name}"
    for each in (view.brief.get("guidelines") or {}).get("left_out", ()):
        line += f"\n  left out by guidelines: {each['what']}  (passage {each['passage'][:12]})"
    if view.registration:
        line += (
            f"\n  root {view.registration.root}\n  tx   {view.registration.tx} ({view.registration.gas} gas)"
        )
    return line
