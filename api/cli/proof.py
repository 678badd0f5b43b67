"""Signed tiles and their proofs: write them, check them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from api.cli.context import STANDARD, ledger, read_bytes, read_mapping, settings, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.errors import InputError

if TYPE_CHECKING:
    from ledger.chain import Chain
    from ledger.context import Ledger
    from ledger.verify import Verification
    from provenance import Trust

SIGNS = {True: "yes", False: "NO ", None: "-  "}
ROOTS = ("root_pem", "tsa_root_pem")


@click.command()
@click.argument("asset")
@click.option("-o", "--output", "target", required=True, help="File for the tile, or - for stdout.")
@click.option("--proof", help="File for its proof, or - for stdout.")
@click.option("--trust", help="File for the two root certificates, which a stranger needs to verify.")
@click.option("--registered", is_flag=True, help="As it was registered, without an update manifest.")
@json_option
def export(
    output: Output, asset: str, target: str, proof: str | None, trust: str | None, registered: bool
) -> int:
    """Write a signed tile, and with --proof all that is needed to verify it offline.

    ASSET is <collection>/<number>, such as harbour/1, or an id. After `selvage confirm` the file names the
    transaction that registered it.
    """
    from api.cli import names
    from ledger import confirming
    from ledger import verify as verification

    to_stdout = [name for name in (target, proof, trust) if name == STANDARD]
    if len(to_stdout) > 1 or (to_stdout and output.as_json):
        raise InputError("output: only one thing can be written to stdout", field="output")
    opened = ledger()
    tile = names.asset(opened, asset)
    data, proven = verification.export(opened, tile)
    if not registered:
        data = confirming.file(opened, tile)
    write_bytes(target, data)
    if proof:
        write_bytes(proof, _pretty(proven))
    if trust:
        roots = opened.engines.trust
        listed = {"outside_pem": roots.outside_pem} if roots.outside_pem else {}
        write_bytes(trust, _pretty({name: getattr(roots, name) for name in (*ROOTS, "crl_pem")} | listed))
    if not to_stdout:
        written = {"asset": tile, "file": target, "proof": proof, "trust": trust, "bytes": len(data)}
        output.result(written, f"{target}: {len(data)} bytes")
    return Exit.YES


@click.command()
@click.argument("file")
@click.option("--proof", help="The tile's proof; without it, the ledger on this machine is asked.")
@click.option("--trust", help="File of the root certificates; default those of this machine.")
@click.option("--offline", is_flag=True, help="Ask neither the ledger nor the chain.")
@click.option("--rpc", help="URL of a node of the chain; default the one of the ledger on this machine.")
@click.option("--strict", is_flag=True, help="Exit code 1 also where something was not checked.")
@json_option
def verify(
    output: Output,
    file: str,
    proof: str | None,
    trust: str | None,
    offline: bool,
    rpc: str | None,
    strict: bool,
) -> int:
    """Walk a tile back to its brief, or check a proof bundle, link by link.

    Exit code 1 when a link is broken, which is then named.

    FILE is a picture, or a proof bundle that `selvage export-proof` wrote.
    """
    from api.cli.bundles import verify_bundle
    from ledger.proving.bundle import is_bundle

    if file == STANDARD and proof == STANDARD:
        raise InputError("proof: only one thing can be read from stdin", field="proof")
    data = read_bytes(file)
    bundled = is_bundle(data)
    if bundled and proof:
        raise InputError(
            f"proof: {file} is a proof bundle, which needs none; leave out --proof", field="proof"
        )
    if bundled:
        here = ledger_here() if trust is None else None
        asked = None if offline else here
        return verify_bundle(output, data, trust, None if offline else rpc, here, asked, strict)
    return _verify_file(output, data, proof, trust, offline, None if offline else rpc, strict)


def _verify_file(
    output: Output,
    data: bytes,
    proof: str | None,
    trust: str | None,
    offline: bool,
    rpc: str | None,
    strict: bool,
) -> int:
    from api.views.evidence import VerificationView

    found = _verify(output, data, read_mapping(proof, "proof") if proof else None, trust, offline, rpc)
    view = VerificationView.of(found)
    lines = [f"{SIGNS[link.holds]} {link.name}: {link.why}" for link in view.links]
    broken = ", ".join(found.broken) or "file or manifest"
    verdict = _verified(found) if view.ok else f"NOT verified: {broken}"
    output.result(view.to_json(), "\n".join([*lines, verdict]))
    whole = not strict or all(link.holds for link in found.links)
    return Exit.YES if view.ok and whole else Exit.NO


def _verified(found: Verification) -> str:
    open_links = ", ".join(link.name for link in found.links if link.holds is None)
    return f"verified, but not checked: {open_links}" if open_links else "verified"


def _verify(
    output: Output,
    data: bytes,
    proof: dict[str, Any] | None,
    trust: str | None,
    offline: bool,
    rpc: str | None,
) -> Verification:
    from api.cli.bundles import asked_at
    from ledger.verify import verify as walk

    here = ledger_here()
    roots = roots_given(trust, here)
    watermarker = here.engines.watermarker if here else None
    if here is None or offline:
        return walk(data, proof, roots, watermarker, rpc=asked_at(rpc))
    return walk(data, proof, roots, watermarker, _chain(output, here), here, asked_at(rpc))


def _chain(output: Output, here: Ledger) -> Chain | None:
    from ledger.chain import ChainError

    try:
        return here.chain()
    except ChainError as error:
        output.note(f"warning: the chain was not asked: {error}")
        return None


def ledger_here() -> Ledger | None:
    """The ledger of this machine, if there is one: looking must not make one."""
    chosen = settings()
    return ledger() if chosen.mark_key.exists() else None


def roots_given(file: str | None, here: Ledger | None) -> Trust:
    """The root certificates in a file, else those of this machine. InputError without either."""
    from provenance import Trust

    if file is None:
        if here is None:
            raise InputError(
                "trust: no ledger is on this machine; give --trust with the file that selvage export wrote",
                field="trust",
            )
        return here.engines.trust
    roots = read_mapping(file, "trust")
    for name in ROOTS:
        if not isinstance(roots.get(name), str):
            raise InputError(
                f"trust.{name}: missing in {file}; export it again with --trust", field=f"trust.{name}"
            )
    return Trust(
        roots["root_pem"],
        roots["tsa_root_pem"],
        *(str(roots.get(name) or "") for name in ("crl_pem", "outside_pem")),
    )


def _pretty(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
