"""The certificates that sign claims and name the studio: which there are, a new one, a revoked one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from api.claim_keys import claim_keys, key_holder, pki_folder
from api.cli.context import STANDARD, read_bytes, settings, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option

if TYPE_CHECKING:
    from provenance import Pki
    from provenance.holders import KeyHolder

to_file_option = click.option(
    "--to-file", is_flag=True, help="Make the next key a file, even where the one in use is in a token."
)


@click.group()
def keys() -> None:
    """List, renew and revoke the certificates that sign claims; have another authority issue one."""


@keys.command("list")
@json_option
def listed(output: Output) -> int:
    """Every certificate, what for, which is in use, where its key is, and since when one is revoked."""
    return _told(output, _here())


@keys.command("renew")
@to_file_option
@json_option
def renew(output: Output, to_file: bool) -> int:
    """Issue a new claim signer and time-stamper under the same roots. What was signed stays trusted.

    Where there are no certificates yet, the roots are made and the first are issued.
    """
    from api.compose import make_data_folder
    from provenance import Pki
    from provenance.key_folder import is_complete

    chosen = settings()
    folder = pki_folder(chosen)
    if not is_complete(folder):
        make_data_folder(chosen)
        return _told(output, claim_keys(chosen))
    return _told(output, Pki.renew(folder, holder=_next_holder(to_file), to_file=to_file))


@keys.command("revoke")
@click.option("--serial", type=int, help="Which certificate; the one in use without it, which is replaced.")
@click.option(
    "--without-successor", is_flag=True, help="Make no other in its place: nothing is signed until renew."
)
@to_file_option
@json_option
def revoke(output: Output, serial: int | None, without_successor: bool, to_file: bool) -> int:
    """Revoke a claim certificate from now on: what it signed before stays trusted, by its time-stamp.

    Every other certificate of the same key is revoked with it. A service and workers that are running take
    the new keys and list at their next signature or check. With --to-file a token that is lost or stolen is
    not asked. With --without-successor, as on a machine that was stolen, nothing is signed until selvage keys
    renew, or install, puts another certificate in use.
    """
    from provenance import Pki

    successor = not without_successor
    holder = _next_holder(to_file) if successor else None
    made = Pki.revoke(_here().folder, serial, holder=holder, successor=successor, to_file=to_file)
    return _told(output, made)


@keys.command("request")
@click.option("-o", "--output", "target", default="-", help="File for the request; default stdout.")
@click.option("--name", default="Claim Signer", show_default=True, help="The common name that is asked for.")
@click.option(
    "--new", is_flag=True, help="For a new key, which signs nothing before its certificate is here."
)
@to_file_option
@json_option
def request(output: Output, target: str, name: str, new: bool, to_file: bool) -> int:
    """Write a request (PKCS #10) for another authority to certify the claim key in use, or a new one.

    The private key stays here, or in its token. Nothing that is in use changes.
    """
    from provenance.answers import request as ask

    if to_file and not new:
        raise click.UsageError("--to-file says where a new key goes; give --new with it")
    holder = _next_holder(to_file) if new else key_holder(settings())
    text = ask(_here().folder, name, new=new, holder=holder, to_file=to_file)
    if target == STANDARD:
        output.result({"request": text}, text.rstrip("\n"))
    else:
        write_bytes(target, text.encode("ascii"))
        output.result({"file": target}, f"{target}: send it to the authority, then selvage keys install")
    return Exit.YES


@keys.command("install")
@click.argument("chain")
@click.option("--root", help="The authority's root, in PEM; without it, the last certificate of CHAIN.")
@json_option
def install(output: Output, chain: str, root: str | None) -> int:
    """Put the certificate that another authority issued in use: CHAIN, in PEM, the claim certificate first.

    Its key, profile, dates and path to the root are checked first. What was in use is kept, and what it
    signed stays trusted. The files that export --trust wrote before do not know the new certificate: hand out
    new ones.
    """
    from provenance import outside
    from provenance.answers import install as put_in_use

    chain_pem, root_pem = (
        read_bytes(each).decode("utf-8", "replace") if each else None for each in (chain, root)
    )
    made = put_in_use(_here().folder, chain_pem or "", root_pem, holder=key_holder(settings()))
    if not outside.is_widely_known(made.chain_pem):
        output.note("readers that know no claim certificates but those with emailProtection refuse this one")
    output.note("files of selvage export --trust from before do not know this certificate; hand out new ones")
    return _told(output, made)


def _next_holder(to_file: bool) -> KeyHolder | None:
    """Who makes the next key."""
    return None if to_file else key_holder(settings())


def _here() -> Pki:
    from provenance import Pki

    return Pki.load(pki_folder(settings()))


def _used(pki: Pki) -> int:
    from cryptography import x509

    return x509.load_pem_x509_certificates(pki.chain_pem.encode())[0].serial_number


def _told(output: Output, pki: Pki) -> int:
    from provenance.pki import held_where, identities, signers
    from provenance.revocation import read_list

    revoked = read_list(pki.crl_pem, pki.root_pem)
    named = identities(pki.folder)
    used = {_used(pki), pki.identity.certificate.serial_number if pki.identity else None}
    held = held_where(pki.folder)
    found: list[dict[str, Any]] = [
        {
            "serial": str(serial),
            "for": "identity" if serial in named else "claims",
            "in_use": serial in used,
            "issuer": each.issuer.rfc4514_string(),
            "valid_until": f"{each.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
            "revoked_at": f"{revoked[serial]:%Y-%m-%dT%H:%M:%SZ}" if serial in revoked else None,
            "key": held.get(serial, "file"),
        }
        for serial, each in (signers(pki.folder) | named).items()
    ]
    found.sort(key=lambda each: str(each["valid_until"]))
    output.result(found, "\n".join(map(_line, found)))
    return Exit.YES


def _line(each: dict[str, Any]) -> str:
    state = (
        f"revoked {each['revoked_at']}" if each["revoked_at"] else "in use" if each["in_use"] else "replaced"
    )
    where = f"{each['key']}  {each['for']}  {each['issuer']}"
    return f"{each['serial']}  until {each['valid_until']}  {state}  {where}"
