"""House styles over HTTP: trained by right, offered, drawn with by licence, shown to whom they concern."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import own_pictures
import pytest
from PIL import Image
from service_client import BRIEF, TERMS

ADAPTER = {"fee": "600.00 TUSD", "per_generation": "0.05 TUSD", "generations": 20}
OPEN = {**TERMS, "name": "Open hand", "adapter": ADAPTER, "derivatives": "included", "reporting": "quarter"}
INKS = list(own_pictures.INKS)
DRAWING = {
    "name": "In the hand",
    "prompts": ["large dots"],
    "palettes": [INKS],
    "count": 1,
    "size": 256,
    "seed": 3,
}


@dataclass(frozen=True)
class Hand:
    """A style of the house, the tiles that it was made of, and the body that it was trained by."""

    collection: str
    tiles: list[str]
    body: dict[str, Any]
    trained: Any


pytestmark = pytest.mark.usefixtures("fewer")


@pytest.fixture(scope="module")
def hand(manager: Any, fewer: None) -> Hand:
    brief = {**BRIEF, "name": "Four by one hand", "count": 4, "seed": 77}
    collection = manager.publish({"brief": brief, "terms": OPEN})
    body = {"name": "http-hand", "tiles": manager.tiles(collection), "steps": 1}
    trained = manager.write("/v1/styles", body)
    manager.done(trained)
    return Hand(collection, body["tiles"], body, trained)


@pytest.fixture(scope="module")
def offered(manager: Any, hand: Hand) -> str:
    """The specimen of the style, registered."""
    asked = manager.write("/v1/styles/http-hand/offer", {"terms": {**OPEN, "name": "The hand"}})
    found: dict[str, str] = manager.done(asked)
    manager.done(manager.write(f"/v1/collections/{found['collection']}/registration"))
    return found["specimen"]


@pytest.fixture(scope="module")
def theirs(house: Any, hand: Hand) -> str:
    """A style of south-mill, made of pictures of its own."""
    from ledger import styling
    from ledger.domain.ids import PartyId
    from ledger.domain.styles import MadeFor
    from ledger.store import styles

    with house.ledger.store.reading() as tx:
        made = styles.get(tx, "http-hand")
    own = [replace(each, asset=None, licence=None, right="ours", owner="south-mill") for each in made.sources]
    for_them = MadeFor(PartyId("south-mill"), "GB")
    arguments = styling.asked(house.ledger, "south-hand", own, 1, 0, for_them)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("generator.style.score.DRAWN", 1)
        return styling.finish(house.ledger, arguments, styling.advance(house.ledger, arguments, None, 1)).name


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def named(client: Any) -> set[str]:
    return {each["name"] for each in client.get("/v1/styles").json()["items"]}


def test_it_is_trained_once_and_shown_with_its_rights(manager: Any, auditor: Any, hand: Hand) -> None:
    again = manager.write("/v1/styles", hand.body)
    assert again.headers["Location"] == hand.trained.headers["Location"]
    told = auditor.get("/v1/styles/http-hand").json()
    assert [each["asset"] for each in told["sources"]] == hand.tiles
    assert {each["right"] for each in told["sources"]} == {"own, under the terms Open hand"}
    assert (told["made_for"], told["steps"]) == (None, 1)
    assert all(0 < float(told[name]) <= 1 for name in ("own", "before", "after"))
    sheet = auditor.get("/v1/styles/http-hand/sheet")
    assert sheet.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(sheet.content)).width > 8 * 192
    adapter = auditor.get("/v1/styles/http-hand/adapter").content
    from generator.style import read_adapter

    assert read_adapter(adapter).sha256 == told["adapter"]


def test_training_asks_for_the_right_to_every_tile(manager: Any, mill: Any, hand: Hand, asset: str) -> None:
    closed = manager.write("/v1/styles", {**hand.body, "name": "closed-hand", "tiles": [*hand.tiles, asset]})
    assert code(closed) == (409, "not-permitted")
    assert "these terms do not give adapter" in closed.json()["detail"]
    unlicensed = {**hand.body, "name": "mill-hand", "party": "north-mill"}
    assert code(manager.write("/v1/styles", unlicensed)) == (409, "not-permitted")
    assert code(manager.write("/v1/styles", {**hand.body, "steps": 2})) == (409, "conflict")
    few = {**hand.body, "name": "few", "tiles": hand.tiles[:3]}
    assert code(manager.write("/v1/styles", few)) == (422, "style-tiles")
    assert code(manager.write("/v1/styles", {**hand.body, "tiles": ["0" * 32] * 10})) == (
        404,
        "unknown-asset",
    )
    assert code(mill.write("/v1/styles", hand.body)) == (403, "wrong-role")
    assert code(manager.post("/v1/styles", json=hand.body)) == (400, "idempotency-key-missing")


def test_another_partys_style_is_not_there(
    manager: Any, mill: Any, rival: Any, hand: Hand, offered: str, theirs: str
) -> None:
    assert {"http-hand", theirs} <= named(manager)
    assert {"http-hand", theirs} <= named(rival)
    assert theirs not in named(mill)
    for answer in (
        mill.get(f"/v1/styles/{theirs}"),
        mill.get(f"/v1/styles/{theirs}/sheet"),
        mill.write(f"/v1/styles/{theirs}/drawings", DRAWING),
        mill.write(f"/v1/assets/{hand.tiles[0]}/restyling", {"style": theirs}),
    ):
        assert code(answer) == (404, "unknown-style")
        assert theirs not in answer.json()["detail"].replace(f"'{theirs}'", "")
    assert code(rival.get(f"/v1/styles/{theirs}/adapter")) == (403, "wrong-role")
    assert code(rival.write(f"/v1/styles/{theirs}/drawings", DRAWING)) == (409, "conflict")
    wrong = {"terms": {**OPEN, "name": "Theirs"}}
    assert code(manager.write(f"/v1/styles/{theirs}/offer", wrong)) == (409, "conflict")


def test_a_licensee_draws_by_its_licence_and_each_tile_is_counted(
    manager: Any, mill: Any, rival: Any, hand: Hand, offered: str, pay: Callable[[str], Any]
) -> None:
    at = "/v1/styles/http-hand/drawings"
    assert mill.get("/v1/styles/http-hand").json()["specimen"] == offered
    assert code(mill.write(at, DRAWING)) == (409, "not-permitted")
    use = {"action": "adapt", "territory": "GB", "generations": 5, "on": "2026-06-01"}
    offer = mill.write("/v1/decisions", {"asset": offered, "party": "north-mill", "use": use}).json()["offer"]
    licence = mill.buy(f"/v1/offers/{offer['id']}/acceptance", pay)
    accepted = mill.write(at, {**DRAWING, "weight": "0.8"})
    collection = mill.done(accepted)["collection"]
    assert rival.get(accepted.headers["Location"]).status_code == 404
    (tile,) = mill.tiles(collection)
    (counted,) = mill.get(f"/v1/licences/{licence}/usage").json()
    assert counted["use"]["generations"] == 1
    assert mill.get(f"/v1/assets/{tile}/file").content.startswith(b"\x89PNG")
    assert rival.get(f"/v1/assets/{tile}/file").status_code == 403
    own, others = (client.get(f"/v1/collections/{collection}").json() for client in (mill, rival))
    assert (own["terms"]["name"], own["brief"]["style"]) == ("The hand", "http-hand:0.8")
    assert not {"style", "made_for"} & set(others["brief"])
    listed = {
        each["id"]: each for each in rival.get("/v1/collections", params={"limit": 1000}).json()["items"]
    }
    assert listed[collection] == others
    assert "http-hand" in str(mill.get(f"/v1/assets/{tile}").json()["recipe"]["influences"])
    (shown,) = rival.get(f"/v1/collections/{collection}/assets").json()["items"]
    for found in (shown, rival.get(f"/v1/assets/{tile}").json()):
        assert (found["id"], found["recipe"].get("influences")) == (tile, None)
    assert code(mill.write(at, {**DRAWING, "terms": OPEN})) == (403, "wrong-role")
    assert code(mill.write(at, {**DRAWING, "party": "south-mill"})) == (403, "wrong-role")
    assert code(mill.write(at, {**DRAWING, "count": 30})) == (409, "not-permitted")
    assert code(manager.write(at, {**DRAWING, "weight": "2"})) == (422, "bad-brief")
    assert code(manager.write(at, {**DRAWING, "prompts": ["qwxz"]})) == (422, "motif-unknown")


def test_a_tile_is_drawn_over_and_measured(manager: Any, mill: Any, hand: Hand, asset: str) -> None:
    at = f"/v1/assets/{hand.tiles[0]}/restyling"
    accepted = manager.write(at, {"style": "http-hand:0.8", "strength": "0.15"})
    collection = manager.done(accepted)["collection"]
    again = manager.write(at, {"style": "http-hand:0.8", "strength": "0.15"})
    assert again.headers["Location"] == accepted.headers["Location"]
    told = manager.get(f"/v1/collections/{collection}/restyling").json()
    assert (told["base"], [told["asset"]]) == (hand.tiles[0], manager.tiles(collection))
    assert told["layout"] > 0.5
    assert all(each["closed"] for each in told["seams"])
    assert code(mill.get(f"/v1/collections/{collection}/restyling")) == (404, "unknown-collection")
    assert code(manager.get(f"/v1/collections/{hand.collection}/restyling")) == (409, "conflict")
    assert code(manager.write(f"/v1/assets/{asset}/restyling", {})) == (409, "not-permitted")
    assert code(mill.write(at, {})) == (409, "not-permitted")
    assert code(manager.write(at, {"strength": "0"})) == (422, "bad-field")


def test_one_part_of_a_tile_is_kept_and_the_other_drawn_anew(manager: Any, hand: Hand) -> None:
    at = f"/v1/assets/{hand.tiles[0]}/restyling"
    layouts = []
    for part in ("ground", "motif"):
        collection = manager.done(manager.write(at, {"strength": "0.9", "keep": part}))["collection"]
        told = manager.get(f"/v1/collections/{collection}/restyling").json()
        layouts.append(told["layout"])
        assert manager.get(f"/v1/collections/{collection}").json()["brief"]["base"]["keep"] == part
        assert manager.get(f"/v1/assets/{told['asset']}").json()["recipe"]["base"]["keep"] == part
    assert layouts[0] == 1.0 > layouts[1]
    assert manager.write(at, {"keep": "both"}).status_code == 422


def test_what_a_party_draws_over_in_its_style_does_not_name_it_to_others(
    mill: Any, rival: Any, hand: Hand, theirs: str, pay: Callable[[str], Any]
) -> None:
    use = {"action": "derive", "territory": "GB", "on": "2026-06-01"}
    base = hand.tiles[1]
    decided = rival.write("/v1/decisions", {"asset": base, "party": "south-mill", "use": use}).json()
    if decided["offer"]:
        rival.buy(f"/v1/offers/{decided['offer']['id']}/acceptance", pay)
    done = rival.done(rival.write(f"/v1/assets/{base}/restyling", {"style": theirs, "strength": "0.15"}))
    collection = done["collection"]
    (tile,) = rival.tiles(collection)
    own = rival.get(f"/v1/collections/{collection}").json()
    assert (own["brief"]["style"], own["brief"]["base"]["asset"]) == (theirs, base)
    listed = mill.get("/v1/collections", params={"limit": 1000})
    assert collection in listed.text
    for answer in (
        listed,
        mill.get("/v1/styles"),
        mill.get(f"/v1/collections/{collection}"),
        mill.get(f"/v1/collections/{collection}/assets"),
        mill.get(f"/v1/assets/{tile}"),
        mill.get(f"/v1/assets/{tile}/terms"),
    ):
        assert answer.status_code == 200
        assert theirs not in answer.text
    shown = mill.get(f"/v1/collections/{collection}").json()
    assert "base" not in shown["brief"]
    assert "base" not in mill.get(f"/v1/assets/{tile}").json()["recipe"]


def test_the_next_brief_is_suggested_with_its_reasons(manager: Any, mill: Any, hand: Hand) -> None:
    asked = {"name": "Next", "count": 3, "generator": "archive", "size": 256}
    told = manager.get("/v1/briefs/suggestion", params=asked).json()
    assert (told["brief"]["name"], told["brief"]["count"]) == ("Next", 3)
    assert told["weights"]["style"][0]["why"].split()[1] in ("tile:", "tiles:", "tile,", "tiles,")
    plan = {"brief": told["brief"], "terms": TERMS}
    assert manager.write("/v1/collections", plan).status_code == 202
    assert code(manager.get("/v1/briefs/suggestion", params={**asked, "generator": "other"}))[0] == 422
    feed = "kind,word,points,source\nfamily,terrazzo,50,fair\nstyle,terrazzo chipped,50,fair\n"
    heard = manager.post("/v1/briefs/suggestion", data=asked, files={"market": ("fair.csv", feed)}).json()
    assert heard["weights"]["family"][0]["word"] == "terrazzo"
    assert "market +50" in heard["weights"]["style"][0]["why"]
    assert "chipped terrazzo" in heard["brief"]["prompts"]
    wrong = manager.post(
        "/v1/briefs/suggestion", data=asked, files={"market": ("fair.csv", feed.replace("50", "many", 1))}
    )
    assert (code(wrong), wrong.json()["field"]) == ((422, "bad-field"), "market.points")
    assert "line 2" in wrong.json()["detail"]
    assert code(mill.get("/v1/briefs/suggestion", params=asked)) == (403, "wrong-role")


def test_a_style_is_trained_on_pictures_that_are_sent(
    manager: Any, mill: Any, auditor: Any, hand: Hand, asset: str
) -> None:
    sent = [(f"own-{n}.png", own_pictures.png(own_pictures.drawn(n))) for n in (0, 3)]
    ours = ("ours.png", manager.get(f"/v1/assets/{hand.tiles[0]}/file").content)
    rights = json.dumps({"own-3.png": {"right": "commissioned from Jo", "by": "Jon"}})
    form = {"name": "sent-hand", "right": "drawn by us", "by": "Mara", "rights": rights, "steps": "1"}
    one = {"tiles": hand.tiles[1:2]}  # beside pictures, each of which is examined for seconds

    def ask(client: Any, files: list[tuple[str, bytes]], **changes: Any) -> Any:
        parts = [("pictures", each) for each in files]
        key = {"Idempotency-Key": uuid.uuid4().hex}
        body = {**form, **one, **changes}
        return client.post("/v1/styles/pictures", data=body, files=parts, headers=key)

    asked = ask(manager, [*sent, ours])
    assert manager.done(asked)["style"] == "sent-hand"
    assert ask(manager, [*sent, ours]).headers["Location"] == asked.headers["Location"]
    told = {each["title"]: each for each in auditor.get("/v1/styles/sent-hand").json()["sources"]}
    assert told["own-0.png"]["right"] == "drawn by us, stated by Mara"
    assert told["own-3.png"]["right"] == "commissioned from Jo, stated by Jon"
    assert (told["ours.png"]["asset"], told["ours.png"]["right"]) == (
        hand.tiles[0],
        "own, under the terms Open hand",
    )
    closed = ("closed.png", manager.get(f"/v1/assets/{asset}/file").content)
    refused = manager.finish(ask(manager, [closed, *sent], name="closed-sent-hand"))["error"]
    assert refused["code"] == "not-permitted"
    assert "closed.png, which shows" in refused["message"]
    torn = manager.finish(ask(manager, [("torn.png", b"no picture"), *sent], name="torn"))["error"]
    assert (torn["code"], "torn.png" in torn["message"]) == ("style-tiles", True)
    assert code(ask(manager, sent)) == (422, "style-tiles")
    assert code(ask(manager, [*sent, sent[0]]))[0] == 422
    nobody = ask(manager, [*sent, ours], by="")
    assert (code(nobody)[0], nobody.json()["field"]) == (422, "rights.own-0.png.by")
    stray = ask(manager, [*sent, ours], rights='{"other.png": {"right": "x", "by": "y"}}')
    assert (code(stray)[0], stray.json()["field"]) == (422, "rights.other.png")
    assert code(ask(manager, sent, tiles=[asset])) == (409, "not-permitted")
    assert code(ask(mill, [*sent, ours])) == (403, "wrong-role")
