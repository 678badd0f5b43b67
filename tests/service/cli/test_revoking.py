"""A certificate that is revoked while the service runs: it signs with the new one, and says so, at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import yaml
from cryptography import x509

from api.compose import open_ledger
from api.settings import load_settings
from ledger.domain.ids import CollectionId
from ledger.store import assets


def test_a_running_service_notices(selvage: Any, start: Any, brief: Path, tmp_path: Path) -> None:
    here = tmp_path / "data"
    for party in ("mara", "studio"):
        assert selvage("party", "add", party, at=here).code == 0
    service = start("serve", "--port", "0", "--json", at=here)
    where = f"{json.loads(service.stdout.readline())['url']}/v1/public/claims.crl"
    made = signed(selvage("generate", brief, "--json", at=here).json, here)
    assert httpx.get(where, trust_env=False).status_code == 404
    every = selvage("keys", "revoke", "--json", at=here).json
    told = [each for each in every if each["for"] == "claims"]
    (revoked,) = (int(each["serial"]) for each in told if each["revoked_at"])
    (used,) = (int(each["serial"]) for each in told if each["in_use"])
    assert made == {revoked}
    listed = x509.load_der_x509_crl(httpx.get(where, trust_env=False).content)
    assert [each.serial_number for each in listed] == [revoked]
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump({**yaml.safe_load(brief.read_text()), "seed": 77}))
    assert signed(selvage("generate", other, "--json", at=here).json, here) == {used}


def signed(made: dict[str, Any], here: Path) -> set[int]:
    """The certificates that signed the tiles of a collection, all of which are trusted now."""
    from provenance.verification import read_trusted

    assert made["state"] == "made", made
    ledger = open_ledger(load_settings(data=here))
    with ledger.store.reading() as tx:
        tiles = [tile.signed for tile in assets.page(tx, CollectionId(made["id"]), 10)]
    trust = ledger.engines.trust
    readers = [read_trusted(ledger.blobs.get(file.sha256), file.mime, trust) for file in tiles]
    ledger.store.close()
    named = [json.loads(reader.json()) for reader in readers]
    return {
        int(each["manifests"][each["active_manifest"]]["signature_info"]["cert_serial_number"])
        for each in named
    }
