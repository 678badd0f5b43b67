"""Proof bundles under a revoked certificate: what only its holder dates is refused, by two verifiers."""

from __future__ import annotations

import base64
import datetime as dt
import json
import runpy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from outside_ca import CLAIMS, OutsideCa, Wish

from ledger.domain.canonical import canonical
from ledger.domain.errors import ProofError
from ledger.domain.proof import Link
from ledger.proving.bundle import digests, read, write
from ledger.proving.check import check
from ledger.proving.roots import MAX_CRL, Roots, read_roots
from provenance import ClaimSigner, Pki, serve_tsa, verify
from provenance.answers import install, request
from provenance.certificates import Identity
from provenance.embedding import store_of
from provenance.revocation import make_list, read_list
from provenance.statements import SEAL, StatementSigner, claimed

TESTS = Path(__file__).parents[2]
VECTORS = TESTS / "vectors" / "proofs"
PNG = "image/png"
MADE = dt.datetime(2026, 11, 21, 20, tzinfo=dt.UTC)  # before the vectors were written
SIGNED = ("seal", "decision")
SECOND = runpy.run_path(str(TESTS / "verifier" / "verifier.py"))["Bundle"]


@pytest.fixture
def pki(tmp_path: Path) -> Pki:
    return Pki.create(tmp_path / "pki", "Studio 7 Test", MADE)


def parts(kind: str) -> dict[str, Any]:
    told = json.loads((VECTORS / f"{kind}.json").read_text())
    return {name: value for name, value in told.items() if name != "seal"}


def signed_by(pki: Pki) -> bytes:
    """The bundle of a licence, its seal and its decision by this key, dated before any revocation."""
    told, signer = parts("licence"), StatementSigner(pki)
    told["decision"]["jws"] = signer.sign(canonical(claimed(told["decision"]["jws"])))
    said = {"ledger": told["ledger"], "made_at": "2026-11-21T23:21:10Z", "parts": digests(told)}
    return write(told, signer.sign(canonical(said), SEAL))


def roots_of(pki: Pki) -> dict[str, Any]:
    """The roots in a file, and out of it again."""
    told = json.loads((VECTORS / "roots.json").read_text())
    return read_roots({**told, **Roots(pki.trust).to_dict(), "log_key": told["log_key"]}).to_dict()


def judged(data: bytes, roots: dict[str, Any]) -> dict[str, Link]:
    """Seal and decision as our verifier judges them; the other agrees."""
    found = {link.name: link for link in check(read(data), read_roots(roots)) if link.name in SIGNED}
    other = SECOND(data, roots).links()
    assert {name: other[name] for name in SIGNED} == {name: link.holds for name, link in found.items()}
    return found


def test_what_a_revoked_key_sealed_or_decided_is_refused_whatever_its_date(pki: Pki) -> None:
    data = signed_by(pki)
    assert [link.holds for link in judged(data, roots_of(pki)).values()] == [True, True]
    after = Pki.revoke(pki.folder, now=MADE + dt.timedelta(hours=1))
    roots = roots_of(after)
    assert read_roots(roots).trust == after.trust
    for link in judged(data, roots).values():
        assert (link.holds, "only its own word" in link.why) == (False, True)
    assert [link.holds for link in judged(signed_by(after), roots).values()] == [True, True]
    assert [link.holds for link in judged(data, {**roots, "crl_pem": None}).values()] == [True, True]


def test_a_bundle_under_a_certificate_of_another_authority(pki: Pki) -> None:
    made = install(pki.folder, OutsideCa(MADE).chain(request(pki.folder)), now=MADE)
    roots = roots_of(made)
    assert [link.holds for link in judged(signed_by(made), roots).values()] == [True, True]
    assert [link.holds for link in judged(signed_by(pki), roots).values()] == [True, True]
    unlisted = {**roots, "outside_pem": None}
    assert [link.holds for link in judged(signed_by(made), unlisted).values()] == [False, False]
    revoked = roots_of(Pki.revoke(made.folder))
    assert [link.holds for link in judged(signed_by(made), revoked).values()] == [False, False]


def test_a_list_that_does_not_lead_to_the_root_is_not_taken_for_none(pki: Pki, tmp_path: Path) -> None:
    foreign = Pki.revoke(Pki.create(tmp_path / "foreign", "Somebody Else", MADE).folder)
    roots = read_roots({**roots_of(pki), "crl_pem": foreign.crl_pem})
    seal = check(read(signed_by(pki)), roots)[0]
    assert (seal.holds, "crl_pem" in seal.why) == (False, True)


@pytest.mark.parametrize("told", ["", 7, ["x"], "x" * (MAX_CRL + 1)], ids=["empty", "number", "list", "long"])
def test_what_is_no_list_is_refused_by_its_field(pki: Pki, told: Any) -> None:
    with pytest.raises(ProofError, match="crl_pem"):
        read_roots({**roots_of(pki), "crl_pem": told})


def test_a_list_of_two_thousand_is_read(pki: Pki) -> None:
    pem, key = ((pki.folder / f"intermediate.{kind}").read_bytes() for kind in ("pem", "key"))
    private: Any = serialization.load_pem_private_key(key, None)
    issuer = Identity(x509.load_pem_x509_certificate(pem), private)
    serials = dict.fromkeys(range(2**158, 2**158 + 2000), MADE)
    text = make_list(issuer, serials, MADE)
    trust = read_roots({**roots_of(pki), "crl_pem": text}).trust
    assert len(read_list(trust.crl_pem, trust.root_pem)) == 2000


def second_of(data: bytes, pki: Pki, roots: dict[str, Any]) -> Any:
    """What the second verifier says of the manifest of a file that `pki` trusts."""
    credential, told = verify(data, PNG, pki.trust), parts("asset")
    (mark,) = credential.marks.values()
    told["files"] = {"manifest": base64.b64encode(store_of(data, PNG)).decode()}
    told["asset"] |= {"asset": credential.asset_id, "mark": mark.hex()}
    return SECOND(canonical({**told, "seal": ""}), roots).manifest()


def test_the_second_verifier_knows_certificates_of_other_authorities(
    tmp_path: Path, encode: Callable[[int, str], bytes], claim_for: Callable[[str], dict[str, Any]]
) -> None:
    first = Pki.create(tmp_path / "pki", "Studio 7 Test")
    made = install(first.folder, OutsideCa().chain(request(first.folder), Wish(usages=(CLAIMS,))))
    with serve_tsa(made) as tsa:
        data = ClaimSigner.from_pki(made, tsa.url).sign(encode(1, PNG), PNG, claim_for(PNG))
    assert second_of(data, made, roots_of(made)) is True
    with pytest.raises(ValueError, match="it does not hold"):
        second_of(data, made, roots_of(first))


def test_the_second_verifier_holds_manifests_against_the_list_by_their_time(
    tmp_path: Path, encode: Callable[[int, str], bytes], claim_for: Callable[[str], dict[str, Any]]
) -> None:
    now = dt.datetime.now(dt.UTC)
    first = Pki.create(tmp_path / "pki", "Studio 7 Test")
    second = Pki.revoke(first.folder, now=now + dt.timedelta(minutes=5))

    def manifest(minutes: int, roots: dict[str, Any]) -> Any:
        with serve_tsa(first, clock=lambda: now + dt.timedelta(minutes=minutes)) as tsa:
            data = ClaimSigner.from_pki(first, tsa.url).sign(encode(1, PNG), PNG, claim_for(PNG))
        return second_of(data, first, roots)

    assert manifest(1, roots_of(second)) is True
    assert manifest(10, roots_of(first)) is True
    with pytest.raises(ValueError, match="it does not hold"):
        manifest(10, roots_of(second))


def test_a_manifest_names_the_mark_of_the_proof_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from provenance import detached

    roots = read_roots(json.loads((VECTORS / "roots.json").read_text()))
    bundle = read((VECTORS / "asset.json").read_bytes())

    def held() -> bool | None:
        return {link.name: link.holds for link in check(bundle, roots)}["manifest"]

    assert held() is True
    genuine = detached.verify_store
    monkeypatch.setattr(
        detached,
        "verify_store",
        lambda *given: (found := genuine(*given)) and replace(found, marks={**found.marks, "more": b"x" * 6}),
    )
    assert held() is False
