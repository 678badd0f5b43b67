"""Terms in the languages of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from api.cli.context import MAX_TERMS_BYTES, STANDARD, ledger, read_mapping, settings
from api.cli.exits import Exit
from api.cli.frame import Output, json_option

FORMS = ("odrl", "rsl", "cawg", "tdmrep", "tdm-policy", "schema", "plus", "summary")
OWNER = "urn:selvage:owner"


@click.command("terms")
@click.argument("wanted", metavar="ASSET|FILE")
@click.option(
    "--as", "form", type=click.Choice(FORMS), default="summary", show_default=True, help="Language."
)
@click.option("--at", help="Address of the picture itself; rsl and tdmrep need it.")
@click.option("--licences", help="Address of the page where people get a licence.")
@click.option("--policy", help="Address under which the ODRL offer is served.")
@click.option("--tdm-policy", help="Address under which the tdm-policy is served.")
@click.option("--server", help="Address of a licence server, for rsl.")
@json_option
def terms(output: Output, wanted: str, form: str, **addresses: str | None) -> int:
    """Terms in plain words, or in a language of machines.

    ASSET is <collection>/<number>, such as harbour/1, or an id: the terms now in force for this tile. FILE is
    YAML or JSON as for `selvage terms`, or a brief with terms in it, or - for stdin: what they would say.
    """
    from ledger.domain.projections import FORMS as WRITERS

    text = _of_file(wanted, form, addresses) if _is_file(wanted) else _of_asset(wanted, form, addresses)
    output.result({"as": form, "mime": WRITERS[form].mime, "text": text}, text.rstrip("\n"))
    return Exit.YES


def _is_file(wanted: str) -> bool:
    return wanted == STANDARD or Path(wanted).is_file()


def _of_asset(wanted: str, form: str, addresses: dict[str, Any]) -> str:
    from api.cli import names
    from ledger.publish import publish

    opened = ledger()
    return publish(opened, names.asset(opened, wanted), form, **addresses)


def _of_file(path: str, form: str, addresses: dict[str, Any]) -> str:
    from ledger.domain.odrl import TERMS_URI
    from ledger.domain.projections import Subject, project
    from ledger.domain.terms_text import parse_terms, terms_hash

    data = read_mapping(path, "terms", MAX_TERMS_BYTES)
    inside = data.get("terms")
    read = parse_terms(inside if isinstance(inside, dict) else data)
    uri = f"{TERMS_URI}{terms_hash(read)}"
    return project(read, Subject(uri, OWNER, "", settings().studio, **addresses), form)
