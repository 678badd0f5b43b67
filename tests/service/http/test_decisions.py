"""Several uses at once, and the same use through every door."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest


def _statement(jws: str) -> dict[str, Any]:
    """What a signed decision says, but for when it was made."""
    payload = jws.split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return {name: said[name] for name in said.keys() - {"decided_at", "valid_until", "entry"}}


def _body(asset: str, *uses: dict[str, Any]) -> dict[str, Any]:
    return {"asset": asset, "party": "south-mill", "uses": list(uses)}


def test_each_use_is_answered_as_if_it_were_asked_alone(rival: Any, asset: str, use: dict[str, Any]) -> None:
    uses = [use, {**use, "territory": "US"}, {**use, "units": 499}]
    answer = rival.post("/v1/decisions", json=_body(asset, *uses))
    assert answer.status_code == 200, answer.text
    several = answer.json()["decisions"]
    alone = [
        rival.post("/v1/decisions", json={"asset": asset, "party": "south-mill", "use": each}).json()
        for each in uses
    ]
    for one, other in zip(several, alone, strict=True):
        assert one.pop("signed").count(".") == other.pop("signed").count(".") == 2
        assert one == other
    assert [each["outcome"] for each in several] == ["pay", "deny", "pay"]
    assert len({each["offer"]["id"] for each in several if each["offer"]}) == 2


def test_with_a_key_the_first_answer_is_given_again_and_without_it_is_decided_anew(
    rival: Any, asset: str, use: dict[str, Any]
) -> None:
    body = _body(asset, use)
    first, again = (rival.write("/v1/decisions", body, key="several-uses") for _ in range(2))
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    anew = rival.post("/v1/decisions", json=body)
    assert "Idempotent-Replayed" not in anew.headers
    assert anew.json()["decisions"][0]["offer"] == first.json()["decisions"][0]["offer"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"uses": []}, "uses"),
        ({"uses": None}, "use"),
        ({"uses": [{"action": "reproduce", "territory": "GB", "on": "2026-06-01"}]}, "uses[0].units"),
        ({"uses": "all"}, "uses"),
    ],
)
def test_uses_that_cannot_be_read(
    rival: Any, asset: str, use: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    before = rival.get("/v1/offers").json()
    answer = rival.post("/v1/decisions", json={**_body(asset, use), **change})
    assert answer.status_code == 422, answer.text
    assert field in str(answer.json())
    many = rival.post("/v1/decisions", json=_body(asset, *([use] * 201)))
    assert many.status_code == 422
    assert rival.get("/v1/offers").json() == before


def test_one_bad_use_among_good_ones_leaves_no_offer(rival: Any, asset: str, use: dict[str, Any]) -> None:
    before = rival.get("/v1/offers").json()
    good, bad = {**use, "units": 321}, {**use, "territory": "XX"}
    answer = rival.post("/v1/decisions", json=_body(asset, good, bad))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-use"), answer.text
    assert answer.json()["field"] == "uses[1].territory"
    assert rival.get("/v1/offers").json() == before


@pytest.mark.parametrize(
    "change",
    [
        {"territory": "XX"},
        {"units": -1},
        {"units": 10**13},
        {"units": "5 metres"},
        {"revenue": "-5.00 TUSD"},
        {"revenue": "5.00 metres"},
        {"revenue": "1e400 TUSD"},
        {"on": "2026-02-30"},
        {"on": {"from": "2026-02-01"}},
        {"on": {"from": "2026-02-02", "to": "2026-02-01"}},
        {"modifications": ["explode"]},
        {"attribution": "x" * 501},
        {"until": "2026-07-01"},
    ],
    ids=str,
)
def test_a_bad_use_is_named_and_leaves_no_offer(
    rival: Any, asset: str, use: dict[str, Any], change: dict[str, Any]
) -> None:
    before = rival.get("/v1/offers").json()
    for body in (
        _body(asset, {**use, **change}),
        {"asset": asset, "party": "south-mill", "use": {**use, **change}},
    ):
        answer = rival.post("/v1/decisions", json=body)
        assert answer.status_code == 422, answer.text
        assert next(iter(change)) in answer.json()["detail"] or next(iter(change)) in str(
            answer.json()["errors"]
        )
    assert rival.get("/v1/offers").json() == before


def test_a_file_is_asked_for_by_every_field_of_a_use(rival: Any, asset: str, use: dict[str, Any]) -> None:
    more = {
        "industry": "hospitality",
        "colourway": "original",
        "channel": "online",
        "revenue": "10.00 TUSD",
        "attribution": "by Mara",
    }
    asked = rival.post("/v1/decisions", json={"asset": asset, "party": "south-mill", "use": {**use, **more}})
    file = rival.get(f"/v1/assets/{asset}/file", params={**use, **more})
    assert file.status_code == 402, file.text
    told, decision = asked.json(), file.json()["decision"]
    assert _statement(told["signed"]) == _statement(decision["signed"])
    assert {**told, "signed": None} == {**decision, "signed": None}
    days = {"from": "2026-06-01", "to": "2026-08-31"}
    body = {"asset": asset, "party": "south-mill", "use": {**use, "on": days}}
    lasting = rival.post("/v1/decisions", json=body).json()
    apart = {name: value for name, value in use.items() if name != "on"}
    of_file = rival.get(f"/v1/assets/{asset}/file", params={**apart, **days}).json()["decision"]
    assert lasting["use"]["on"] == of_file["use"]["on"] == days
    assert (lasting["outcome"], lasting["offer"]["id"]) == ("pay", of_file["offer"]["id"])
    both = rival.get(f"/v1/assets/{asset}/file", params={**use, **days})
    assert (both.status_code, both.json()["code"]) == (422, "bad-use")
    changed = rival.get(f"/v1/assets/{asset}/file", params={**use, "modifications": ["crop", "flip"]})
    assert changed.status_code == 403
    assert changed.json()["decision"]["use"]["modifications"] == ["crop", "flip"]
    unknown = rival.get(f"/v1/assets/{asset}/file", params={**use, "modifications": "explode"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "bad-use")
