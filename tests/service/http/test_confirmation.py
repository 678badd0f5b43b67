"""The confirmed file of a tile, and asking for it, over HTTP."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import Any

import httpx
import pytest
from service_client import BRIEF, TERMS

from ledger import confirming
from ledger.domain.ids import AssetId
from provenance import verify


@pytest.fixture(scope="module")
def told(manager: Any) -> tuple[str, dict[str, Any]]:
    """(tile, what the operation gave) of a collection that was registered and confirmed."""
    collection = manager.publish({"brief": {**BRIEF, "name": "Told Tide", "seed": 71}, "terms": TERMS})
    (tile,) = manager.tiles(collection)
    assert manager.get(f"/v1/assets/{tile}/file", params={"confirmed": True}).status_code == 409
    return tile, manager.done(manager.write(f"/v1/collections/{collection}/confirmation"))


def digest_of(answer: httpx.Response) -> str:
    """The SHA-256 that both headers give."""
    field = answer.headers["Repr-Digest"].removeprefix("sha-256=:").removesuffix(":")
    found = base64.b64decode(field, validate=True).hex()
    assert answer.headers["ETag"] == f'"{found}"'
    return found


def test_each_of_the_two_files_says_which_it_is(manager: Any, house: Any, told: Any) -> None:
    tile, given = told
    path = f"/v1/assets/{tile}/file"
    plain, more = manager.get(path), manager.get(path, params={"confirmed": True})
    assert digest_of(plain) == hashlib.sha256(plain.content).hexdigest()
    assert digest_of(plain) == manager.get(f"/v1/assets/{tile}").json()["sha256"]
    assert digest_of(more) == hashlib.sha256(more.content).hexdigest() != digest_of(plain)
    assert more.content == confirming.file(house.ledger, AssetId(tile))
    assert [
        f"{tile}{end}.png" in each.headers["Content-Disposition"]
        for each, end in ((plain, ""), (more, "-confirmed"))
    ] == [True, True]
    trust = house.ledger.engines.trust
    assert verify(plain.content, "image/png", trust).confirmation is None
    said = verify(more.content, "image/png", trust).confirmation
    assert said is not None
    assert (said.transaction, given["tiles"]) == (given["confirmation"]["transaction"], 1)
    for confirmed, answer in ((False, plain), (True, more)):
        tag = answer.headers["ETag"]
        for named, status in ((tag, 304), (f'"x", W/{tag}', 304), ("*", 304), ('"x"', 200)):
            again = manager.get(path, params={"confirmed": confirmed}, headers={"If-None-Match": named})
            assert (again.status_code, again.content) == (status, answer.content * (status == 200)), named


def test_who_may_have_the_one_may_have_the_other(mill: Any, manager: Any, told: Any) -> None:
    tile, _ = told
    for confirmed in (False, True):
        refused = mill.get(f"/v1/assets/{tile}/file", params={"confirmed": confirmed})
        assert (refused.status_code, refused.json()["code"]) == (403, "wrong-role")
    use = {"confirmed": True, "action": "reproduce"}
    assert manager.get(f"/v1/assets/{tile}/file", params=use).status_code == 422


def test_who_may_ask_and_for_what(mill: Any, manager: Any, collection: str) -> None:
    assert mill.write(f"/v1/collections/{collection}/confirmation").status_code == 403
    assert manager.write(f"/v1/collections/{uuid.uuid4()}/confirmation").status_code in (404, 422)
    made = manager.done(manager.write("/v1/collections", {"brief": {**BRIEF, "seed": 72}, "terms": TERMS}))
    name = made["collection"]
    assert manager.write(f"/v1/collections/{name}/confirmation").status_code == 409
    key = uuid.uuid4().hex
    first, second = (manager.write(f"/v1/collections/{collection}/confirmation", key=key) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    manager.done(first)
