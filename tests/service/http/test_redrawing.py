"""Further tiles of a recipe over HTTP: by the house, and by a licensee with a key of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from service_client import BRIEF, TERMS

RECIPE = {"fee": "40.00 TUSD", "per_generation": "0.25 TUSD", "generations": 2}
GIVEN = {**TERMS, "name": "Open recipe", "recipe": RECIPE, "reporting": "quarter"}


@pytest.fixture(scope="module")
def source(manager: Any) -> str:
    """A registered tile whose terms give its recipe."""
    collection = manager.publish({"brief": {**BRIEF, "name": "By heart", "seed": 78}, "terms": GIVEN})
    return str(manager.tiles(collection)[0])


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_licensee_draws_from_a_recipe_by_its_licence(
    manager: Any, mill: Any, rival: Any, source: str, pay: Callable[[str], Any]
) -> None:
    at = f"/v1/assets/{source}/redrawing"
    refused = mill.write(at, {})
    assert code(refused) == (409, "not-permitted")
    assert "take the offer" in refused.json()["detail"]
    use = {"action": "redraw", "territory": "GB", "generations": 1, "on": "2026-06-01"}
    offer = mill.write("/v1/decisions", {"asset": source, "party": "north-mill", "use": use}).json()["offer"]
    licence = mill.buy(f"/v1/offers/{offer['id']}/acceptance", pay)
    assert code(mill.write(at, {"count": 3})) == (409, "not-permitted")
    assert code(mill.write(at, {"party": "south-mill"})) == (403, "wrong-role")
    assert code(mill.write(at, {"terms": GIVEN})) == (403, "wrong-role")
    assert code(rival.write(at, {})) == (409, "not-permitted")
    accepted = mill.write(at, {"count": 2})
    collection = mill.done(accepted)["collection"]
    assert mill.write(at, {"count": 2}).headers["Location"] == accepted.headers["Location"]
    assert rival.get(accepted.headers["Location"]).status_code == 404
    counted = mill.get(f"/v1/licences/{licence}/usage").json()
    assert [(each["use"]["action"], each["use"]["generations"]) for each in counted] == [("redraw", 1)] * 2
    assert code(mill.write(at, {"seed": 1})) == (409, "not-permitted")
    own, others = (client.get(f"/v1/collections/{collection}").json() for client in (mill, rival))
    assert (own["brief"]["recipe"], own["terms"]["name"]) == (source, "Open recipe")
    assert not {"recipe", "made_for"} & set(others["brief"])
    tile = mill.tiles(collection)[0]
    first, drawn = (mill.get(f"/v1/assets/{each}").json()["recipe"] for each in (source, tile))
    (named,) = drawn.pop("influences")
    assert (named["kind"], named["asset_id"]) == ("recipe-source", source)
    assert first.pop("seed") != drawn.pop("seed")
    assert first == drawn


def test_the_house_draws_from_its_recipe_where_the_terms_give_it(
    manager: Any, auditor: Any, source: str, asset: str
) -> None:
    collection = manager.done(manager.write(f"/v1/assets/{source}/redrawing", {"count": 1}))["collection"]
    assert len(manager.tiles(collection)) == 1
    assert manager.get(f"/v1/collections/{collection}").json()["brief"]["recipe"] == source
    withheld = manager.write(f"/v1/assets/{asset}/redrawing", {})
    assert code(withheld) == (409, "not-permitted")
    assert "these terms do not give recipe" in withheld.json()["detail"]
    assert code(auditor.write(f"/v1/assets/{source}/redrawing", {})) == (403, "wrong-role")
    assert code(manager.write(f"/v1/assets/{'0' * 32}/redrawing", {})) == (404, "unknown-asset")
    assert manager.write(f"/v1/assets/{source}/redrawing", {"count": 0}).status_code == 422
