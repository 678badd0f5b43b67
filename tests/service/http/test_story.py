"""The whole story over HTTP, each step by the role it belongs to."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from service_client import photo

Pay = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def paid_out(manager: Any) -> None:
    """What other tests of this ledger earned for its designer is hers before this story begins."""
    done = manager.finish(manager.write("/v1/payouts", {"payee": "mara"}))
    assert done["state"] == "done", done


@pytest.fixture(scope="module")
def licence(mill: Any, asset: str, use: dict[str, Any], pay: Pay, paid_out: None) -> dict[str, Any]:
    """A licence that north-mill asked for, was offered, bought and got."""
    asked = mill.write("/v1/decisions", {"asset": asset, "party": "north-mill", "use": use}).json()
    assert asked["outcome"] == "pay"
    assert asked["offer"]["price"] == {"minor": "180000000", "currency": "TUSD", "text": "180.00 TUSD"}
    invoice = mill.done(mill.write(f"/v1/offers/{asked['offer']['id']}/acceptance"))["invoice"]
    request = mill.get(f"/v1/invoices/{invoice}/payment-request").json()
    assert request["typed_data"]["primaryType"] == "ReceiveWithAuthorization"
    return dict(mill.get(f"/v1/licences/{mill.pay(invoice, pay)['licences'][0]}").json())


def test_a_collection_is_made_and_registered(manager: Any, collection: str) -> None:
    found = manager.get(f"/v1/collections/{collection}").json()
    assert (found["state"], found["made"]) == ("registered", 1)
    assert found["registration"]["root"].startswith("0x")
    assert [each["id"] for each in manager.get("/v1/collections").json()["items"]].count(collection) == 1


def test_a_licence_permits_what_it_covers_and_nothing_more(
    mill: Any, rival: Any, asset: str, use: dict[str, Any], licence: dict[str, Any]
) -> None:
    def outcome(client: Any, party: str, **change: Any) -> str:
        body = {"asset": asset, "party": party, "use": {**use, **change}}
        answer: str = client.write("/v1/decisions", body).json()["outcome"]
        return answer

    assert outcome(mill, "north-mill") == "permit"
    assert outcome(mill, "north-mill", territory="US") == "deny"
    assert outcome(rival, "south-mill") == "pay"


def test_usage_and_an_unlicensed_finding_become_invoices_that_are_paid_and_shared(
    manager: Any, auditor: Any, mill: Any, asset: str, collection: str, use: dict[str, Any],
    licence: dict[str, Any], pay: Pay,
) -> None:  # fmt: skip
    reported = mill.write(f"/v1/licences/{licence['id']}/usage", {**use, "units": 300})
    assert reported.status_code == 201, reported.text
    findings = _scan(auditor, manager.get(f"/v1/assets/{asset}/file").content, use)
    assert [(each["verdict"], each["standing"]) for each in findings] == [("proven", "unlicensed")]
    assert auditor.get(f"/v1/findings/{findings[0]['id']}/picture").content.startswith(b"\xff\xd8")
    for payer, owed in (("north-mill", "105.00 TUSD"), ("corner-shop", "450.00 TUSD")):
        body = {"payer": payer, "collection": collection}
        billed = manager.finish(manager.write("/v1/invoices", body))["result"]["invoice"]
        assert manager.get(f"/v1/invoices/{billed}").json()["total"]["text"] == owed
        manager.pay(billed, pay)
    payout = manager.finish(manager.write("/v1/payouts", {"payee": "mara"}))
    assert payout["result"]["payout"]["amount_minor"] == str((180 + 105 + 450) * 10**6 * 60 // 100)
    assert {each["payee"] for each in manager.get("/v1/payouts").json()} == {"mara"}


def test_a_tile_verifies_with_its_proof_and_not_when_it_was_changed(
    auditor: Any, mill: Any, asset: str, licence: dict[str, Any]
) -> None:
    tile = mill.get(f"/v1/assets/{asset}/file")
    assert tile.headers["content-type"] == "image/png"
    proof = mill.get(f"/v1/assets/{asset}/proof").content
    good = auditor.post("/v1/verify", files={"file": tile.content, "proof": proof}).json()
    assert good["ok"], good
    assert auditor.post("/v1/verify", files={"file": tile.content}).json()["ok"]
    changed = bytearray(tile.content)
    changed[-200] ^= 1
    bad = auditor.post("/v1/verify", files={"file": bytes(changed), "proof": proof}).json()
    assert not bad["ok"]
    assert {"file", "manifest"} & {link["name"] for link in bad["links"] if link["holds"] is False}


def test_a_licence_has_a_copy_of_its_own_which_others_do_not_see(
    mill: Any, rival: Any, asset: str, licence: dict[str, Any]
) -> None:
    where = f"/v1/licences/{licence['id']}"
    assert mill.get(f"{where}/copy").status_code == 404
    made = mill.finish(mill.write(f"{where}/copy"))
    assert made["state"] == "done", made
    copy = mill.get(f"{where}/copy").json()
    assert (copy["licensee"], copy["asset"]) == ("north-mill", asset)
    file = mill.get(f"{where}/file").content
    assert hashlib.sha256(file).hexdigest() == copy["sha256"] == made["result"]["sha256"]
    assert rival.get(f"{where}/file").status_code == 404


def test_what_people_decide_about_scans(
    manager: Any, auditor: Any, asset: str, collection: str, use: dict[str, Any]
) -> None:
    (finding,) = _scan(auditor, manager.get(f"/v1/assets/{asset}/file").content, use)
    scan = auditor.get(f"/v1/scans/{finding['scan']}").json()
    assert scan["id"] in {each["id"] for each in auditor.get("/v1/scans").json()["items"]}
    replayed = auditor.finish(auditor.write(f"/v1/scans/{scan['id']}/replay"))
    assert replayed["result"]["same"] is True, replayed
    nothing = auditor.finish(auditor.write(f"/v1/collections/{collection}/rescan"))
    assert nothing["result"]["scan"] is None
    not_held = manager.write(f"/v1/findings/{finding['id']}/release", {"why": "looked"})
    assert not_held.status_code == 409
    assert auditor.write(f"/v1/assets/{asset}/exclusion", {"why": "not mine to say"}).status_code == 403
    stock = manager.post(
        "/v1/negatives",
        files={"file": ("stock.png", manager.get(f"/v1/assets/{asset}/file").content)},
        data={"why": "somebody else's"},
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    assert stock.status_code == 201, stock.text
    assert [each["name"] for each in auditor.get("/v1/negatives").json()] == ["stock.png"]
    where, why = f"/v1/negatives/{stock.json()['sha256']}", {"why": "it is ours"}
    assert auditor.delete(where, params=why).status_code == 403
    assert manager.delete(where).status_code == 422
    forgotten = manager.delete(where, params=why)
    assert (forgotten.status_code, forgotten.json()["ended_why"]) == (200, "it is ours")
    assert manager.delete(where, params=why).json() == forgotten.json()
    assert auditor.get("/v1/negatives").json() == []
    assert auditor.get("/v1/negatives", params={"ended": True}).json() == [forgotten.json()]


def test_a_tile_is_left_out_and_looked_for_again(
    manager: Any, auditor: Any, asset: str, collection: str
) -> None:
    where = f"/v1/assets/{asset}/exclusion"
    assert manager.delete(where, params={"why": "it never was"}).json()["code"] == "unknown-exclusion"
    assert manager.write(where, {"why": "a test tile"}).status_code == 201
    assert [each["asset"] for each in auditor.get("/v1/exclusions").json()] == [asset]
    first = auditor.write(f"/v1/collections/{collection}/rescan").json()
    assert manager.delete(where, params={"why": "on sale"}).json()["ended_why"] == "on sale"
    assert auditor.get("/v1/exclusions").json() == []
    assert auditor.get("/v1/exclusions", params={"ended": True}).json()[0]["why"] == "a test tile"
    again = auditor.write(f"/v1/collections/{collection}/rescan")
    assert again.json()["id"] != first["id"]
    assert auditor.finish(again)["state"] == "done"


def test_the_book_links(auditor: Any, licence: dict[str, Any]) -> None:
    entries = auditor.get("/v1/entries", params={"limit": 1000}).json()
    kinds = {entry["kind"] for entry in entries}
    assert {"collection-planned", "collection-registered", "licence-granted", "invoice-settled"} <= kinds
    for before, after in itertools.pairwise(entries):
        assert after["previous"] == before["hash"]
    assert auditor.get("/v1/entries", params={"after": entries[-1]["sequence"]}).json() == []


def _scan(auditor: Any, tile: bytes, use: dict[str, Any]) -> list[dict[str, Any]]:
    """What is found in a ZIP of one picture of the tile in repeat."""
    picture, archive = photo(tile), io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("shop/one.jpg", picture)
    sightings = {
        "wild.zip!/shop/one.jpg": {
            "seller": "corner-shop",
            "use": {**use, "product": "cushion", "territory": "FR"},
        }
    }
    answer = _post_scan(auditor, {"wild.zip": archive.getvalue()}, sightings)
    done = auditor.finish(answer)
    assert done["state"] == "done", done
    found: list[dict[str, Any]] = auditor.get("/v1/findings", params={"scan": done["result"]["scan"]}).json()[
        "items"
    ]
    assert found, done
    assert found[0]["picture_sha256"] == hashlib.sha256(picture).hexdigest()
    return found


def _post_scan(client: Any, files: dict[str, bytes], sightings: Any) -> httpx.Response:
    answer: httpx.Response = client.post(
        "/v1/scans",
        files=[("pictures", (name, data)) for name, data in files.items()],
        data={"sightings": json.dumps(sightings)},
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    return answer


def test_exclusive_terms_would_meet_the_licence(
    manager: Any, mill: Any, collection: str, asset: str, licence: dict[str, Any]
) -> None:
    terms = {"preset": "exclusive", "split": {"studio": "100 %"}}
    asked = manager.write(f"/v1/collections/{collection}/terms/check", {"terms": terms})
    (conflict,) = (each for each in asked.json()["conflicts"] if each["licence"] == licence["id"])
    assert conflict["asset"] == asset
    assert (conflict["alone"], conflict["beside"]) == ("pay", "deny")
    assert conflict["example"]["units"] == 1


def test_a_licence_is_suspended_resumed_and_revoked_by_managers_alone(
    manager: Any, mill: Any, rival: Any, asset: str, use: dict[str, Any], pay: Pay
) -> None:
    asked = rival.write("/v1/decisions", {"asset": asset, "party": "south-mill", "use": use}).json()
    bought = rival.buy(f"/v1/offers/{asked['offer']['id']}/acceptance", pay)
    where, why = f"/v1/licences/{bought}", {"why": "a complaint"}
    assert rival.write(f"{where}/suspension", why).status_code == 403
    assert manager.write(f"{where}/suspension", {"why": ""}).status_code == 422
    assert manager.write(f"/v1/licences/{'0' * 32}/revocation", why).status_code == 404
    for verb, state in (("suspension", "suspended"), ("resumption", "in-force"), ("revocation", "revoked")):
        done = manager.finish(manager.write(f"{where}/{verb}", why))
        assert (done["state"], done["result"]["state"]) == ("done", state), done
        assert rival.get(where).json()["state"] == state
    made = rival.get(where).json()["asset"]
    counting = f"/v1/collections/{manager.get(f'/v1/assets/{made}').json()['collection']}/tally"
    assert rival.write(counting).status_code == 403
    counted = manager.finish(manager.write(counting))
    assert (counted["state"], manager.finish(manager.write(counting))["result"]["counted"]) == ("done", [])
    refused = manager.finish(manager.write(f"{where}/resumption", why))
    assert (refused["state"], refused["error"]["code"]) == ("failed", "out-of-order")
