"""The C2PA Soft Binding Resolution API: what is stored, what receipts prove, what is told of the service."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from resolving import API, C2PA, FINGERPRINT, ISCC, MARK, b64, by_value, named


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
        leading = named(by_value(manager, value, MARK))
        assert (leading[0], first in leading) == (tile["manifest"], False)


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
        assert algorithms["fingerprints"] == [{"alg": FINGERPRINT}, {"alg": ISCC}]

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

    def test_a_token_ends_with_its_key(self, house: Any, anybody: Any) -> None:
        from api.access import digest
        from ledger.store import access, manifests

        now = house.ledger.clock()

        def key(name: str, minutes: int) -> access.ApiKey:
            ends = (now + timedelta(minutes=minutes)).isoformat()
            made = access.ApiKey(digest(name), name, "manager", None, now.isoformat(), ends)
            with house.ledger.store.transaction() as tx:
                access.add_key(tx, made)
            return made

        soon, over = key("slv_soon", 10), key("slv_over", -1)
        form = {"grant_type": "client_credentials"}
        granted = anybody.post(f"{API}/oauth/token", data=form, auth=(soon.sha256[:12], soon.name)).json()
        assert 0 < granted["expires_in"] <= 600
        with house.ledger.store.transaction() as tx:
            kept = manifests.find_token(tx, digest(granted["access_token"]))
            assert kept is not None
            assert kept.expires_at == soon.expires_at
            later = (now + timedelta(hours=1)).isoformat()
            late = manifests.Token(digest("c2pa_late"), over.sha256, ("fetch:manifests",), later)
            manifests.add_token(tx, late, now.isoformat())
        headers = {"Authorization": "Bearer c2pa_late"}
        refused = anybody.get(f"{API}/manifests/urn:c2pa:nobody", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "token-invalid")


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
