"""Requests for licence tokens that make no sense, and tokens that open nothing or no longer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from crawling import FREE, NOTHING, Crawler, asset_of, challenged, entries_about, licence, refusal

from ledger import tokens


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": ""}, (400, "invalid_request")),
        ({"resource": ""}, (400, "invalid_request")),
        ({"resource": "https://elsewhere.example/x"}, (400, "invalid_resource")),
        ({"resource": "http://[::1/"}, (400, "invalid_resource")),
        ({"resource": "/v1/collections"}, (400, "invalid_resource")),
        ({"resource": f"/v1/public/collections/{'0' * 32}/assets/*"}, (400, "invalid_resource")),
        ({"license": ""}, (400, "invalid_request")),
        ({"license": "<rsl/>"}, (400, "invalid_license")),
        ({"license": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><license/>'}, (400, "invalid_license")),
        ({"license": licence("ai-train", "UK")}, (400, "invalid_license")),
        ({"license_type": "text/plain"}, (400, "invalid_license")),
        ({"license": "x" * 20_000}, (413, "invalid_request")),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    crawler: Crawler, tiles: list[str], change: dict[str, str], answer: tuple[int, str]
) -> None:
    form = {"grant_type": "client_credentials", "resource": tiles[0], "license": FREE, **change}
    assert refusal(crawler.post("/v1/rsl/token", form)) == answer


def test_a_tile_of_another_collection_and_one_that_is_not_registered_are_not_there(
    crawler: Crawler, tiles: list[str], asset: str
) -> None:
    moved = tiles[0].replace(asset_of(tiles[0]), asset)
    assert refusal(crawler.ask(moved, FREE)) == (400, "invalid_resource")
    assert crawler.fetch(moved, None).status_code == 404
    nobody = tiles[0].replace(asset_of(tiles[0]), "0" * 32)
    assert refusal(crawler.ask(nobody, FREE)) == (400, "invalid_resource")
    assert crawler.fetch(nobody, None).status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"token=a&token=b", "application/x-www-form-urlencoded", 400),
        (b"token", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a%d=b" % number for number in range(30)), "application/x-www-form-urlencoded", 400),
        (b"token=\xff", "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 400),
        (b'{"token": 1}', "application/json", 400),
        (b'["token"]', "application/json", 400),
        (b'[["token", "a"]]', "application/json", 400),
        (b'{"token": "a", "token": "b"}', "application/json", 400),
        (b"[" * 15_000, "application/json", 400),
        (b"token=a", "text/plain", 400),
        (b"token=a", "", 400),
        (b'{"token": "\\ud800"}', "application/json", 200),
        (b"token=%00", "application/x-www-form-urlencoded; charset=utf-8", 200),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(crawler: Crawler, body: bytes, kind: str, status: int) -> None:
    with crawler.house.client(None) as client:
        headers = {"Content-Type": kind}
        answer = client.post("/v1/rsl/introspect", content=body, headers=headers, auth=crawler.auth)
    assert answer.status_code == status
    assert refusal(answer)[1] == "invalid_request" if status == 400 else answer.json() == NOTHING


def test_a_client_has_to_say_who_it_is(make: Callable[[], Crawler], house: Any, tiles: list[str]) -> None:
    crawler, other = make(), make()
    bad: list[dict[str, str]] = [
        {},
        {"Authorization": f"Bearer {crawler.key}"},
        {"Authorization": "Basic !"},
        {"Authorization": "Basic YQ=="},
        {"Authorization": "Basic /w=="},
    ]
    with house.client(None) as client:
        for headers in bad:
            for path in ("/v1/rsl/token", "/v1/rsl/introspect"):
                answer = client.post(path, data={"token": "a"}, headers=headers)
                assert refusal(answer) == (401, "invalid_client")
                assert answer.headers["www-authenticate"].startswith("Basic ")
        for auth in (
            (other.id, crawler.key),
            (crawler.id[:7], crawler.key),
            (crawler.id, "slv_no"),
            ("", ""),
        ):
            assert refusal(client.post("/v1/rsl/introspect", data={"token": "a"}, auth=auth))[0] == 401
    assert Crawler(house, "", crawler.id.upper(), crawler.key).introspect("a") == NOTHING


def test_a_token_is_given_to_a_party_and_seen_by_those_it_concerns(
    make: Callable[[], Crawler], house: Any, tiles: list[str]
) -> None:
    from api.access import Role, issue

    crawler, other = make(), make()
    key, record = issue(house.ledger, "a resource server", Role.AUDITOR, None, 1)
    server = Crawler(house, "", record.sha256, key)
    assert refusal(server.ask(tiles[0], FREE)) == (403, "unauthorized_client")
    token = crawler.token(tiles[0], FREE)
    assert other.introspect(token) == NOTHING
    said = server.introspect(token, token_type_hint="access_token")
    assert (said["active"], said["sub"], said["client_id"]) == (True, crawler.party, crawler.id)
    assert (said["exp"] - said["iat"], said["resource"], said["licences"]) == (3600, tiles[0], [])
    assert (said["iss"], said["token_type"]) == (f"{house.url}/v1/rsl", "License")
    assert said["license_type"] == "application/rsl+xml"
    with other.client() as client:
        assert client.get("/v1/rsl/tokens").json()["items"] == []


@pytest.mark.parametrize("shown", ["", "rsl_unknown", "slv_a", "ä", "x" * 5000])
def test_a_token_that_is_none_opens_nothing(crawler: Crawler, tiles: list[str], shown: str) -> None:
    headers = {"Authorization": f"License {shown}".strip().encode()}
    with crawler.house.client(None) as client:
        expected = (401, "invalid_token") if shown else (401, "invalid_request")
        assert challenged(client.get(tiles[0], headers=headers)) == expected
        assert challenged(client.get(tiles[0])) == (401, "invalid_request")
        bearer = client.get(tiles[0], headers={"Authorization": f"Bearer {crawler.key}"})
        assert challenged(bearer) == (401, "invalid_request")


def test_a_token_that_is_over_opens_nothing(
    crawler: Crawler, tiles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "GOOD_FOR", timedelta(0))
    token = crawler.token(tiles[0], FREE)
    assert challenged(crawler.fetch(tiles[0], token)) == (401, "invalid_token")
    assert crawler.introspect(token) == NOTHING


def test_a_token_dies_with_the_key_it_was_given_to(crawler: Crawler, tiles: list[str], manager: Any) -> None:
    token = crawler.token(tiles[0], FREE)
    assert manager.delete(f"/v1/keys/{crawler.id}").status_code == 200
    assert challenged(crawler.fetch(tiles[0], token)) == (401, "invalid_token")


def test_managers_list_tokens_and_take_them_back(crawler: Crawler, tiles: list[str], manager: Any) -> None:
    token = crawler.token(tiles[0], FREE)
    with crawler.client() as client:
        (own,) = client.get("/v1/rsl/tokens").json()["items"]
        assert client.delete(f"/v1/rsl/tokens/{own['id']}", params={"why": "x"}).status_code == 403
    assert own in manager.get("/v1/rsl/tokens", params={"limit": 1000}).json()["items"]
    assert token not in str(own)
    assert (own["party"], own["resource"], own["over"]) == (crawler.party, tiles[0], False)
    assert manager.delete(f"/v1/rsl/tokens/{own['id']}").status_code == 422
    assert manager.delete(f"/v1/rsl/tokens/{'0' * 32}", params={"why": "x"}).json()["code"] == "unknown-token"
    for _ in range(2):
        ended = manager.delete(
            f"/v1/rsl/tokens/{own['id']}", params={"why": "sent to the wrong place"}
        ).json()
        assert ended["over"]
    assert ended["revoked_at"]
    assert crawler.introspect(token) == NOTHING
    assert challenged(crawler.fetch(tiles[0], token)) == (401, "invalid_token")
    _, told = entries_about(crawler, own["id"])
    assert (told.kind, told.body) == ("token-revoked", {"why": "sent to the wrong place"})


def test_a_party_gets_so_many_tokens_an_hour(
    crawler: Crawler, tiles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_AN_HOUR", 1)
    token = crawler.token(tiles[0], FREE)
    answer = crawler.ask(tiles[0], FREE)
    assert refusal(answer) == (429, "slow_down")
    assert int(answer.headers["retry-after"]) > 0
    assert crawler.introspect(token)["active"]


def test_a_collection_of_too_many_tiles_is_asked_for_by_the_tile(
    crawler: Crawler, tiles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_TILES", 1)
    everything = tiles[0].rpartition(asset_of(tiles[0]))[0] + "*"
    assert refusal(crawler.ask(everything, FREE)) == (400, "invalid_resource")
    assert crawler.token(tiles[0], FREE)


def test_the_command_line_lists_tokens_and_takes_them_back(crawler: Crawler, tiles: list[str]) -> None:
    token = crawler.token(tiles[0], FREE)
    program = [sys.executable, "-c", "from api.cli import main; main()"]
    here = [*program, "--data", str(crawler.house.ledger.keys.parent), "rsl"]

    def run(*words: str) -> Any:
        done = subprocess.run([*here, *words, "--json"], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    (listed,) = run("tokens", "--party", crawler.party)
    with crawler.client() as client:
        assert client.get("/v1/rsl/tokens").json()["items"] == [listed]
    assert run("revoke", listed["id"][:10], "--why", "a test")["over"]
    assert crawler.introspect(token) == NOTHING
