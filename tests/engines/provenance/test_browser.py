"""A browser checks our files by itself, with a library we did not write, on a page of the service."""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import checker
import pytest
from confirmations import SAID

from provenance import ClaimInput, ClaimSigner, Influence, Pki, build_claim, serve_tsa
from provenance.confirmation import UPDATABLE
from provenance.identity import StudioIdentity

PNG = "image/png"
MARKUP = "<img src=x onerror=\"document.title='run'\"> \u202etxt"
Verdict = Callable[[bytes, str], tuple[str, str]]


@pytest.fixture(scope="module")
def trusting(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The roots of the service: a house's, whose first certificate was revoked after its first file."""
    return SimpleNamespace(pki=Pki.create(tmp_path_factory.mktemp("house") / "pki", "Studio <b>7</b>"))


@pytest.fixture(scope="module")
def address(trusting: Any) -> Iterator[str]:
    with checker.serving(trusting.pki) as (url, engines):
        trusting.engines = engines
        yield url


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[checker.Checker]:
    with checker.opened(address) as opened:
        yield opened


@pytest.fixture
def verdict(page: checker.Checker, tmp_path: Path) -> Verdict:
    """What the page says of a file: in a word, and in full."""

    def ask(data: bytes, name: str) -> tuple[str, str]:
        (tmp_path / name).write_bytes(data)
        return page.ask(tmp_path / name)

    return ask


@pytest.fixture
def sign(trusting: Any, encode: Callable[[int, str], bytes], facts: ClaimInput) -> Callable[..., bytes]:
    def signed(
        mime: str = PNG,
        pki: Pki = trusting.pki,
        *,
        named: bool = False,
        inputs: Mapping[str, bytes] | None = None,
        **changes: Any,
    ) -> bytes:
        claim = build_claim(replace(facts, mime=mime, **changes))
        with serve_tsa(pki) as tsa:
            signer = ClaimSigner.from_pki(pki, tsa.url, named=named)
            return signer.sign(encode(1, mime), mime, claim, inputs=inputs)

    return signed


@pytest.mark.parametrize("mime", [PNG, "image/jpeg", "image/webp", "image/tiff"])
def test_a_browser_trusts_our_file(verdict: Verdict, sign: Callable[..., bytes], mime: str) -> None:
    word, text = verdict(sign(mime), f"tile.{mime.removeprefix('image/')}")
    assert (word, text.splitlines()[0]) == ("trusted", "Trusted")
    assert "Studio <b>7</b>" in text
    assert "made by a model" in text
    assert "What failed" not in text


def test_a_browser_trusts_a_claim_that_names_the_studio_and_shows_it(
    verdict: Verdict, sign: Callable[..., bytes], trusting: Any, foreign_pki: Pki
) -> None:
    named = sign(named=True)
    for data, name in ((named, "named.png"), (confirmed(named, PNG, trusting.pki), "named-confirmed.png")):
        word, text = verdict(data, name)
        assert word == "trusted", text
        assert "Named as publisher" in text
        assert "What failed" not in text
    word, text = verdict(sign(pki=foreign_pki, named=True), "named-foreign.png")
    assert word == "valid", text
    assert "Named as publisher" not in text


def confirmed(data: bytes, mime: str, pki: Pki) -> bytes:
    """A file with an update manifest by the claim key of `pki`, which knows of no revocation."""
    with serve_tsa(pki) as tsa:
        signer = ClaimSigner.from_pki(replace(pki, crl_pem=""), tsa.url)
        return signer.sign_update(data, mime, SAID)


@pytest.mark.parametrize("mime", UPDATABLE)
def test_a_browser_trusts_it_once_its_registration_is_confirmed(
    verdict: Verdict, sign: Callable[..., bytes], trusting: Any, facts: ClaimInput, mime: str
) -> None:
    name = f"confirmed.{mime.removeprefix('image/')}"
    word, text = verdict(confirmed(sign(mime), mime, trusting.pki), name)
    assert word == "trusted", text
    assert facts.title in text
    assert "made by a model" in text


def test_the_key_of_the_time_stamper_vouches_for_no_claim(
    verdict: Verdict,
    trusting: Any,
    encode: Callable[[int, str], bytes],
    facts: ClaimInput,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pki = trusting.pki
    monkeypatch.setattr(ClaimSigner, "_check_signed", lambda *_: None)  # our own check finds it
    swapped = replace(pki, root_pem=pki.tsa_root_pem, chain_pem=pki.tsa_chain_pem, signer_key=pki.tsa_key)
    with serve_tsa(pki) as tsa:
        data = ClaimSigner.from_pki(swapped, tsa.url).sign(encode(1, PNG), PNG, build_claim(facts))
    word, text = verdict(data, "stamper.png")
    assert (word, text.splitlines()[0]) == ("valid", "Not trusted"), text


@pytest.mark.parametrize("mime", ["image/svg+xml", "application/pdf"])
def test_a_browser_trusts_a_drawing_and_a_sheet_made_from_a_tile(
    verdict: Verdict, sign: Callable[..., bytes], trusting: Any, facts: ClaimInput, mime: str
) -> None:
    claim = build_claim(
        replace(facts, mime=mime, parent=(facts.title, PNG), mark=None, fingerprint=None, iscc=None)
    )
    with serve_tsa(trusting.pki) as tsa:
        signed = ClaimSigner.from_pki(trusting.pki, tsa.url).sign(sheet(mime), mime, claim, sign())
    word, text = verdict(signed, "sheet.svg" if mime.endswith("xml") else "sheet.pdf")
    assert (word, "What failed" in text) == ("trusted", False), text


def sheet(mime: str) -> bytes:
    if mime == "image/svg+xml":
        return b'<svg xmlns="http://www.w3.org/2000/svg" width="9mm"><path d="M0 0h5v5z"/></svg>'
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    page = Canvas(out)
    page.rect(50, 300, 400, 400)
    page.save()
    return out.getvalue()


def test_another_root_is_not_trusted(verdict: Verdict, sign: Callable[..., bytes], foreign_pki: Pki) -> None:
    word, text = verdict(sign(pki=foreign_pki), "foreign.png")
    assert (word, text.splitlines()[0]) == ("valid", "Not trusted")
    assert "Says it was signed by" in text
    assert "signingCredential.untrusted" in text
    assert "made by a model" not in text


def test_what_was_changed_is_not_trusted(verdict: Verdict, sign: Callable[..., bytes]) -> None:
    data = sign("image/tiff")
    changed = bytearray(data)
    changed[len(changed) // 3] ^= 1
    for name, bent in {"changed.tiff": bytes(changed), "longer.tiff": data + b"more"}.items():
        word, text = verdict(bent, name)
        assert word in ("invalid", "unread")
        assert "Trusted" not in text.splitlines()
    assert "assertion.dataHash.mismatch" in text


def test_a_file_without_a_claim_and_one_that_is_none(
    verdict: Verdict, encode: Callable[[int, str], bytes]
) -> None:
    assert verdict(encode(1, PNG), "plain.png")[0] == "none"
    assert verdict(b"no picture", "broken.png")[0] in ("none", "unread")
    assert verdict(b"text", "words.txt")[0] == "unread"


def test_a_revoked_certificate_is_not_trusted(
    page: checker.Checker, verdict: Verdict, sign: Callable[..., bytes], trusting: Any
) -> None:
    before = sign()
    time.sleep(1.1)  # a revocation counts from its second on
    revoked = Pki.revoke(trusting.pki.folder)
    after = sign()  # the thief goes on
    checker.believe(trusting.engines, revoked)
    try:
        page.load()
        assert verdict(sign(pki=revoked), "renewed.png")[0] == "trusted"
        assert verdict(confirmed(before, PNG, revoked), "before-confirmed.png")[0] == "trusted"
        assert verdict(confirmed(after, PNG, revoked), "after-confirmed.png")[0] == "revoked"
        assert verdict(before, "before.png")[0] == "trusted"
        assert verdict(after, "after.png")[0] == "revoked"
    finally:
        trusting.engines.trust = trusting.pki.trust
        page.load()


def test_a_revoked_identity_is_not_trusted(
    page: checker.Checker, verdict: Verdict, sign: Callable[..., bytes], trusting: Any
) -> None:
    house = Pki.load(trusting.pki.folder)
    assert house.identity is not None
    before = sign(pki=house, named=True)
    time.sleep(1.1)  # a revocation counts from its second on
    revoked = Pki.revoke(house.folder, house.identity.serial)
    after = sign(pki=replace(house, crl_pem=""), named=True)  # the thief goes on
    checker.believe(trusting.engines, revoked)
    try:
        page.load()
        assert verdict(before, "named-before.png")[0] == "trusted"
        assert verdict(sign(pki=revoked, named=True), "named-renewed.png")[0] == "trusted"
        for data, name in (
            (after, "named-after.png"),
            (confirmed(after, PNG, revoked), "named-after-confirmed.png"),
        ):
            word, text = verdict(data, name)
            assert word == "revoked", text
            assert "Named as publisher" not in text
    finally:
        trusting.engines.trust = trusting.pki.trust
        page.load()


@pytest.mark.parametrize("named", [False, True])
def test_a_stranger_among_the_ingredients_who_names_another_does_not_spoil_ours(
    named: bool,
    verdict: Verdict,
    sign: Callable[..., bytes],
    facts: ClaimInput,
    foreign_pki: Pki,
    encode: Callable[[int, str], bytes],
) -> None:
    wrong = Moved(foreign_pki.identity.chain_pem, foreign_pki.identity.key)
    with serve_tsa(foreign_pki) as tsa:
        foreign = ClaimSigner.from_pki(replace(foreign_pki, identity=wrong), tsa.url, named=True)
        theirs = foreign._sign(encode(2, PNG), PNG, build_claim(facts), [])
    digest = hashlib.sha256(theirs).hexdigest()
    source = Influence("style-source", "a picture", digest, "CC-BY-4.0", "Ana Lee", "0.5", mime=PNG)
    ours = sign(influences=(source,), inputs={digest: theirs}, named=named)
    word, text = verdict(ours, f"ingredient-{named}.png")
    assert (word, "Somebody Else" in text) == ("trusted", False), text
    assert ("Named as publisher" in text) is named
    assert verdict(theirs, "moved.png")[0] == "valid"


@pytest.mark.parametrize("whose", ["of another file", "a stranger's"])
def test_an_identity_that_is_not_ours_is_not_trusted(
    whose: str,
    verdict: Verdict,
    trusting: Any,
    foreign_pki: Pki,
    facts: ClaimInput,
    encode: Callable[[int, str], bytes],
) -> None:
    moved = Moved(trusting.pki.identity.chain_pem, trusting.pki.identity.key)
    wrong = moved if whose == "of another file" else foreign_pki.identity
    with serve_tsa(trusting.pki) as tsa:
        signer = ClaimSigner.from_pki(replace(trusting.pki, identity=wrong), tsa.url, named=True)
        data = signer._sign(encode(1, PNG), PNG, build_claim(facts), [])
    word, text = verdict(data, "named-wrongly.png")
    assert (word, text.splitlines()[0]) == ("named", "Not trusted"), text
    assert "Named as publisher" not in text


class Moved(StudioIdentity):
    """Gives the signature of another file's identity assertion."""

    def sign(self, payload: bytes) -> bytes:
        return super().sign(payload + b"of another file")


def test_what_a_file_says_is_shown_and_not_run(
    verdict: Verdict, page: checker.Checker, sign: Callable[..., bytes]
) -> None:
    word, text = verdict(sign(title=MARKUP), "x<img src=y onerror=alert(1)>.png")
    assert word == "trusted"
    assert "<img src=x onerror=" in text
    assert page.page.value("document.querySelectorAll('img, b').length") == 0
    assert page.page.value("document.title") == "Check a file"
    assert page.page.value("document.querySelectorAll('dd > bdi').length") > 3


def test_nothing_is_fetched_from_elsewhere(page: checker.Checker, address: str) -> None:
    asked = [
        each["params"]["request"]["url"]
        for each in page.page.events
        if each["method"] == "Network.requestWillBeSent"
    ]
    assert any(url.endswith("c2pa_bg.wasm") for url in asked)
    assert all(url.startswith((f"{address}/v1/public/check", "blob:")) for url in asked)
    problems = [
        each for each in page.page.events if each["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")
    ]
    assert not problems, json.dumps(problems)[:2000]


def test_the_policy_lets_nothing_else_run(page: checker.Checker) -> None:
    script = "(() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
    page.page.value(f"{script} document.body.append(s); s.remove(); return 0; }})()")
    assert page.page.value("window.ran === undefined")
    assert page.page.value("fetch('data:text/plain,x').then(() => 'fetched', () => 'refused')") == "refused"
