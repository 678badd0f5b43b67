"""The C2PA Soft Binding Resolution API: a picture by its address, over TLS from a server of the tests."""

from __future__ import annotations

import io
import ipaddress
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import certifi
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from tls_server import DRIPS_SECONDS, INSIDE, Site, site

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


NAME, OTHER = "pictures.example", "other.example"
ADDRESSES = {NAME: "127.0.0.1", OTHER: "127.0.0.1", INSIDE: "10.0.0.7"}

RESOLVE, KNOWN = socket.getaddrinfo, certifi.where


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, signed: bytes) -> Iterator[Site]:
    copy = io.BytesIO()
    Image.open(io.BytesIO(signed)).convert("RGB").save(copy, "JPEG", quality=85)
    with site(tmp_path_factory.mktemp("tls"), NAME, copy.getvalue()) as made:
        yield made


@pytest.fixture
def reached(running: Site, house: Any, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site under names that lead to it; its hosts are allowed, and loopback counts as public."""
    from forensics.sources import web

    is_public = web._is_public
    monkeypatch.setattr(web, "_is_public", lambda text: text == "127.0.0.1" or is_public(text))
    monkeypatch.setattr(web.socket, "getaddrinfo", resolved)
    hosts = f"{NAME}:{running.port} {OTHER}:{running.port} {INSIDE}"
    monkeypatch.setattr(house.ledger.engines, "scan_hosts", hosts)
    monkeypatch.setattr("certifi.where", lambda: str(running.authority))
    return running


def resolved(host: str, *more: Any, **named: Any) -> list[Any]:
    return list(RESOLVE(ADDRESSES.get(host, host), *more, **named))


def asked(client: TestClient, url: str, length: int = 1 << 19, **more: Any) -> Any:
    return client.post("/matches/byReference", json={"referenceUrl": url, "assetLength": length, **more})


def test_a_picture_is_fetched_over_tls_and_found(
    client: TestClient, reached: Site, tile: dict[str, Any]
) -> None:
    able = client.get("/services/capabilities").json()["supportedCapabilities"]
    assert "queryByReference" in able
    found = asked(client, reached.url("moved"), assetType="image/jpeg")
    assert (found.status_code, [each["manifestId"] for each in found.json()["matches"]]) == (
        200,
        [tile["manifest"]],
    )


@pytest.mark.parametrize(
    ("path", "name", "length", "status", "said"),
    [
        ("picture", OTHER, 1 << 19, 400, "CERTIFICATE_VERIFY_FAILED"),  # vouched for under another name
        ("inwards", NAME, 1 << 19, 403, "address"),
        ("plain", NAME, 1 << 19, 403, "allowed"),
        ("picture", NAME, 1000, 400, "1000"),
        ("endless", NAME, 1 << 19, 400, str(1 << 19)),
    ],
)
def test_what_is_refused_over_tls(
    client: TestClient, reached: Site, path: str, name: str, length: int, status: int, said: str
) -> None:
    refused = asked(client, reached.url(path, name), length)
    assert (refused.status_code, said in refused.json()["detail"]) == (status, True), refused.text
    assert refused.json()["field"] == "referenceUrl"


def test_a_host_nobody_vouches_for_is_refused(
    client: TestClient, reached: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certifi.where", KNOWN)
    refused = asked(client, reached.url("picture"))
    assert (refused.status_code, "issuer certificate" in refused.json()["detail"]) == (400, True), (
        refused.text
    )


def test_a_host_that_sends_a_byte_now_and_then_is_not_waited_for(
    client: TestClient, reached: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger import referring

    monkeypatch.setattr(referring, "SECONDS", 0.5)
    began = time.monotonic()
    refused = asked(client, reached.url("drips"))
    assert (refused.status_code, "slow" in refused.json()["detail"]) == (400, True), refused.text
    assert time.monotonic() - began < DRIPS_SECONDS  # it was still sending


def test_loopback_is_refused_though_its_name_is_allowed(
    client: TestClient, reached: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from forensics.sources import web

    monkeypatch.setattr(web, "_is_public", lambda text: ipaddress.ip_address(text).is_global)
    refused = asked(client, reached.url("picture"))
    assert (refused.status_code, refused.json()["code"]) == (403, "reference-refused")
