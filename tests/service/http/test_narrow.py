"""Decisions go a way of their own through the service. It answers as the ordinary way does, errors too."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from api.access import revoke
from api.http import deciding, narrow

NARROW, ORDINARY = "application/json", "application/json; charset=utf-8"
PARTY = "south-mill"
TOLD_ANEW = ("signed", "made_at")


@pytest.fixture
def went(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went the narrow way."""
    seen: list[str] = []
    original = deciding.answer_sent

    async def spied(services: Any, sent: Any) -> Any:
        seen.append(sent.body.party)
        return await original(services, sent)

    monkeypatch.setattr(deciding, "answer_sent", spied)
    return seen


@pytest.fixture
def both(house: Any, went: list[str]) -> Callable[..., tuple[Any, Any]]:
    """The answers to one request on both ways."""

    def send(body: Any, **headers: str) -> tuple[Any, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        with house.client(None) as client:
            narrowly, ordinarily = (
                client.post("/v1/decisions", content=data, headers={"Content-Type": form, **headers})
                for form in (NARROW, ORDINARY)
            )
        return narrowly, ordinarily

    return send


@pytest.fixture
def bearer(house: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {house.token('licensee', PARTY)}"}


def _said(answer: Any) -> tuple[int, Any, str]:
    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(each) for each in value]
        if isinstance(value, dict):
            return {name: plain(each) for name, each in value.items() if name not in TOLD_ANEW}
        return value

    return answer.status_code, plain(answer.json()), answer.headers["content-type"]


@pytest.mark.parametrize(
    ("change", "outcome"),
    [({}, "pay"), ({"territory": "US"}, "deny"), ({"units": 77, "revenue": "1.00 TUSD"}, "")],
)
def test_both_ways_say_the_same(
    both: Any, bearer: Any, asset: str, use: dict[str, Any], change: Any, outcome: str, went: list[str]
) -> None:
    one, other = both({"asset": asset, "party": PARTY, "use": {**use, **change}}, **bearer)
    assert _said(one) == _said(other)
    assert one.status_code == 200
    assert outcome in ("", one.json()["outcome"])
    assert went == [PARTY]
    several, others = both({"asset": asset, "party": PARTY, "uses": [use, {**use, **change}]}, **bearer)
    assert _said(several) == _said(others)
    assert len(went) == 2


def _bodies(asset: str, use: dict[str, Any]) -> dict[str, Any]:
    good = {"asset": asset, "party": PARTY, "use": use}
    return {
        "no JSON": b"{",
        "nested": b"[" * 5000,
        "no object": [],
        "nothing": b"",
        "not UTF-8": b'{"asset": "\xff"}',
        "unknown member": {**good, "more": 1},
        "no id": {**good, "asset": "x"},
        "another party": {**good, "party": "north-mill"},
        "unknown asset": {**good, "asset": "0" * 32},
        "both": {**good, "uses": [use]},
        "bad use": {**good, "use": {**use, "territory": "XX"}},
        "NUL": {**good, "use": {**use, "product": "a\0b"}},
        "units as text": {**good, "use": {**use, "units": "7"}},
        "units as fraction": {**good, "use": {**use, "units": 7.5}},
        "reading": {**good, "reading": "loose"},
    }


def test_what_is_wrong_is_said_as_ever(both: Any, bearer: Any, asset: str, use: dict[str, Any]) -> None:
    for name, body in _bodies(asset, use).items():
        one, other = both(body, **bearer)
        assert _said(one) == _said(other), name
        assert one.status_code >= 400 or name == "units as text", name


def test_who_may_not_ask_is_told_as_ever(
    both: Any, bearer: Any, house: Any, asset: str, use: dict[str, Any]
) -> None:
    body = {"asset": asset, "party": PARTY, "use": use}
    good = bearer["Authorization"]
    auditor = f"Bearer {house.token('auditor')}"
    for status, word in (
        (401, "Bearer slv_nobody"),
        (401, "Bearer"),
        (401, f"Basic {good[7:]}"),
        (401, f"{good} more"),
        (200, f"bearer {good[7:]}"),
        (200, good),
        (403, auditor),
    ):
        one, other = both(body, Authorization=word)
        assert (_said(one), one.status_code) == (_said(other), status), word
    one, other = both(body)
    assert (_said(one), one.status_code) == (_said(other), 401)
    assert one.headers["www-authenticate"] == "Bearer"
    assert both(_bodies(asset, use)["no id"])[0].status_code == 401


def test_a_key_that_is_revoked_opens_nothing_from_then_on(
    both: Any, bearer: Any, house: Any, asset: str, use: dict[str, Any]
) -> None:
    from api.access import digest

    body = {"asset": asset, "party": PARTY, "use": use}
    assert both(body, **bearer)[0].status_code == 200
    revoke(house.ledger, digest(bearer["Authorization"][7:]))
    one, other = both(body, **bearer)
    assert (one.status_code, one.json()["code"]) == (401, "key-revoked")
    assert _said(one) == _said(other)


def test_keys_are_read_on_both_ways_alike(both: Any, bearer: Any, asset: str, use: dict[str, Any]) -> None:
    body, key = {"asset": asset, "party": PARTY, "use": {**use, "units": 78}}, uuid.uuid4().hex
    one, other = both(body, **bearer, **{"Idempotency-Key": key})
    assert (one.json(), other.headers["Idempotent-Replayed"]) == (other.json(), "true")
    assert "Idempotent-Replayed" not in one.headers
    reused = both({**body, "use": use}, **bearer, **{"Idempotency-Key": key})
    assert [each.json()["code"] for each in reused] == ["idempotency-key-reused"] * 2
    for wrong in ("", "a b", "x" * 201):
        one, other = both(body, **bearer, **{"Idempotency-Key": wrong})
        assert (_said(one), one.status_code) == (_said(other), 422), wrong


def test_a_body_over_the_limit_is_refused(both: Any, bearer: Any) -> None:
    one, other = both(b" " * (9 * 1024 * 1024), **bearer)
    assert (_said(one), one.status_code) == (_said(other), 413)


def test_the_route_is_in_the_document(manager: Any) -> None:
    document = manager.get("/v1/openapi.json").json()
    asked = document["paths"]["/v1/decisions"]["post"]
    assert asked["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/DecisionBody")
    assert {"200", "401", "403", "404", "409", "413", "422"} <= asked["responses"].keys()
    assert asked["parameters"][0]["name"] == "Idempotency-Key"
    assert narrow.NarrowRoute.__doc__
