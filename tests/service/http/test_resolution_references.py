"""The C2PA Soft Binding Resolution API: a picture by its address, as far as nobody has to be reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

BODY = {"referenceUrl": "https://unheard.example/a.png", "assetLength": 1000}
SHAPE = {"type": "rectangle", "unit": "percent", "origin": {"x": 0, "y": 0}, "width": 50, "height": 50}


@pytest.fixture
def client(house: Any) -> Iterator[TestClient]:
    from api.http.c2pa.app import create_resolution
    from api.http.services import Services

    services = Services(house.ledger, cast(Any, None), 1 << 20, timedelta(days=1))
    headers = {"Authorization": f"Bearer {house.token('auditor')}"}
    with TestClient(create_resolution(services), headers=headers) as made:
        yield made


def test_nothing_is_fetched_before_there_is_a_place_to_examine_it(client: TestClient) -> None:
    from api.http.c2pa.matches import EXAMINED_AT_ONCE

    examining = cast(Any, client.app).state.examining
    for _ in range(EXAMINED_AT_ONCE):
        assert examining.acquire(blocking=False)
    refused = client.post("/matches/byReference", json=BODY)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    examining.release(EXAMINED_AT_ONCE)
    assert client.post("/matches/byReference", json=BODY).status_code == 403


def test_what_is_no_picture_is_told_before_it_is_cropped_and_gives_its_place_back(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger import referring

    monkeypatch.setattr(referring, "fetched", lambda *_: b"%PDF-1.7 no picture")
    asked = {**BODY, "region": [{"type": "spatial", "shape": SHAPE}]}
    for _ in range(3):
        refused = client.post("/matches/byReference", json=asked)
        assert (refused.status_code, refused.json()["code"]) == (415, "asset-type")
