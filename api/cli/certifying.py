"""Tiles that people drew: a certifier signs that, and the ledger takes them in."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.context import STANDARD, ledger, read_bytes, read_mapping, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option

MOST_BYTES = 256 * 1024


@click.group()
def certifier() -> None:
    """Make a certifier's keys; believe a certifier."""


@certifier.command("make")
@click.argument("folder")
@click.option("--name", required=True, help="Whom its certificates name: who certifies.")
@json_option
def make(output: Output, folder: str, name: str) -> int:
    """Make the keys of a certifier in FOLDER. Give its root.pem to the ledgers that are to believe them."""
    from provenance import Pki

    made = Pki.create(Path(folder), name)
    root = made.folder / "root.pem"
    output.result({"folder": str(made.folder), "root": str(root)}, f"{root}: give this one to ledgers")
    return Exit.YES


@certifier.command("trust")
@click.argument("file")
@json_option
def trust(output: Output, file: str) -> int:
    """Believe the certifier whose root certificate FILE is."""
    from ledger import importing

    name = importing.trust(ledger(), read_bytes(file)[:MOST_BYTES].decode("utf-8", "replace"))
    output.result({"certifier": name}, f"certificates of {name} are believed")
    return Exit.YES


@click.command()
@click.argument("file")
@click.option("--by", required=True, help="Who drew it.")
@click.option("--certifier", "folder", required=True, help="Folder of the certifier's keys.")
@click.option("-o", "--output", "target", default=STANDARD, show_default=True, help="File for it.")
@json_option
def certify(output: Output, file: str, by: str, folder: str, target: str) -> int:
    """Sign that a person drew this very FILE. It takes a certifier's key."""
    import datetime as dt
    import hashlib

    from provenance import Pki
    from provenance.certifying import certify as sign

    digest = hashlib.sha256(read_bytes(file)).hexdigest()
    token = sign(Pki.load(Path(folder)), digest, by, dt.datetime.now(dt.UTC))
    if target != STANDARD:
        write_bytes(target, token.encode() + b"\n")
    output.result(
        {"file_sha256": digest, "by": by, "certificate": token}, token if target == STANDARD else target
    )
    return Exit.YES


@click.command("import")
@click.argument("file")
@click.option("--name", required=True, help="What the collection of this one tile is called.")
@click.option("--terms", "terms_file", required=True, help="YAML or JSON file with its licence terms.")
@click.option("--certificate", required=True, help="What selvage certify wrote for this file.")
@click.option("--inks", default="", help="Its inks, the ground first, where its edges are blended.")
@json_option
def bring(output: Output, file: str, name: str, terms_file: str, certificate: str, inks: str) -> int:
    """Bring in a tile that a person drew, with its certificate. Run again, it is the same tile."""
    from api.views.catalogue import AssetView
    from ledger import importing
    from ledger.domain.terms_text import parse_terms

    terms = parse_terms(read_mapping(terms_file, "terms"))
    statement = read_bytes(certificate)[:MOST_BYTES].decode("utf-8", "replace").strip()
    made = importing.bring(ledger(), read_bytes(file), name, terms, statement, inks.split())
    view = AssetView.of(made)
    output.result(view.to_json(), f"{view.id}  {view.origin}")
    return Exit.YES
