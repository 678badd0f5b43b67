"""The two certificates a verifier needs, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trust:
    """Roots we believe, as PEM text; public, safe to publish.

    `root_pem` vouches for claim signers, `tsa_root_pem` for time-stamps. Both are required: without
    trusted time-stamps every asset would stop verifying on the day its signer's certificate expires.
    `crl_pem` lists revoked claim certificates (`provenance.revocation`); empty while there are none.
    `outside_pem` holds the claim certificates that other authorities issued to the house, and their roots. Of
    what such a root vouches for only these certificates are believed: its other customers are not the house.
    """

    root_pem: str
    tsa_root_pem: str
    crl_pem: str = ""
    outside_pem: str = ""
