"""A crawler that knows RSL and nothing of us gets its licence token, and what the token opens and when not.

It starts at robots.txt, reads the licence file, asks the licence server it names, and fetches the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from xml.dom import minidom

import pytest
import rsl_reader
from crawling import FREE, PAID, Crawler, asset_of, buy, challenged, entries_about, licence, refusal
from eth_account import Account
from PIL import Image
from x402_buyer import paying

from ledger import witness


def test_a_crawler_finds_its_way_from_robots_txt_to_the_file(crawler: Crawler, tiles: list[str]) -> None:
    robots = crawler.fetch("/robots.txt", None).text
    file = crawler.fetch(re.findall(r"^License: (\S+)$", robots, re.MULTILINE)[0], None).text
    (content,) = (each for each in rsl_reader.read(file) if each.holds(tiles[0]))
    assert content.server is not None
    assert [(each.permits["usage"], each.payment) for each in content.licences] == [
        ({"ai-train"}, "purchase"),
        ({"ai-input"}, "free"),
    ]
    (element,) = (each for each in elements(file, content.url) if "ai-input" in each.partition("permits>")[0])
    form = {"grant_type": "client_credentials", "license": element, "resource": content.url}
    answer = crawler.post(f"{content.server}/token", {**form, "license_type": "application/rsl+xml"})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    given = answer.json()
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("License", 3600, "ai-input")
    for tile in tiles:
        found = crawler.fetch(tile, given["access_token"])
        assert (found.status_code, found.headers["content-type"]) == (200, "image/png")
        assert Image.open(io.BytesIO(found.content)).size == (256, 256)
        assert "license.xml" in found.headers["link"]
        assert found.headers["tdm-reservation"] == "1"
        assert crawler.fetch(found.headers["tdm-policy"], None).json()["@type"] == "Offer"
    assert (
        crawler.fetch(tiles[0], given["access_token"], format="webp").headers["content-type"] == "image/webp"
    )
    with crawler.client() as client:
        (own,) = client.get("/v1/rsl/tokens").json()["items"]
    (told,) = entries_about(crawler, own["id"])
    assert (told.kind, told.body["party"], told.body["resource"]) == (
        "token-issued",
        crawler.party,
        content.url,
    )
    assert given["access_token"] not in str(told)


def elements(file: str, url: str) -> list[str]:
    """The license elements of a content, as they stand in the file."""
    contents = minidom.parseString(file).getElementsByTagName("content")
    (found,) = (each for each in contents if each.getAttribute("url") == url)
    return [each.toxml() for each in found.getElementsByTagName("license")]


def test_what_is_not_free_is_bought_and_dies_with_its_licence(
    crawler: Crawler, tiles: list[str], manager: Any, auditor: Any, pay: Callable[[str], dict[str, Any]]
) -> None:
    asked = crawler.ask(tiles[0], PAID)
    assert refusal(asked) == (402, "payment_required")
    offer = asked.json()["decision"]["offer"]
    assert (offer["id"], offer["price"]["text"]) == (asked.json()["cart"]["offer"], "2300.00 TUSD")
    assert crawler.ask(tiles[0], PAID).json()["cart"]["offer"] == offer["id"]
    with crawler.client() as client:
        other = client.get(asked.json()["x402"])
        assert (other.status_code, other.json()["cart"]["offer"]) == (402, offer["id"])
    bought = buy(crawler, pay, asked)
    token = crawler.token(tiles[0], PAID)
    assert crawler.fetch(tiles[0], token).status_code == 200
    said = crawler.introspect(token, resource=tiles[0])
    assert (said["active"], said["permitted"], said["licences"]) == (True, True, [bought])
    element = rsl_reader.read_licence(said["license"])
    assert (element.permits["usage"], element.permits["geo"]) == ({"ai-train"}, {"GB", "IE"})
    assert element.payment == "purchase"
    for verb, lives in (("suspension", False), ("resumption", True), ("revocation", False)):
        done = manager.finish(manager.write(f"/v1/licences/{bought}/{verb}", {"why": "a test"}))
        assert done["state"] == "done", done
        assert crawler.introspect(token)["active"] is lives
        assert crawler.introspect(token, resource=tiles[0])["active"] is lives
        fetched = crawler.fetch(tiles[0], token)
        assert (fetched.status_code == 200) is lives
        assert lives or challenged(fetched) == (401, "invalid_token")
    assert refusal(crawler.ask(tiles[0], PAID)) == (402, "payment_required")
    assert auditor.get("/v1/rsl/tokens").status_code == 200


def test_a_program_pays_by_x402_what_the_licence_server_asks_for(crawler: Crawler, tiles: list[str]) -> None:
    asked = crawler.ask(tiles[0], PAID)
    wallet, chain = Account.create(), witness.ready(crawler.house.ledger)
    chain.mint_test_dollars(witness.manager(crawler.house.ledger), wallet.address, 2_300_000_000)
    with paying(wallet, "2300.00", {"Authorization": f"Bearer {crawler.key}"}) as session:
        assert session.get(asked.json()["x402"], timeout=90).status_code == 200
    assert chain.balance(wallet.address, chain.deployment["TestDollar"]) == 0
    assert crawler.fetch(tiles[0], crawler.token(tiles[0], PAID)).status_code == 200


def test_a_token_for_a_collection_rests_on_a_licence_of_each_tile(
    crawler: Crawler, tiles: list[str], pay: Callable[[str], dict[str, Any]]
) -> None:
    everything = tiles[0].rpartition(asset_of(tiles[0]))[0] + "*"
    asked = crawler.ask(everything, PAID)
    first = buy(crawler, pay, asked)
    again = crawler.ask(everything, PAID)
    assert refusal(again) == (402, "payment_required")
    assert again.json()["decision"]["asset"] != asked.json()["decision"]["asset"]
    bought = next(tile for tile in tiles if asset_of(tile) == asked.json()["decision"]["asset"])
    token = crawler.token(bought, PAID)
    (other,) = (tile for tile in tiles if tile != bought)
    assert challenged(crawler.fetch(other, token)) == (403, "insufficient_scope")
    said = crawler.introspect(token, resource=other)
    assert (said["active"], said["permitted"], said["licences"]) == (True, False, [first])
    assert said["reason"]
    assert not crawler.introspect(token, resource=everything)["permitted"]
    both = crawler.token(everything, FREE)
    assert crawler.introspect(both, resource=everything)["permitted"]
    assert crawler.introspect(both, resource=str(crawler.house.url) + other)["permitted"]
    assert not crawler.introspect(both, resource="https://elsewhere.example" + other)["permitted"]


@pytest.mark.parametrize(
    ("usage", "answer"),
    [
        ("search", (200, None)),
        ("ai-index ai-input search", (200, None)),
        ("ai-all", (402, "payment_required")),
        ("all", (402, "payment_required")),
    ],
)
def test_each_usage_is_the_actions_it_means(
    crawler: Crawler, tiles: list[str], usage: str, answer: tuple[int, str | None]
) -> None:
    found = crawler.ask(tiles[0], licence(usage, "GB"))
    assert (found.status_code, found.json().get("error")) == answer


def test_what_the_terms_do_not_give_is_refused_with_the_decision(
    crawler: Crawler, tiles: list[str], asset: str, collection: str
) -> None:
    for wanted in (licence("ai-input"), licence("ai-input", "GB", "FR")):
        abroad = crawler.ask(tiles[0], wanted)
        assert refusal(abroad) == (403, "invalid_license")
        assert abroad.json()["decision"]["outcome"] == "deny"
    closed = crawler.ask(
        f"/v1/public/collections/{collection}/assets/{asset}/file", licence("ai-train", "GB")
    )
    assert refusal(closed) == (403, "invalid_license")
    assert "training" in closed.json()["error_description"]
