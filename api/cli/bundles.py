"""Proof bundles: one file that proves a tile, a licence, a finding or an invoice to anybody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from api.cli.context import STANDARD, ledger, read_mapping, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.errors import InputError

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.domain.proof import Link
    from ledger.proving.bundle import Kind
    from ledger.proving.roots import Roots

SIGNS = {True: "yes", False: "NO ", None: "-  "}
MAX_TRUST_BYTES = 256 * 1024


@click.command("export-proof")
@click.argument("subject", metavar="ASSET|LICENCE|FINDING|INVOICE")
@click.option("-o", "--output", "target", required=True, help="File to write, or - for stdout.")
@click.option(
    "--without-file", is_flag=True, help="Leave pictures out: their SHA-256 and the manifest remain."
)
@click.option("--without-chain", is_flag=True, help="Leave out what the chain says; no node is asked.")
@click.option(
    "--trust", help="File for the roots that whoever checks it believes: keys, certificates, contracts."
)
@json_option
def export_proof(
    output: Output, subject: str, target: str, without_file: bool, without_chain: bool, trust: str | None
) -> int:
    """Write one file that proves a tile, licence, finding or invoice.

    It is checked with no ledger and no server.
    A tile is <collection>/<number> or an id; the others are ids. `selvage verify` checks the file.
    """
    from ledger.proving import gather, roots

    if target == STANDARD and (trust == STANDARD or output.as_json):
        raise InputError("output: only one thing can be written to stdout", field="output")
    opened = ledger()
    kind, name = _named(opened, subject)
    data = gather.export(opened, kind, name, with_file=not without_file, with_chain=not without_chain)
    write_bytes(target, data)
    if trust:
        told = json.dumps(roots.of_ledger(opened).to_dict(), ensure_ascii=False, indent=2)
        write_bytes(trust, f"{told}\n".encode())
    if target != STANDARD:
        value = {"kind": kind.value, "id": name, "file": target, "trust": trust, "bytes": len(data)}
        output.result(value, f"{target}: proof of {kind.value} {name}, {len(data)} bytes")
    return Exit.YES


def verify_bundle(
    output: Output,
    data: bytes,
    trust: str | None,
    rpc: str | None,
    here: Ledger | None,
    asked: Ledger | None,
    strict: bool,
) -> int:
    """Check a bundle against the roots in the file `trust`, or those of the ledger `here`.

    The blocks are compared with the chain at `rpc`; without one, with that of the ledger `asked`.
    """
    from ledger.proving import bundle, check

    found = bundle.read(data)
    believed = _roots(trust, here)
    links = check.check(found, believed, _ask(output, rpc, asked))
    ok = check.holds(links) and not (strict and check.unchecked(links))
    value = {
        "ok": ok,
        "kind": found.kind.value,
        "id": found.subject,
        "ledger": found.ledger,
        "links": [vars(link) for link in links],
    }
    lines = [f"proof of {found.kind.value} {found.subject}, by ledger {found.ledger}"]
    lines += [f"{SIGNS[link.holds]} {link.name}: {link.why}" for link in links]
    output.result(value, "\n".join([*lines, _verdict(believed, links, ok)]))
    return Exit.YES if ok else Exit.NO


def _verdict(believed: Roots, links: tuple[Link, ...], ok: bool) -> str:
    from ledger.proving.check import unchecked

    broken = [link.name for link in links if link.holds is False]
    left = ", ".join(unchecked(links))
    if broken:
        return f"NOT verified: {', '.join(broken)}"
    if believed.log is None:
        return "NOT verified: the roots have no key of the log; use those of selvage export-proof --trust"
    if not ok:
        return f"NOT verified: --strict, and not checked: {left}"
    return f"verified, but not checked: {left}" if left else "verified"


def _named(opened: Ledger, subject: str) -> tuple[Kind, str]:
    """What a name is of. Raises UnknownError (unknown-asset, ...), InputError where it could be several."""
    from api.cli import names
    from ledger.errors import UnknownError
    from ledger.proving.bundle import Kind

    if not names.is_id(subject):
        return Kind.ASSET, names.asset(opened, subject)
    readers = {
        Kind.ASSET: names.asset,
        Kind.LICENCE: names.licence,
        Kind.FINDING: names.finding,
        Kind.INVOICE: names.invoice,
    }
    found: list[tuple[Kind, str]] = []
    for kind, read in readers.items():
        try:
            found.append((kind, read(opened, subject)))
        except UnknownError:
            continue
    if not found:
        raise UnknownError("subject", subject, "give the id of a tile, a licence, a finding or an invoice")
    if len(found) > 1:
        told = ", ".join(f"{kind.value} {name}" for kind, name in found)
        raise InputError(f"subject: {subject!r} names several ({told}); give more digits", field="subject")
    return found[0]


def _roots(trust: str | None, here: Ledger | None) -> Roots:
    from ledger.proving.roots import of_ledger, read_roots

    if trust is not None:
        return read_roots(read_mapping(trust, "trust", MAX_TRUST_BYTES))
    if here is None:
        raise InputError(
            "trust: no ledger is on this machine; give --trust with the file that selvage export-proof wrote",
            field="trust",
        )
    return of_ledger(here)


def asked_at(rpc: str | None) -> Any:
    """What asks the node at a URL, given as --rpc; None without one. InputError."""
    from ledger.chain.node import RemoteNode

    if rpc is None:
        return None
    if not rpc.startswith(("http://", "https://", "ws://", "wss://")):
        raise InputError("rpc: is not a URL; give http(s)://host:port or ws(s)://host:port", field="rpc")
    return RemoteNode(rpc).rpc


def _ask(output: Output, rpc: str | None, asked: Ledger | None) -> Any:
    """Whom to ask for hashes of blocks; None for nobody."""
    from ledger.chain import ChainError

    if rpc is not None:
        return asked_at(rpc)
    if asked is None:
        return None
    try:
        return asked.chain().ask
    except ChainError as error:
        output.note(f"warning: the chain was not asked: {error}")
        return None
