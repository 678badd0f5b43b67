"""The C2PA Soft Binding Resolution API: what is found, and what is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from resolving import API, C2PA, FINGERPRINT, ISCC, MARK, b64, by_value, named, png

from ledger import image_codes


class TestFinding:
    def test_a_watermark_leads_to_the_manifest_and_its_bytes(
        self, anybody: Any, tile: dict[str, Any], signed: bytes
    ) -> None:
        from provenance.embedding import store_of
        from provenance.jumbf import parse_store

        value = b64(bytes.fromhex(tile["mark_id"]))
        found = by_value(anybody, value, MARK)
        assert named(found)[0] == tile["manifest"]  # before what other tests had made of it for production
        assert found.json()["matches"][0]["similarityScore"] == 100
        where = f"{found.json()['matches'][0]['endpoint']}/manifests/{tile['manifest']}"
        assert anybody.get(where).content == store_of(signed, "image/png")
        told = anybody.get(f"{where}/receipts").json()
        assert anybody.get(told["anchor"]["uri"]).json()["repository"] == told["repository"]
        assert named(by_value(anybody, value, "org.selvage.line.1")) == named(found)
        posted = anybody.post(f"{API}/matches/byBinding", json={"value": value, "alg": MARK})
        assert named(posted) == named(found)
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
        self, mill: Any, tile: dict[str, Any], signed: bytes, house: Any
    ) -> None:
        while image_codes.fill(house.ledger):
            pass
        copy = io.BytesIO()
        Image.open(io.BytesIO(signed)).convert("RGB").save(copy, "JPEG", quality=80)
        ask = {"content": copy.getvalue(), "headers": {"Content-Type": "image/jpeg"}}
        found = mill.post(f"{API}/matches/byContent", **ask)
        assert named(found) == [tile["manifest"]]
        (match,) = found.json()["matches"]
        assert match["similarityScore"] == 100
        assert "mark" in {each["signal"] for each in match["evidence"]}
        assert named(mill.post(f"{API}/matches/byContent?alg={FINGERPRINT}", **ask)) == [tile["manifest"]]
        assert named(mill.post(f"{API}/matches/byContent?alg={ISCC}", **ask)) == [tile["manifest"]]

    def test_an_image_code_leads_to_what_looks_so(
        self, anybody: Any, tile: dict[str, Any], signed: bytes, house: Any
    ) -> None:
        from provenance.iscc import iscc

        while image_codes.fill(house.ledger):  # a question has only a few of them read
            pass
        picture = Image.open(io.BytesIO(signed))
        found = by_value(anybody, b64(iscc(picture)), ISCC)
        assert (named(found)[0], found.json()["matches"][0]["similarityScore"]) == (tile["manifest"], 100)
        near = by_value(anybody, b64(iscc(picture.resize((140, 140)))), ISCC)
        assert tile["manifest"] in named(near)
        assert by_value(anybody, "not base64!", ISCC).status_code == 400

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

    @pytest.mark.parametrize("wrong", ["x", "y", "width", "height"])
    def test_a_region_that_is_larger_than_any_picture(self, mill: Any, wrong: str) -> None:
        at: dict[str, Any] = {"x": 0, "y": 0, "width": 1, "height": 1, wrong: 1e308}
        size = {name: at.pop(name) for name in ("width", "height")}
        shape = {"type": "rectangle", "unit": "percent", "origin": at, **size}
        body = {"referenceUrl": "https://unheard.example/a.png", "assetLength": 9}
        region = [{"type": "spatial", "shape": shape}]
        refused = mill.post(f"{API}/matches/byReference", json={**body, "region": region})
        assert (refused.status_code, refused.json()["code"]) == (400, "bad-request")
        assert wrong in refused.text
