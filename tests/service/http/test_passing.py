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
        "terms": {**plan["terms"], "sublicensing": {"depth": 1}},
    }
    made = manager.finish(manager.write("/v1/collections", plan))
    name = made["result"]["collection"]
    assert manager.finish(manager.write(f"/v1/collections/{name}/registration"))["state"] == "done"
    tile = manager.get(f"/v1/collections/{name}/assets").json()["items"][0]["id"]
    asked = mill.write("/v1/decisions", {"asset": tile, "party": "north-mill", "use": use}).json()
    accepted = mill.finish(mill.write(f"/v1/offers/{asked['offer']['id']}/acceptance"))
    invoice = accepted["result"]["invoice"]
    paid = mill.finish(mill.write(f"/v1/invoices/{invoice}/payments", {"authorization": pay(invoice)}))
    return {"asset": tile, "licence": paid["result"]["licences"][0]}


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
    for gives, code in (
        ({"run": 10**6}, "out-of-order"),
        ({"territory": "worldwide", "run": 1}, "bad-terms"),
    ):
        refused = mill.finish(mill.write(where, {**body, "gives": gives}))
        assert (refused["state"], refused["error"]["code"]) == ("failed", code), refused
