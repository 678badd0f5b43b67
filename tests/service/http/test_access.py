"""Who may do what: keys, roles, and whose business is whose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.access import Role, digest, issue
from ledger import parties
from ledger.store import access

NOBODY = "0" * 32
KEYLESS = ("/v1/health", "/v1/rsl/token", "/v1/rsl/introspect")  # the last two take HTTP Basic


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    return body


def test_health_needs_no_key(house: Any) -> None:
    with house.client(None) as stranger:
        assert stranger.get("/v1/health").json() == {
            "status": "ok",
            "ledger": house.ledger.id,
            "worker": False,
        }


def test_every_route_that_is_not_public_needs_a_key(house: Any) -> None:
    with house.client(None) as stranger:
        for path, methods in stranger.get("/v1/openapi.json").json()["paths"].items():
            for method in methods:
                if path in KEYLESS or path.startswith("/v1/public/") or not path.startswith("/v1/"):
                    continue
                url = path.replace("{party}", "mara").replace("{", "").replace("}", "")
                for name in ("collection", "asset", "offer", "licence", "invoice", "finding", "operation"):
                    url = url.replace(f"/{name}/", f"/{NOBODY}/") if f"/{name}/" in url else url
                answer = stranger.request(method.upper(), url)
                body = problem(answer, 401)
                assert body["code"] == "key-absent", (method, path)
                assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("state", ["unknown", "expired", "revoked"])
def test_a_key_that_is_no_longer_good_says_why(house: Any, state: str) -> None:
    token = "slv_nobody" if state == "unknown" else house.token("manager", days=1)
    with house.ledger.store.transaction() as tx:
        if state == "revoked":
            access.revoke_key(tx, digest(token), house.ledger.clock().isoformat())
        if state == "expired":
            from ledger.store.tables import ApiKeyRow

            row = tx.session.get(ApiKeyRow, digest(token))
            assert row is not None
            row.expires_at = (house.ledger.clock() - timedelta(seconds=1)).isoformat()
            tx.session.add(row)
    with house.client(token) as client:
        body = problem(client.get("/v1/collections"), 401)
    assert (
        body["code"] == {"unknown": "unknown-key", "expired": "key-expired", "revoked": "key-revoked"}[state]
    )


# Per role: may it (True), or is it refused (False)? The requests name things that do not exist, so that a
# role that may gets 404 or 422 and a role that may not gets 403.
MATRIX = {
    ("POST", "/v1/collections"): {"manager": True, "licensee": False, "auditor": False},
    ("POST", f"/v1/collections/{NOBODY}/registration"): {
        "manager": True,
        "licensee": False,
        "auditor": False,
    },
    ("GET", "/v1/collections"): {"manager": True, "licensee": True, "auditor": True},
    ("POST", "/v1/decisions"): {"manager": True, "licensee": True, "auditor": False},
    ("POST", f"/v1/offers/{NOBODY}/acceptance"): {"manager": True, "licensee": True, "auditor": False},
    ("POST", f"/v1/licences/{NOBODY}/usage"): {"manager": True, "licensee": True, "auditor": False},
    ("POST", "/v1/scans"): {"manager": True, "licensee": False, "auditor": True},
    ("POST", "/v1/invoices"): {"manager": True, "licensee": False, "auditor": False},
    ("POST", f"/v1/invoices/{NOBODY}/payments"): {"manager": True, "licensee": True, "auditor": False},
    ("POST", "/v1/payouts"): {"manager": True, "licensee": True, "auditor": False},
    ("GET", "/v1/parties"): {"manager": True, "licensee": False, "auditor": True},
    ("POST", "/v1/parties"): {"manager": True, "licensee": False, "auditor": False},
    ("GET", "/v1/keys"): {"manager": True, "licensee": False, "auditor": False},
    ("POST", "/v1/keys"): {"manager": True, "licensee": False, "auditor": False},
    ("DELETE", "/v1/keys/00000000"): {"manager": True, "licensee": False, "auditor": False},
    ("GET", "/v1/entries"): {"manager": True, "licensee": False, "auditor": True},
    ("GET", "/v1/operations"): {"manager": True, "licensee": False, "auditor": True},
}


@pytest.mark.parametrize(("method", "path"), MATRIX, ids=lambda part: str(part).replace(NOBODY, "x"))
def test_each_role_may_what_it_may(manager: Any, mill: Any, auditor: Any, method: str, path: str) -> None:
    clients = {"manager": manager, "licensee": mill, "auditor": auditor}
    for role, may in MATRIX[method, path].items():
        answer = clients[role].request(method, path, headers={"Idempotency-Key": f"matrix-{role}"})
        if may:
            assert answer.status_code in (200, 404, 422), (role, answer.text)
        else:
            body = problem(answer, 403)
            assert body["code"] == "wrong-role"
            assert "needs the role" in body["detail"], role
            assert any(other in body["detail"] for other, can in MATRIX[method, path].items() if can)


def test_a_licensee_acts_for_itself_only(mill: Any, asset: str, use: dict[str, Any]) -> None:
    body = problem(mill.write("/v1/decisions", {"asset": asset, "party": "south-mill", "use": use}), 403)
    assert "acts for north-mill only" in body["detail"]
    assert problem(mill.write("/v1/payouts", {"payee": "mara"}), 403)["code"] == "wrong-role"


def test_what_is_another_licensees_is_not_there(
    mill: Any, rival: Any, manager: Any, asset: str, use: dict[str, Any]
) -> None:
    asked = rival.write(
        "/v1/decisions", {"asset": asset, "party": "south-mill", "use": {**use, "units": 77}}
    ).json()
    offer = asked["offer"]["id"]
    accepted = rival.write(f"/v1/offers/{offer}/acceptance")
    invoice = rival.finish(accepted)["result"]["invoice"]
    for path in (
        f"/v1/offers/{offer}",
        f"/v1/invoices/{invoice}",
        accepted.headers["Location"],
        "/v1/parties/south-mill",
    ):
        assert rival.get(path).status_code == 200, path
        assert manager.get(path).status_code == 200, path
        assert problem(mill.get(path), 404)["code"].startswith("unknown-"), path
    assert problem(mill.write(f"/v1/offers/{offer}/acceptance"), 404)
    assert problem(mill.write(f"/v1/invoices/{invoice}/payments", {"authorization": {}}), 404)
    assert offer in {each["id"] for each in rival.get("/v1/offers").json()["items"]}
    assert offer not in {each["id"] for each in mill.get("/v1/offers").json()["items"]}
    assert invoice not in {each["id"] for each in mill.get("/v1/invoices").json()["items"]}


def test_a_licensee_downloads_only_what_it_has_a_licence_of(house: Any, auditor: Any, asset: str) -> None:
    parties.add(house.ledger, "new-mill", "New Mill")
    with house.client(house.token("licensee", "new-mill")) as newcomer:
        refused = problem(newcomer.get(f"/v1/assets/{asset}/file"), 403)
    assert "has no licence of this tile" in refused["detail"]
    assert auditor.get(f"/v1/assets/{asset}/file").status_code == 200


def test_keys_are_made_shown_once_and_revoked(house: Any, manager: Any) -> None:
    body = {"name": "Ann", "role": "licensee", "party": "north-mill", "days": 30}
    made = manager.write("/v1/keys", body, key="ann").json()
    again = manager.write("/v1/keys", body, key="ann").json()
    assert (again["id"], again["token"]) == (made["id"], None)
    with house.client(made["token"]) as ann:
        assert ann.get("/v1/offers").status_code == 200
        assert manager.delete(f"/v1/keys/{made['id']}").json()["revoked_at"]
        assert problem(ann.get("/v1/offers"), 401)["code"] == "key-revoked"
    listed = manager.get("/v1/keys").json()
    assert {each["token"] for each in listed} == {None}
    assert made["token"] not in str(listed)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"party": None}, "party"),
        ({"role": "auditor"}, "party"),
        ({"days": 0}, "days"),
        ({"role": "owner"}, "role"),
        ({"name": ""}, "name"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(manager: Any, change: dict[str, Any], field: str) -> None:
    body = {"name": "Ann", "role": "licensee", "party": "north-mill", "days": 30, **change}
    assert field in problem(manager.write("/v1/keys", body), 422)["errors"][0]["field"]


def test_a_key_for_a_party_that_is_not_there_is_not_made(house: Any) -> None:
    from ledger.errors import UnknownError

    with pytest.raises(UnknownError):
        issue(house.ledger, "x", Role.LICENSEE, "no-such-mill")
