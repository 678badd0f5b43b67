"""A browser believes our certificate of another authority, and no other that this authority issued."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import checker
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from outside_ca import CLAIMS, OutsideCa, Wish

from provenance import ClaimInput, ClaimSigner, Pki, build_claim, serve_tsa
from provenance.answers import install, request

PNG = "image/png"


@pytest.mark.parametrize("usage", [CLAIMS, ExtendedKeyUsageOID.EMAIL_PROTECTION], ids=["claims", "mail"])
def test_a_browser_believes_ours_and_no_other_customers(
    tmp_path: Path, encode: Callable[[int, str], bytes], facts: ClaimInput, usage: Any
) -> None:
    """Not even one whose certificate has our serial number, as a second authority under that root may say."""
    ca, wish = OutsideCa(), Wish(usages=(usage,))
    first, rival = (Pki.create(tmp_path / name, "Studio 7 Test") for name in ("pki", "rival"))
    house = install(first.folder, ca.chain(request(first.folder, new=True), wish))
    (serial, *_) = (each.serial_number for each in x509.load_pem_x509_certificates(house.chain_pem.encode()))
    same = replace(wish, serial=serial)
    theirs = install(rival.folder, ca.chain(request(rival.folder), same))

    def sign(pki: Pki) -> bytes:
        signing = replace(pki, tsa_root_pem=house.tsa_root_pem)
        return ClaimSigner.from_pki(signing, tsa.url).sign(encode(1, PNG), PNG, build_claim(facts))

    with checker.serving(house) as (address, _), checker.opened(address) as page, serve_tsa(house) as tsa:
        for name, pki, verdict in (
            ("ours", house, "trusted"),
            ("older", first, "trusted"),
            ("theirs", theirs, "valid"),
        ):
            (tmp_path / f"{name}.png").write_bytes(sign(pki))
            word, text = page.ask(tmp_path / f"{name}.png")
            assert word == verdict, (name, text)
