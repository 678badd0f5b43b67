"""Judging, deciding and retouching over HTTP."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from PIL import Image
from service_client import BRIEF, TERMS

from ledger.store import entries

DRAWN = {**BRIEF, "name": "Studio of the tests", "count": 2, "size": 256, "generator": "archive"}


@pytest.fixture(scope="module")
def made(manager: Any) -> dict[str, Any]:
    asked = manager.write("/v1/collections", {"brief": DRAWN, "terms": TERMS})
    collection = manager.done(asked)["collection"]
    return {"at": f"/v1/collections/{collection}", "tiles": manager.tiles(collection)}


def test_a_collection_is_judged(manager: Any, made: dict[str, Any]) -> None:
    manager.done(manager.write(f"{made['at']}/curation", {"dpi": "75"}))
    told = manager.get(f"{made['at']}/curation", params={"keep_top": "1", "divergence": 1}).json()
    assert [each["asset"] for each in told["tiles"]] == made["tiles"]
    states = {point["state"] for each in told["tiles"] for point in each["points"]}
    assert states <= {"pass", "warn", "fail"}
    assert manager.write(f"{made['at']}/curation", {"dpi": "1"}).status_code == 422
    assert manager.get(f"{made['at']}/curation", params={"keep_top": "all"}).status_code in (400, 422)


def test_people_decide(manager: Any, made: dict[str, Any]) -> None:
    one, two = made["tiles"]
    body = {"tiles": [one], "choice": "selected", "by": "Ann", "why": "bold"}
    answer = manager.write(f"{made['at']}/choices", body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["decisions"][0]["by"] == "Ann"
    manager.write(f"{made['at']}/choices", {"tiles": [two, one], "choice": "arranged"})
    assert [manager.get(f"/v1/assets/{each}").json()["place"] for each in (one, two)] == [2, 1]
    written = manager.get(f"/v1/assets/{one}/dossier")
    assert (written.headers["content-type"], written.content[:2]) == ("application/zip", b"PK")
    told = manager.get(f"{made['at']}/contribution").json()
    assert (told["touched"], told["counts"]) == (2, {"arranged": 2, "selected": 1})
    unknown = manager.write(f"{made['at']}/choices", {**body, "tiles": ["0" * 32]})
    assert unknown.status_code == 404


def test_an_imitation_is_not_registered_until_a_person_says_why(house: Any, manager: Any) -> None:
    brief = {**DRAWN, "name": "Like theirs", "count": 1, "seed": 4711}
    asked = manager.write("/v1/collections", {"brief": brief, "terms": TERMS})
    collection = manager.done(asked)["collection"]
    at, (tile,) = f"/v1/collections/{collection}", manager.tiles(collection)
    picture = house.ledger.guardrails / "protected" / "theirs.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(manager.get(f"/v1/assets/{tile}/file").content)
    try:
        refused = manager.write(f"{at}/registration", None)
        assert (refused.status_code, refused.json()["code"]) == (409, "out-of-order")
        assert all(word in refused.json()["detail"] for word in (tile, "theirs.png", "--why"))
        body = {"tiles": [tile], "choice": "selected", "by": "Ann", "why": "ours, drawn before theirs"}
        manager.write(f"{at}/choices", body)
        assert "root" in manager.done(manager.write(f"{at}/registration", None))
    finally:
        picture.unlink()


def test_an_edited_tile_is_checked(manager: Any, made: dict[str, Any]) -> None:
    file = io.BytesIO()
    Image.new("RGB", (300, 200)).save(file, "PNG")
    refused = manager.post(
        f"/v1/assets/{made['tiles'][0]}/retouch",
        files={"file": file.getvalue()},
        data={"why": "x"},
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    assert refused.status_code == 422
    assert "a tile is square" in refused.json()["detail"]


@pytest.mark.usefixtures("fewer")
def test_the_studios_taste_is_learnt_of_what_it_decided(
    house: Any, manager: Any, auditor: Any, mill: Any
) -> None:
    brief = {**DRAWN, "name": "Decided about", "count": 10, "prompts": ["large daisy", "gingham"]}
    collection = manager.done(manager.write("/v1/collections", {"brief": brief, "terms": TERMS}))[
        "collection"
    ]
    at, tiles = f"/v1/collections/{collection}", manager.tiles(collection)
    early = manager.write(f"{at}/curation", {"dpi": "75", "taste": True})
    assert (early.status_code, early.json()["code"]) == (422, "taste-unlearnt")
    assert "more" in early.json()["detail"]
    manager.done(manager.write(f"{at}/curation", {"dpi": "75"}))
    assert auditor.get(f"{at}/curation", params={"taste": True}).status_code == 404
    for choice, some in (("rejected", tiles[0::2]), ("selected", tiles[1::2])):
        decided = manager.write(f"{at}/choices", {"tiles": some, "choice": choice, "by": "Mara Okafor"})
        assert decided.status_code == 201
    asked = manager.write(f"{at}/curation", {"dpi": "75", "taste": True})
    learnt = manager.done(asked)["taste"]
    again = manager.write(f"{at}/curation", {"dpi": "75", "taste": True})
    assert again.headers["Location"] == asked.headers["Location"]
    told = auditor.get(f"{at}/curation", params={"keep_top": "5", "divergence": 0, "taste": True}).json()
    (point,) = (each for each in told["points"] if each["name"] == "taste")
    assert point["limit"] == f"learnt as {learnt[:12]}"
    assert "decisions that it had not seen" in point["measure"]
    assert all(each["points"][-1]["name"] == "taste" for each in told["tiles"])
    assert set(told["picked"]) <= set(tiles[1::2])
    plain = auditor.get(f"{at}/curation").json()
    assert "taste" not in {each["name"] for each in (*plain["points"], *plain["tiles"][0]["points"])}
    with house.ledger.store.reading() as tx:
        (entry,) = (each for each in entries.of_kind(tx, "taste-learnt") if each.subject == learnt)
    assert b"Mara" not in house.ledger.blobs.get(learnt) + str(entry.body).encode()
    assert mill.get(f"{at}/curation", params={"taste": True}).status_code == 403
