"""The certificates that sign claims: which there are, a new one, one no longer to be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from api.claim_keys import claim_keys, key_holder, pki_folder
from api.cli.context import settings
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
    """List, renew and revoke the certificates that sign claims."""


@keys.command("list")
@json_option
def listed(output: Output) -> int:
    """Every claim certificate, which one is in use, where its key is, and since when one is revoked."""
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
    return _told(output, Pki.renew(folder, holder=_next_holder(to_file)))


@keys.command("revoke")
@click.option("--serial", type=int, help="Which certificate; the one in use without it, which is replaced.")
@to_file_option
@json_option
def revoke(output: Output, serial: int | None, to_file: bool) -> int:
    """Revoke a claim certificate from now on: what it signed before stays trusted, by its time-stamp.

    A service and workers that are running take the new keys and list at their next signature or check. With
    --to-file a token that is lost or stolen is not asked.
    """
    from provenance import Pki

    here = _here()
    holder = _next_holder(to_file) if serial in (None, _used(here)) else None
    return _told(output, Pki.revoke(here.folder, serial, holder=holder))


def _next_holder(to_file: bool) -> KeyHolder | None:
    """Who makes the next key. Raises KeyHolderError where a file would unasked replace a key in a token."""
    from provenance.errors import KeyHolderError
    from provenance.holders import HeldKey

    holder = None if to_file else key_holder(settings())
    used = _here().signer_key
    if holder is None and not to_file and isinstance(used, HeldKey):
        raise KeyHolderError(
            f"the claim key in use is at {used.name}; say who holds it (SELVAGE_PKCS11_MODULE), or give "
            "--to-file to make the next one a file; nothing was changed"
        )
    return holder


def _here() -> Pki:
    from provenance import Pki

    return Pki.load(pki_folder(settings()))


def _used(pki: Pki) -> int:
    from cryptography import x509

    return x509.load_pem_x509_certificates(pki.chain_pem.encode())[0].serial_number


def _told(output: Output, pki: Pki) -> int:
    from provenance.pki import held_where, signers
    from provenance.revocation import read_list

    revoked = read_list(pki.crl_pem, pki.root_pem)
    used = _used(pki)
    held = held_where(pki.folder)
    found: list[dict[str, Any]] = [
        {
            "serial": str(serial),
            "in_use": serial == used,
            "valid_until": f"{each.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
            "revoked_at": f"{revoked[serial]:%Y-%m-%dT%H:%M:%SZ}" if serial in revoked else None,
            "key": held.get(serial, "file"),
        }
        for serial, each in signers(pki.folder).items()
    ]
    found.sort(key=lambda each: str(each["valid_until"]))
    output.result(found, "\n".join(map(_line, found)))
    return Exit.YES


def _line(each: dict[str, Any]) -> str:
    state = (
        f"revoked {each['revoked_at']}" if each["revoked_at"] else "in use" if each["in_use"] else "replaced"
    )
    return f"{each['serial']}  until {each['valid_until']}  {state}  {each['key']}"
