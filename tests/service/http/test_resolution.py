"""The C2PA Soft Binding Resolution API: what is found, what is stored, what receipts prove."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

API = "/c2pa/v1"
MARK, FINGERPRINT = "org.selvage.torus.2", "org.selvage.torusprint.2"
C2PA = {"Content-Type": "application/c2pa"}


@pytest.fixture
def anybody(house: Any) -> Iterator[Any]:
    with house.client(None) as client:
        yield client


@pytest.fixture(scope="module")
def tile(manager: Any, asset: str) -> dict[str, Any]:
    found: dict[str, Any] = manager.get(f"/v1/assets/{asset}").json()
    return found


@pytest.fixture(scope="module")
def signed(manager: Any, asset: str) -> bytes:
    data: bytes = manager.get(f"/v1/assets/{asset}/file").content
    return data


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Manifest stores that somebody else's keys signed, whom nobody here trusts."""
    from provenance import ClaimInput, ClaimSigner, Pki, build_claim, serve_tsa
    from provenance.embedding import store_of

    uses = ("data_mining", "ai_inference", "ai_training", "ai_generative_training")
    pki = Pki.create(tmp_path_factory.mktemp("foreign") / "pki", "Somebody Else")
    made = {}
    with serve_tsa(pki) as tsa:
        signer = ClaimSigner.from_pki(pki, tsa.url)
        for number, name in enumerate(("first", "second")):
            facts = ClaimInput(
                asset_id=name,
                title=name,
                mime="image/png",
                mark=("com.example.watermark.1", name.encode()),
                generator_name="g",
                generator_version="1",
                model_sha256="ab" * 32,
                recipe={"seed": number},
                prompt="",
                training_mining={f"cawg.{use}": {"use": "notAllowed"} for use in uses},
                created_at="2026-11-21T03:00:00Z",
                studio="Somebody Else",
            )
            picture = png(Image.new("RGB", (64, 64), (number, 9, 9)))
            made[name] = store_of(signer.sign(picture, "image/png", build_claim(facts)), "image/png")
    return made


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def named(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["manifestId"] for each in answer.json()["matches"]]


def by_value(client: Any, value: str, alg: str, **more: Any) -> Any:
    return client.get(f"{API}/matches/byBinding", params={"value": value, "alg": alg, **more})


class TestFinding:
    def test_a_watermark_leads_to_the_manifest_and_its_bytes(
        self, anybody: Any, tile: dict[str, Any], signed: bytes
    ) -> None:
        from provenance.embedding import store_of
        from provenance.jumbf import parse_store

        value = b64(bytes.fromhex(tile["mark_id"]))
        found = by_value(anybody, value, MARK)
        assert named(found) == [tile["manifest"]]
        assert found.json()["matches"][0]["similarityScore"] == 100
        assert named(by_value(anybody, value, "org.selvage.line.1")) == [tile["manifest"]]
        posted = anybody.post(f"{API}/matches/byBinding", json={"value": value, "alg": MARK})
        assert named(posted) == [tile["manifest"]]
        got = anybody.get(f"{API}/manifests/{tile['manifest']}")
        assert (got.status_code, got.headers["content-type"]) == (200, "application/c2pa")
        assert got.content == store_of(signed, "image/png")
        alone = anybody.get(f"{API}/manifests/{tile['manifest']}?returnActiveManifest=true")
        assert [each.label for each in parse_store(alone.content).manifests] == [tile["manifest"]]
        again = anybody.get(
            f"{API}/manifests/{tile['manifest']}", headers={"If-None-Match": got.headers["ETag"]}
        )
        assert again.status_code == 304

    def test_a_fingerprint_leads_to_what_looks_like_it(
        self, anybody: Any, tile: dict[str, Any], signed: bytes
    ) -> None:
        from forensics import decode_image, fingerprint

        brighter = Image.fromarray(decode_image(signed)).point(lambda level: min(255, level + 12))
        value = b64(fingerprint(decode_image(png(brighter))).to_bytes())
        found = by_value(anybody, value, FINGERPRINT)
        assert tile["manifest"] in named(found)
        assert 80 <= found.json()["matches"][0]["similarityScore"] <= 100

    def test_a_stripped_picture_leads_to_the_manifest_with_its_evidence(
        self, mill: Any, tile: dict[str, Any], signed: bytes
    ) -> None:
        copy = io.BytesIO()
        Image.open(io.BytesIO(signed)).convert("RGB").save(copy, "JPEG", quality=80)
        ask = {"content": copy.getvalue(), "headers": {"Content-Type": "image/jpeg"}}
        found = mill.post(f"{API}/matches/byContent", **ask)
        assert named(found) == [tile["manifest"]]
        (match,) = found.json()["matches"]
        assert match["similarityScore"] == 100
        assert "mark" in {each["signal"] for each in match["evidence"]}
        assert named(mill.post(f"{API}/matches/byContent?alg={FINGERPRINT}", **ask)) == [tile["manifest"]]

    def test_a_picture_of_nobody_leads_nowhere(self, mill: Any) -> None:
        grey = png(Image.radial_gradient("L").convert("RGB"))
        ask = {"content": grey, "headers": {"Content-Type": "image/png"}}
        assert named(mill.post(f"{API}/matches/byContent", **ask)) == []

    def test_what_is_not_registered_is_for_who_may_fetch(
        self, anybody: Any, manager: Any, mill: Any, plan: dict[str, Any]
    ) -> None:
        made = manager.done(
            manager.write("/v1/collections", {**plan, "brief": {**plan["brief"], "seed": 411}})
        )
        (one,) = manager.get(f"/v1/collections/{made['collection']}/assets").json()["items"]
        value = b64(bytes.fromhex(one["mark_id"]))
        assert named(by_value(anybody, value, MARK)) == []
        assert anybody.get(f"{API}/manifests/{one['manifest']}").status_code == 404
        assert named(by_value(mill, value, MARK)) == [one["manifest"]]
        assert mill.get(f"{API}/manifests/{one['manifest']}").status_code == 200


class TestRefusing:
    @pytest.mark.parametrize(
        ("asked", "status", "code"),
        [
            ({"value": "AAAAAAAA", "alg": "com.example.unheard"}, 400, "bad-field"),
            ({"value": "not base64!", "alg": MARK}, 400, "bad-field"),
            ({"value": "AAAA", "alg": MARK}, 400, "bad-field"),
            ({"value": "AAAA", "alg": FINGERPRINT}, 400, "bad-field"),
            ({"value": "A" * 10_000, "alg": MARK}, 414, "value-too-long"),
            ({"value": "AAAAAAAA", "alg": MARK, "maxResults": 0}, 400, "bad-request"),
            ({"value": "AAAAAAAA"}, 400, "bad-request"),
            ({"value": "", "alg": MARK}, 400, "bad-request"),
            ({"value": "AAAAAAAA", "alg": "x" * 201}, 400, "bad-request"),
        ],
    )
    def test_a_binding(self, anybody: Any, asked: dict[str, Any], status: int, code: str) -> None:
        refused = anybody.get(f"{API}/matches/byBinding", params=asked)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
        assert refused.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize(
        ("body", "mime", "status", "query"),
        [
            (b"", "image/png", 400, ""),
            (b"no picture at all", "image/png", 415, ""),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "image/png", 400, ""),
            (b"x", "text/plain", 415, ""),
            (b"x", "", 415, ""),
            (b"x", "image/png", 400, "?hintAlg=a"),
            (b"\x89PNG\r\n\x1a\n", "image/png", 400, "?alg=com.example.unheard"),
            (b"\0" * (8 * 1024 * 1024 + 1), "image/png", 413, ""),
        ],
    )
    def test_a_picture(self, mill: Any, body: bytes, mime: str, status: int, query: str) -> None:
        headers = {"Content-Type": mime} if mime else {}
        refused = mill.post(f"{API}/matches/byContent{query}", content=body, headers=headers)
        assert refused.status_code == status, refused.text

    def test_more_pictures_than_are_examined_at_once(self, house: Any, mill: Any, signed: bytes) -> None:
        from threading import Thread

        pages: list[int] = []

        def ask() -> None:
            with house.client(house.token("auditor")) as client:
                sent = client.post(
                    f"{API}/matches/byContent", content=signed, headers={"Content-Type": "image/png"}
                )
                pages.append(sent.status_code)
                assert sent.status_code != 429 or sent.headers["Retry-After"]

        threads = [Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 200 in pages
        assert set(pages) <= {200, 429}

    def test_callers_without_the_scope(self, anybody: Any, mill: Any, foreign: dict[str, bytes]) -> None:
        store = {"content": foreign["first"], "headers": C2PA}
        binding = {"json": {"bindingValue": "dmFsdWU=", "manifestId": "urn:c2pa:nobody"}}
        asked = [
            ("POST", "/manifests", store),
            ("DELETE", "/manifests/urn:c2pa:nobody", {}),
            ("POST", "/bindings", binding),
            ("PUT", "/bindings", binding),
        ]
        for method, path, more in asked:
            assert anybody.request(method, f"{API}{path}", **more).status_code == 401
            refused = mill.request(method, f"{API}{path}", **more)
            assert (refused.status_code, refused.json()["code"]) == (403, "insufficient-scope")
            assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
        garbage = {"Authorization": "Bearer c2pa_nobody"}
        assert anybody.delete(f"{API}/manifests/urn:c2pa:nobody", headers=garbage).status_code == 401
        content = anybody.post(
            f"{API}/matches/byContent", content=b"x", headers={"Content-Type": "image/png"}
        )
        assert content.status_code == 401

    def test_an_unknown_manifest(self, anybody: Any, manager: Any) -> None:
        for path in ("/manifests/urn:c2pa:nobody", "/manifests/urn:c2pa:nobody/receipts"):
            assert anybody.get(f"{API}{path}").status_code == 404
        assert manager.delete(f"{API}/manifests/urn:c2pa:nobody").status_code == 404

    @pytest.mark.parametrize(
        ("url", "status"),
        [
            ("https://127.0.0.1/a.png", 403),
            ("https://169.254.169.254/latest/meta-data", 403),
            ("https://[::1]/a.png", 403),
            ("https://unheard.example/a.png", 403),
            ("https://user:word@unheard.example/a.png", 400),
            ("http://unheard.example/a.png", 400),
            ("file:///etc/passwd", 400),
        ],
    )
    def test_an_address(self, mill: Any, url: str, status: int) -> None:
        body = {"referenceUrl": url, "assetLength": 1000}
        assert mill.post(f"{API}/matches/byReference", json=body).status_code == status

    def test_a_reference_that_is_too_long_or_not_whole(self, mill: Any) -> None:
        def ask(**body: Any) -> int:
            status: int = mill.post(f"{API}/matches/byReference", json=body).status_code
            return status

        url = "https://unheard.example/a.png"
        assert ask(referenceUrl=url) == 400
        assert ask(referenceUrl=url, assetLength=0) == 400
        assert ask(referenceUrl=url, assetLength=10**12) == 413
        assert ask(referenceUrl=url, assetLength=9, region=[{"type": "frame"}]) == 400


class TestStoring:
    def test_a_store_is_kept_found_bound_and_removed(
        self, manager: Any, anybody: Any, foreign: dict[str, bytes]
    ) -> None:
        stored = [manager.post(f"{API}/manifests", content=foreign[name], headers=C2PA) for name in foreign]
        assert [each.status_code for each in stored] == [200, 200]
        first, second = (each.json()["manifestId"] for each in stored)
        same = manager.post(f"{API}/manifests", content=foreign["first"], headers=C2PA)
        assert same.json() == {"manifestId": first}
        assert anybody.get(f"{API}/manifests/{first}").content == foreign["first"]
        written = b64(b"first")
        assert named(by_value(anybody, written, "com.example.watermark.1")) == [first]
        assert named(by_value(anybody, b64(b"other"), "com.example.watermark.1")) == []

        value = "any words that somebody chose"
        bound = {"bindingValue": value, "manifestId": first}
        assert manager.post(f"{API}/bindings", json=bound).status_code == 204
        assert manager.post(f"{API}/bindings", json=bound).status_code == 204
        assert named(by_value(anybody, value, "com.example.another")) == [first]
        both = {"bindingValue": value, "manifestId": second, "alg": "com.example.another"}
        assert manager.post(f"{API}/bindings", json=both).status_code == 204
        assert set(named(by_value(anybody, value, "com.example.another"))) == {first, second}
        assert len(named(by_value(anybody, value, "com.example.another", maxResults=1))) == 1
        instead = {"bindingValue": value, "manifestId": second}
        assert manager.put(f"{API}/bindings", json=instead).status_code == 204
        assert named(by_value(anybody, value, "com.example.another")) == [second]
        assert manager.put(f"{API}/bindings", json={**bound, "bindingValue": "new"}).status_code == 404
        nobody = {**bound, "manifestId": "urn:c2pa:nobody"}
        assert manager.post(f"{API}/bindings", json=nobody).status_code == 404

        assert manager.delete(f"{API}/manifests/{second}").status_code == 204
        assert manager.delete(f"{API}/manifests/{second}").status_code == 404
        assert anybody.get(f"{API}/manifests/{second}").status_code == 404
        assert named(by_value(anybody, b64(b"second"), "com.example.watermark.1")) == []
        again = manager.post(f"{API}/manifests", content=foreign["second"], headers=C2PA)
        assert again.json() == {"manifestId": second}
        assert named(by_value(anybody, b64(b"second"), "com.example.watermark.1")) == [second]

    @pytest.mark.parametrize("body", [b"", b"junk", b"\0\0\0\x08jumb", b"\0\0\0\1jumb" + b"\xff" * 8])
    def test_what_is_no_store_is_refused(self, manager: Any, body: bytes) -> None:
        assert manager.post(f"{API}/manifests", content=body, headers=C2PA).status_code == 400

    def test_no_picture_is_taken_for_a_store(self, manager: Any, signed: bytes) -> None:
        sent = {"content": signed, "headers": {"Content-Type": "image/png"}}
        assert manager.post(f"{API}/manifests", **sent).status_code == 400

    def test_nobody_removes_or_redirects_what_is_ours(
        self, manager: Any, tile: dict[str, Any], foreign: dict[str, bytes], signed: bytes
    ) -> None:
        from provenance.embedding import store_of

        ours = store_of(signed, "image/png")
        known = manager.post(f"{API}/manifests", content=ours, headers=C2PA)
        assert known.json() == {"manifestId": tile["manifest"]}
        cut = manager.post(f"{API}/manifests", content=ours[:-1] + b"\0", headers=C2PA)
        assert cut.status_code == 400
        refused = manager.delete(f"{API}/manifests/{tile['manifest']}")
        assert (refused.status_code, refused.json()["code"]) == (403, "manifest-kept")
        manager.post(f"{API}/manifests", content=foreign["first"], headers=C2PA)
        first = by_value(manager, b64(b"first"), "com.example.watermark.1").json()["matches"][0]["manifestId"]
        value = b64(bytes.fromhex(tile["mark_id"]))
        taken = {"bindingValue": value, "manifestId": first}
        assert manager.post(f"{API}/bindings", json={**taken, "alg": MARK}).status_code == 403
        assert manager.post(f"{API}/bindings", json=taken).status_code == 204
        assert named(by_value(manager, value, MARK)) == [tile["manifest"]]


class TestReceipts:
    def test_the_receipt_of_a_tile_is_checked_with_the_log_key_alone(
        self, anybody: Any, tile: dict[str, Any], asset: str
    ) -> None:
        from ledger import log_keys
        from ledger.chain import keccak
        from ledger.domain import merkle
        from ledger.domain.log.note import parse_key
        from ledger.domain.log.tlog_proof import parse_tlog_proof, proven

        shown = anybody.get(f"{API}/manifests/{tile['manifest']}/receipts").json()
        assert (shown["@type"], shown["verified"]) == ("org.c2pa.manifest-receipt", True)
        assert shown["repository"]["manifestId"] == tile["manifest"]
        proof, parameters = shown["anchor"]["proof"], shown["anchor"]["parameters"]
        key = parse_key(anybody.get("/v1/public/log/key").text.strip())
        told = parse_tlog_proof(base64.b64decode(proof["value"]).decode())
        found = proven(told, bytes.fromhex(proof["entry"]["hash"]), key, log_keys.verify)
        assert (found.size, found.root.hex()) == (parameters["size"], parameters["root"])
        assert proof["entry"]["body"]["sha256"] == tile["sha256"] == parameters["sha256"]
        path = proof["collection"]
        siblings = [bytes.fromhex(each[2:]) for each in path["siblings"]]
        leaf, top = (bytes.fromhex(path[name][2:]) for name in ("leaf", "root"))
        assert path["asset"] == asset
        assert merkle.is_member(keccak, leaf, siblings, top)

    def test_a_receipt_is_given_back_and_holds_and_an_altered_one_does_not(
        self, manager: Any, anybody: Any, foreign: dict[str, bytes]
    ) -> None:
        stored = manager.post(
            f"{API}/manifests?returnReceipt=true", content=foreign["first"], headers=C2PA
        ).json()
        at = f"{API}/manifests/{stored['manifestId']}/receipts"
        receipt = stored["receipt"]
        assert anybody.post(at, json=receipt).json()["verified"] is True
        assert anybody.post(at, json=anybody.get(at).json()).json()["verified"] is True

        def altered(**anchor: Any) -> dict[str, Any]:
            return {**receipt, "anchor": {**receipt["anchor"], **anchor}}

        proof, parameters = receipt["anchor"]["proof"], receipt["anchor"]["parameters"]
        wrong = [
            altered(uri="https://elsewhere.example"),
            altered(parameters={**parameters, "size": 1}),
            altered(parameters=None),
            altered(proof={**proof, "value": "AAAA"}),
            altered(proof={**proof, "alg": "none"}),
            altered(proof={**proof, "entry": {**proof["entry"], "hash": "00" * 32}}),
            altered(proof=[]),
            {
                **receipt,
                "repository": {"uri": "https://elsewhere.example", "manifestId": stored["manifestId"]},
            },
            {name: part for name, part in receipt.items() if name != "anchor"},
        ]
        for each in wrong:
            answer = anybody.post(at, json=each)
            assert (answer.status_code, answer.json()["verified"]) == (200, False), each
            assert answer.json()["error"]
        assert anybody.post(at, json={**receipt, "@type": "other"}).status_code == 400
        assert anybody.post(at, json={**receipt, "repository": "x"}).status_code == 400
        assert anybody.post(at, json=[]).status_code == 400


class TestServices:
    def test_what_it_can_do_is_told(self, anybody: Any, house: Any) -> None:
        known = anybody.get("/.well-known/c2pa-soft-binding-resolution").json()
        assert known["apiEndpoint"] == f"{house.url}{API}"
        for name in ("capabilitiesEndpoint", "statusEndpoint"):
            assert anybody.get(known[name]).status_code == 200
        able = anybody.get(f"{API}/services/capabilities").json()
        assert able["c2paSpecificationVersion"] == known["c2paSpecificationVersion"] == "2.4.0"
        assert set(able["supportedCapabilities"]) == {"queryByContent", "storeManifests", "storeBindings"}
        assert anybody.get(f"{API}/services/status").json()["status"] == "ok"
        algorithms = anybody.get(f"{API}/services/supportedAlgorithms").json()
        assert {"alg": MARK} in algorithms["watermarks"]
        assert algorithms["fingerprints"] == [{"alg": FINGERPRINT}]

    def test_a_token_has_the_scopes_it_was_asked_for_and_no_more(self, house: Any, anybody: Any) -> None:
        from api.access import Role, issue, revoke

        key, record = issue(house.ledger, "tokens", Role.MANAGER, None, 1)

        def ask(**form: str) -> Any:
            return anybody.post(f"{API}/oauth/token", data=form, auth=(record.sha256[:12], key))

        granted = ask(grant_type="client_credentials", scope="fetch:manifests").json()
        assert (granted["token_type"], granted["scope"]) == ("Bearer", "fetch:manifests")
        headers = {"Authorization": f"Bearer {granted['access_token']}"}
        nobody = f"{API}/manifests/urn:c2pa:nobody"
        assert anybody.get(nobody, headers=headers).status_code == 404
        assert anybody.delete(nobody, headers=headers).status_code == 403
        every = ask(grant_type="client_credentials").json()
        allowed = {"Authorization": f"Bearer {every['access_token']}"}
        assert anybody.delete(nobody, headers=allowed).status_code == 404
        assert ask(grant_type="password").json()["error"] == "unsupported_grant_type"
        assert ask(grant_type="client_credentials", scope="all").json()["error"] == "invalid_scope"
        revoke(house.ledger, record.sha256)
        assert anybody.delete(nobody, headers=allowed).status_code == 401


class TestRecovering:
    def test_a_stripped_file_comes_back_as_it_was_signed(
        self, manager: Any, auditor: Any, mill: Any, asset: str, signed: bytes
    ) -> None:
        from provenance.embedding import without_store

        def ask(data: bytes) -> Any:
            headers = {"Idempotency-Key": str(hash(data))}
            return manager.post("/v1/recoveries", files={"file": ("found.png", data)}, headers=headers)

        made = manager.done(ask(without_store(signed, "image/png")))
        assert (made["asset"], made["whole"], made["unbound"]) == (asset, True, [])
        at = f"/v1/recoveries/{made['sha256']}/file"
        assert auditor.get(at).content == signed
        assert mill.get(at).status_code == 403
        assert auditor.get(f"/v1/recoveries/{'0' * 64}/file").status_code == 404
        failed = manager.finish(ask(b"no picture"))
        assert (failed["state"], failed["error"]["code"]) == ("failed", "picture-not-an-image")
