"""The tiles that may be drawn over, over HTTP: the house's own, a licensee's by its licences."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from service_client import BRIEF, TERMS

NAME = "Curlew Library"
OPEN = {**TERMS, "name": "Open for drawing over", "derivatives": "included"}


@pytest.fixture(scope="module")
def tiles(manager: Any) -> list[str]:
    """Two registered tiles that give derivatives."""
    brief = {**BRIEF, "name": NAME, "count": 2, "seed": 911}
    found: list[str] = manager.tiles(manager.publish({"brief": brief, "terms": OPEN}))
    return found


def listed(client: Any, **query: Any) -> list[dict[str, Any]]:
    found = client.get("/v1/bases", params={"words": "curlew", **query})
    assert found.status_code == 200, found.text
    items: list[dict[str, Any]] = found.json()["items"]
    return items


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_the_house_and_a_licensee_see_what_they_may_draw_over(
    manager: Any, auditor: Any, mill: Any, tiles: list[str], pay: Callable[[str], Any]
) -> None:
    own = listed(manager)
    assert [(each["asset"], each["may"], each["why"]) for each in own] == [
        (tile, True, "own, under the terms Open for drawing over") for tile in tiles
    ]
    assert listed(auditor) == own
    assert listed(mill) == []
    told = listed(mill, refused=True)
    assert [(each["asset"], each["may"]) for each in told] == [(tile, False) for tile in tiles]
    assert "take the offer" in told[0]["why"]
    use = {"action": "derive", "territory": "GB", "on": "2026-06-01"}
    asked = {"asset": tiles[0], "party": "north-mill", "use": use}
    offer = mill.write("/v1/decisions", asked).json()["offer"]
    licence = mill.buy(f"/v1/offers/{offer['id']}/acceptance", pay)
    (theirs,) = listed(mill)
    assert (theirs["asset"], theirs["licence"]) == (tiles[0], licence)
    for client in (manager, auditor):
        assert listed(client, party="north-mill", territory="gb") == [theirs]
    sheet = mill.get("/v1/bases/sheet", params={"words": "curlew"})
    assert (sheet.status_code, sheet.headers["content-type"]) == (200, "image/png")
    both = manager.get("/v1/bases/sheet", params={"words": "curlew"})
    widths = [Image.open(io.BytesIO(each.content)).width for each in (sheet, both)]
    assert widths[0] < widths[1]


def test_they_come_in_pages(manager: Any, tiles: list[str]) -> None:
    first = manager.get("/v1/bases", params={"words": "curlew", "limit": 1}).json()
    assert ([each["asset"] for each in first["items"]], first["next"]) == (tiles[:1], 1)
    rest = manager.get("/v1/bases", params={"words": "curlew", "limit": 1, "offset": 1}).json()
    assert ([each["asset"] for each in rest["items"]], rest["next"]) == (tiles[1:], None)


def test_what_cannot_be_is_refused(manager: Any, mill: Any, rival: Any, tiles: list[str]) -> None:
    assert code(rival.get("/v1/bases", params={"party": "north-mill"})) == (403, "wrong-role")
    assert code(manager.get("/v1/bases", params={"party": "nobody"})) == (404, "unknown-party")
    assert code(manager.get("/v1/bases", params={"party": "north-mill", "territory": "ZZ"})) == (
        422,
        "bad-use",
    )
    assert code(rival.get("/v1/bases/sheet", params={"words": "curlew"})) == (404, "unknown-base")
    assert manager.get("/v1/bases/sheet", params={"limit": 1000}).status_code == 422
