"""Licences handed on over HTTP: by their licensee or a manager, never by anybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Pay = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def held(manager: Any, mill: Any, plan: dict[str, Any], use: dict[str, Any], pay: Pay) -> dict[str, Any]:
    """A licence of north-mill that can be handed on."""
    plan = {
        "brief": {**plan["brief"], "name": "Passing"},
        "terms": {**plan["terms"], "sublicensing": {"depth": 1}, "transfer": "with-consent"},
    }
    (tile,) = manager.tiles(manager.publish(plan))
    asked = mill.write("/v1/decisions", {"asset": tile, "party": "north-mill", "use": use}).json()
    return {"asset": tile, "licence": mill.buy(f"/v1/offers/{asked['offer']['id']}/acceptance", pay)}


def test_a_licensee_gives_a_sublicence(
    manager: Any, mill: Any, rival: Any, auditor: Any, held: dict[str, Any], use: dict[str, Any]
) -> None:
    where = f"/v1/licences/{held['licence']}/sublicences"
    body = {"licensee": "south-mill", "gives": {"territory": [use["territory"]], "run": 300}}
    assert rival.write(where, body).status_code == 404
    assert auditor.write(where, body).status_code == 403
    assert mill.write(where, {**body, "licensee": "No One"}).status_code == 422
    asked = {"asset": held["asset"], "party": "south-mill", "use": {**use, "units": 300}}
    assert rival.write("/v1/decisions", asked).json()["outcome"] == "pay"
    done = mill.finish(mill.write(where, body))
    assert done["state"] == "done", done
    given = rival.get(f"/v1/licences/{done['result']['licence']}").json()
    assert (given["parent"], given["offer"], given["licensee"]) == (held["licence"], None, "south-mill")
    assert rival.write("/v1/decisions", asked).json()["licence"] == given["id"]
    assert rival.get(f"/v1/assets/{held['asset']}/file").status_code == 200
    again = manager.finish(manager.write(where, body))
    assert again["result"]["licence"] == given["id"]
    for reader in (mill, manager, auditor):  # who gave it, and the house
        assert reader.get(where).json()["items"] == [given]
        assert reader.get(f"/v1/licences/{given['id']}").json() == given
    below = f"/v1/licences/{given['id']}/sublicences"
    assert (rival.get(where).status_code, mill.get(below).status_code) == (404, 404)
    assert rival.get(below).json() == {"items": [], "next": None}
    assert rival.get(f"/v1/licences/{held['licence']}").status_code == 404
    for gives, code in (
        ({"run": 10**6}, "out-of-order"),
        ({"territory": "worldwide", "run": 1}, "bad-terms"),
    ):
        refused = mill.finish(mill.write(where, {**body, "gives": gives}))
        assert (refused["state"], refused["error"]["code"]) == ("failed", code), refused


def test_an_order_is_signed_by_a_manager_and_completed_by_its_buyer(
    house: Any, manager: Any, mill: Any, rival: Any, held: dict[str, Any], use: dict[str, Any]
) -> None:
    from ledger import parties
    from ledger.domain.ids import PartyId
    from ledger.domain.money import Money

    collection = manager.get(f"/v1/assets/{held['asset']}").json()["collection"]
    where, body = (
        f"/v1/assets/{held['asset']}/orders",
        {"use": use, "licensee": "south-mill", "price": "7.00 TUSD"},
    )
    desk = f"/v1/collections/{collection}/desk"
    assert (rival.write(desk).status_code, rival.write(where, body).status_code) == (403, 403)
    assert manager.write(where, body).status_code == 409
    assert manager.finish(manager.write(desk))["state"] == "done"
    for price in ("free", "7.00"):
        assert manager.write(where, {**body, "price": price}).status_code == 422
    signed = manager.write(where, body)
    assert signed.status_code == 201, signed.text
    parties.fund(house.ledger, PartyId("south-mill"), Money(10**8, "TUSD"))
    completion = {"party": "south-mill", "order": signed.json()}
    assert mill.write("/v1/orders/completion", completion).status_code == 403
    forged = {**completion, "order": {**signed.json(), "chain_id": 1}}
    refused = rival.finish(rival.write("/v1/orders/completion", forged))
    assert (refused["state"], refused["error"]["field"]) == ("failed", "chain_id"), refused
    bought = [rival.finish(rival.write("/v1/orders/completion", completion)) for _ in range(2)]
    assert bought[0]["state"] == "done", bought
    assert bought[0]["result"] == bought[1]["result"]
    licence = rival.get(f"/v1/licences/{bought[0]['result']['licence']}").json()
    assert (licence["licensee"], licence["offer"]) == ("south-mill", None)
    assert rival.get("/v1/operations/" + bought[0]["id"]).status_code == 200


def test_a_licence_is_handed_on_where_the_owner_agrees(
    manager: Any, mill: Any, rival: Any, auditor: Any, held: dict[str, Any], use: dict[str, Any]
) -> None:
    where, body = f"/v1/licences/{held['licence']}/transfers", {"to": "south-mill"}
    assert (rival.write(where, body).status_code, auditor.write(where, body).status_code) == (404, 403)
    claimed = mill.write(where, {**body, "consent": True})
    assert (claimed.status_code, claimed.json()["code"]) == (403, "wrong-role")
    assert mill.write(where, {"to": "nobody-here"}).status_code == 404
    refused = mill.finish(mill.write(where, body))
    assert (refused["state"], refused["error"]["code"]) == ("failed", "out-of-order")
    done = manager.finish(manager.write(where, {**body, "consent": True}))
    assert (done["state"], done["result"]["licensee"]) == ("done", "south-mill"), done
    licence = f"/v1/licences/{held['licence']}"
    found = rival.get(licence).json()
    assert (found["licensee"], found["earlier"]) == ("south-mill", ["north-mill"])
    assert mill.get(licence).status_code == 404
    # Who handed it on still sees what became of that.
    assert (mill.get(f"/v1/operations/{done['id']}").status_code) == 200
    asked = {"asset": held["asset"], "party": "south-mill", "use": use}
    assert rival.write("/v1/decisions", asked).json()["outcome"] == "permit"
