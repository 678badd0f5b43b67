"""What a crawler finds at the root of the service: robots.txt, the RSL licence file, tdmrep.json."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
import rsl_reader

from ledger.domain.projections import FORMS


@pytest.fixture
def crawler(house: Any) -> Iterator[Any]:
    with house.client(None) as client:
        yield client


def path_of(collection: str) -> str:
    return f"/v1/public/collections/{collection}/assets/"


def test_robots_txt_leads_to_the_licences_and_away_from_what_needs_a_key(crawler: Any, asset: str) -> None:
    found = crawler.get("/robots.txt")
    assert (found.status_code, found.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    (licences,) = re.findall(r"^License: (\S+)$", found.text, re.MULTILINE)
    assert found.text.index("License:") < found.text.index("User-agent:")  # global, not of one group
    assert urlsplit(licences)[:3] == (*urlsplit(str(crawler.base_url))[:2], "/license.xml")
    assert rsl_reader.read(crawler.get(licences).text)
    rules = RobotFileParser()
    rules.parse(found.text.splitlines())
    for path, may in {
        f"/v1/public/assets/{asset}/terms": True,
        "/license.xml": True,
        "/.well-known/tdmrep.json": True,
        f"/v1/assets/{asset}/file": False,
        "/v1/collections": False,
    }.items():
        assert rules.can_fetch("AnyBot/1.0", path) is may


def test_the_licence_file_tells_of_every_registered_collection_and_no_other(
    crawler: Any, manager: Any, collection: str, plan: dict[str, Any]
) -> None:
    made = manager.finish(manager.write("/v1/collections", {**plan, "brief": {**plan["brief"], "seed": 98}}))
    found = crawler.get("/license.xml")
    assert (found.status_code, found.headers["content-type"]) == (200, "application/rsl+xml")
    assert "max-age" in found.headers["cache-control"]
    contents = rsl_reader.read(found.text)
    listed = manager.get("/v1/collections", params={"limit": 1000}).json()["items"]
    registered = {path_of(each["id"]) + "*" for each in listed if each["registration"]}
    assert {each.url for each in contents} == registered
    assert made["result"]["collection"] not in found.text
    (ours,) = (each for each in contents if each.holds(path_of(collection) + "any"))
    (licence,) = ours.licences
    assert (licence.permits, licence.prohibits) == ({}, {"usage": {"ai-all"}})


def test_a_tile_has_a_licence_file_of_its_own(crawler: Any, asset: str) -> None:
    terms = crawler.get(f"/v1/public/assets/{asset}/terms", params={"as": "schema"})
    link = re.fullmatch(r'<(\S+)>; rel="license"; type="application/rsl\+xml"', terms.headers["link"])
    assert link is not None
    found = crawler.get(link[1])
    assert found.headers["content-type"] == "application/rsl+xml"
    assert found.text == crawler.get(f"/v1/public/assets/{asset}/terms", params={"as": "rsl"}).text
    (content,) = rsl_reader.read(found.text)
    assert asset in content.url
    refused = crawler.get(f"/v1/public/assets/{'0' * 32}/license.xml")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown-asset")


def test_mining_is_reserved_by_collection(crawler: Any, collection: str) -> None:
    found = crawler.get("/.well-known/tdmrep.json")
    assert (found.status_code, found.headers["content-type"]) == (200, "application/json")
    for rule in found.json():
        assert {"location", "tdm-reservation"} <= rule.keys() <= {"location", "tdm-reservation", "tdm-policy"}
        assert rule["tdm-reservation"] in (0, 1)
        if "tdm-policy" in rule:
            assert crawler.get(rule["tdm-policy"]).json()["@type"] == "Offer"
    (ours,) = (rule for rule in found.json() if rule["location"] == path_of(collection) + "*")
    assert ours == {"location": path_of(collection) + "*", "tdm-reservation": 1}


@pytest.mark.parametrize("form", ["odrl", "rsl", "tdmrep", "tdm-policy", "summary"])
def test_the_terms_of_a_registered_collection_are_read_without_a_key(
    crawler: Any, collection: str, form: str
) -> None:
    found = crawler.get(f"/v1/public/collections/{collection}/terms", params={"as": form})
    assert (found.status_code, found.headers["content-type"]) == (200, FORMS[form].mime)
    assert found.text


def test_what_is_not_registered_or_no_language_of_collections_is_refused(
    crawler: Any, manager: Any, collection: str, plan: dict[str, Any]
) -> None:
    made = manager.finish(manager.write("/v1/collections", {**plan, "brief": {**plan["brief"], "seed": 97}}))
    for name in (made["result"]["collection"], "0" * 32):
        refused = crawler.get(f"/v1/public/collections/{name}/terms")
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown-collection")
    picture = crawler.get(f"/v1/public/collections/{collection}/terms", params={"as": "schema"})
    assert picture.status_code == 422


def test_a_host_that_is_none_is_not_written_into_anything(crawler: Any) -> None:
    for path in ("/robots.txt", "/license.xml", "/.well-known/tdmrep.json"):
        found = crawler.get(path, headers={"Host": 'a">b'})
        assert found.status_code == 200
        assert 'a"' not in found.text
        for host in ("x" * 3000, "a'b", "a&b"):
            refused = crawler.get(path, headers={"Host": host})
            assert (refused.status_code, refused.json()["field"]) == (422, "Host")


@pytest.mark.parametrize("path", ["/robots.txt", "/license.xml", "/.well-known/tdmrep.json"])
def test_what_a_crawler_has_already_is_not_sent_again(crawler: Any, collection: str, path: str) -> None:
    first = crawler.get(path)
    tag = first.headers["etag"]
    for known in (tag, f'"other", W/{tag}'):
        again = crawler.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert crawler.get(path, headers={"If-None-Match": '"other"'}).text == first.text


def test_the_files_name_the_service_as_it_was_called(crawler: Any, collection: str) -> None:
    for path in ("/robots.txt", "/license.xml", "/.well-known/tdmrep.json"):
        found = crawler.get(path, headers={"Host": "tiles.example:8443"}).text
        assert "127.0.0.1" not in found
        assert "selvage.invalid" not in found
        assert "tdmrep" in path or "http://tiles.example:8443/" in found
        assert "tiles.example" not in crawler.get(path).text
