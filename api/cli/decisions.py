"""Checking a signed decision: no ledger, no network."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from api.cli.context import read_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.errors import InputError

NO_LIST = "No list of revoked certificates was given; selvage export --trust writes it with the root."
FACTS = {
    "licensee": "licensee:  ",
    "licence": "licence:   ",
    "asset": "tile:      ",
    "decided_at": "decided:   ",
    "valid_until": "good until:",
}
PEM = b"-----BEGIN CERTIFICATE-----"


@click.group()
def decision() -> None:
    """Check a decision that was signed, offline."""


@decision.command("verify")
@click.argument("file")
@click.option(
    "--trust",
    required=True,
    help="The root certificate, in PEM, or with the list of the revoked, as selvage export wrote it.",
)
@click.option("--file", "tile", help="The picture that is to be used: it has to be the one decided about.")
@click.option("--at", help="The time to check for, such as 2026-01-31T12:00:00Z; default now.")
@json_option
def verify_decision(output: Output, file: str, trust: str, tile: str | None, at: str | None) -> int:
    """Check the signature, the certificates and the dates of the decision in FILE, and say what it is.

    Exit code 0 for a genuine permit that is good now; 1 for any other decision, and for one that is forged,
    out of date, about another picture, or signed with a certificate that the list in the roots calls revoked.
    """
    from ledger.signed import is_about
    from provenance.errors import BrokenBindingError
    from provenance.revocation import read_list
    from provenance.statements import verify

    root, listed, outside = _roots(trust)
    revoked = read_list(listed or "", root)
    found = verify(read_bytes(file), root, _moment(at), revoked=revoked, outside_pem=outside)
    if tile is not None and not is_about(found, read_bytes(tile)):
        raise BrokenBindingError("file: is not the picture that was decided about; fetch the licensed one")
    output.result(found, _text(found))
    if listed is None:
        output.note(NO_LIST)
    return Exit.YES if found.get("outcome") == "permit" else Exit.NO


def _roots(path: str) -> tuple[str, str | None, str]:
    """The root certificate; the list of the revoked, None where the file does not speak of one; and the
    certificates of other authorities.
    """
    data = read_bytes(path)
    if PEM in data.splitlines()[:1]:
        return data.decode("ascii", "replace"), None, ""
    from api.cli.context import read_mapping

    found = read_mapping(path, "trust")
    root, listed = found.get("root_pem"), found.get("crl_pem")
    if not isinstance(root, str):
        raise InputError(f"trust.root_pem: missing in {path}; export it again", field="trust.root_pem")
    if "crl_pem" not in found:
        return root, None, ""
    return root, str(listed or ""), str(found.get("outside_pem") or "")


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"at: {text[:40]!r} is no time; write 2026-01-31T12:00:00Z", field="at") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(found: dict[str, Any]) -> str:
    asset = found.get("asset")
    facts = {**found, "asset": asset.get("id") if isinstance(asset, dict) else asset}
    if "choice" in found:
        why = f": {found['why']}" if found.get("why") else ""
        lines = [f"no decision about a use: {found.get('by')} {found['choice']} the tile{why}"]
    else:
        lines = [f"{found.get('outcome')}: {found.get('reason')}"]
    lines += [f"  {word} {facts[name]}" for name, word in FACTS.items() if facts.get(name)]
    return "\n".join([*lines, "signature and dates hold"])
