"""An agent's day over MCP: it finds, reads, asks, buys within its cap, and reports."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError
from service_client import photo

from api.mcp.tools import TOOLS
from provenance.statements import verify

PRICE = 180_000_000


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The data of an answer that is no error, which stands in the text as well."""
    answer = await client.call_tool(tool, arguments)
    data: dict[str, Any] = answer.structured_content
    assert not answer.is_error, data
    assert json.loads(answer.content[0].text) == data
    return data


async def refusal(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error, answer
    problem: dict[str, Any] = answer.structured_content
    assert problem["detail"]
    assert json.loads(answer.content[0].text) == problem
    return problem


def test_an_agent_finds_asks_buys_and_reports(shop: Any, use: Callable[..., dict[str, Any]]) -> None:
    before = shop.balance("north-mill")

    async def day() -> None:
        async with shop.serving("north-mill", cap="200", day_cap="200") as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == list(TOOLS)
            (pattern,) = (await call(client, "find_patterns", words="tide FLORAL"))["patterns"]
            asset = pattern["asset"]
            assert (pattern["name"], pattern["collection"]) == ("Low Tide 01", shop.collection)
            assert "180" in (await call(client, "read_terms", asset=asset))["text"]
            asked = await call(client, "decide", asset=asset, use=use())
            assert (asked["outcome"], asked["offer"]["price"]["text"]) == ("pay", "180.00 TUSD")
            told = verify(asked["signed"], shop.ledger.engines.trust.root_pem, datetime.now(UTC))
            assert (told["licensee"], told["outcome"], told["offer"]["id"]) == (
                "north-mill",
                "pay",
                asked["offer"]["id"],
            )
            bought = await call(client, "buy", offer=asked["offer"]["id"])
            assert (bought["bought"], bought["paid"]["minor"]) == (True, str(PRICE))
            assert bought["left_today"]["text"] == "20.00 TUSD"
            again = await call(client, "buy", offer=asked["offer"]["id"])
            assert (again["bought"], again["paid"], again["licence"]) == (False, None, bought["licence"])
            assert (await call(client, "decide", asset=asset, use=use()))["outcome"] == "permit"
            held = await call(client, "buy", asset=asset, use=use())
            assert (held["bought"], held["licence"]["id"]) == (False, bought["licence"]["id"])
            licence = bought["licence"]["id"]
            told = await call(client, "report_use", licence=licence, use=use(), key="june")
            assert await call(client, "report_use", licence=licence, use=use(), key="june") == told
            (mine,) = (await call(client, "my_licences"))["licences"]
            assert (mine["id"], mine["units_reported"], mine["state"]) == (licence, 500, "in-force")
            await _resources(client, asset, licence)

    anyio.run(day)
    assert shop.balance("north-mill") == before - PRICE
    assert shop.invoices("north-mill") == 1


async def _resources(client: Client, asset: str, licence: str) -> None:
    (listed,) = (await client.list_resources()).resources
    (document,) = (await client.read_resource(listed.uri)).contents
    assert json.loads(document.text)["id"] == licence
    (terms,) = (await client.read_resource(f"selvage://assets/{asset}/terms/odrl")).contents
    assert json.loads(terms.text)["@type"] == "Offer"
    for strange in (
        "selvage://elsewhere",
        f"selvage://licences/{'0' * 32}",
        f"selvage://assets/{asset}/terms/x",
    ):
        with pytest.raises(MCPError):
            await client.read_resource(strange)


def test_a_pattern_is_found_by_a_picture_and_by_a_colour(shop: Any, tmp_path: Any) -> None:
    from ledger.store import assets

    with shop.ledger.store.reading() as tx:
        seen = photo(shop.ledger.blobs.get(assets.get(tx, shop.asset).signed.sha256))
    file = tmp_path / "seen.jpg"
    file.write_bytes(seen)

    async def look() -> None:
        async with shop.serving("north-mill") as client:
            for given in ({"picture_base64": base64.b64encode(seen).decode()}, {"picture_file": str(file)}):
                (found,) = (await call(client, "find_patterns", **given))["patterns"]
                assert (found["asset"], found["verdict"]) == (shop.asset, "proven")
            assert len((await call(client, "find_patterns", colour="#16324f"))["patterns"]) == 1
            assert (await call(client, "find_patterns", colour="#00ff00"))["patterns"] == []
            assert (await call(client, "find_patterns", words="heron"))["patterns"] == []

    anyio.run(look)


@pytest.mark.parametrize(("cap", "day_cap"), [("0", "1000"), ("1000", "179.99")])
def test_above_a_cap_nothing_is_invoiced_or_signed(
    shop: Any, use: Callable[..., dict[str, Any]], cap: str, day_cap: str
) -> None:
    before = shop.balance("corner-shop")

    async def try_it() -> None:
        async with shop.serving("corner-shop", cap, day_cap) as client:
            problem = await refusal(client, "buy", asset=shop.asset, use=use())
            assert problem["code"] == "spending-cap"
            assert "SELVAGE_AGENT" in str(problem["detail"])
            assert (await call(client, "my_licences"))["licences"] == []

    anyio.run(try_it)
    assert (shop.balance("corner-shop"), shop.invoices("corner-shop")) == (before, 0)


def test_purchases_at_the_same_instant_charge_once(shop: Any, use: Callable[..., dict[str, Any]]) -> None:
    before = shop.balance("south-mill")
    answers: list[dict[str, Any]] = []

    async def buy(client: Client) -> None:
        answers.append(await call(client, "buy", asset=shop.asset, use=use(product="cushion")))

    async def both() -> None:
        async with (
            shop.serving("south-mill") as one,
            shop.serving("south-mill") as other,
            anyio.create_task_group() as group,
        ):
            for client in (one, one, other):
                group.start_soon(buy, client)

    anyio.run(both)
    assert len({answer["licence"]["id"] for answer in answers}) == 1
    assert shop.balance("south-mill") == before - PRICE
    assert shop.invoices("south-mill") == 1


def test_what_cannot_be_is_refused_with_what_to_do(shop: Any, use: Callable[..., dict[str, Any]]) -> None:
    nobody, asset = "0" * 32, shop.asset
    cases: list[tuple[str, dict[str, Any], str, str]] = [
        ("find_patterns", {"colour": "red"}, "bad-input", "colour"),
        ("find_patterns", {"limit": "10"}, "bad-input", "limit"),
        ("find_patterns", {"words": "a", "picture_base64": "AA=="}, "bad-input", "find_patterns"),
        ("find_patterns", {"picture_base64": "no base64!"}, "bad-input", "picture_base64"),
        ("find_patterns", {"picture_file": "/nowhere/at/all.jpg"}, "bad-input", "picture_file"),
        ("find_patterns", {"collection": nobody}, "unknown-collection", "collection"),
        ("read_terms", {}, "bad-input", "asset"),
        ("read_terms", {"asset": nobody}, "unknown-asset", "asset"),
        ("read_terms", {"asset": asset, "form": "rsl"}, "bad-projection", "at"),
        ("decide", {"asset": asset, "use": use(territory="XX")}, "bad-use", "territory"),
        ("decide", {"asset": asset, "use": use(units=-1)}, "bad-input", "use.units"),
        ("decide", {"asset": asset, "use": use(pieces=3)}, "bad-input", "use.pieces"),
        ("decide", {"asset": asset, "use": use(on="2026-13-01")}, "bad-input", "use.on"),
        ("decide", {"asset": asset, "use": use(on={"from": "2026-01-01"})}, "bad-input", "use.on"),
        ("buy", {}, "bad-input", "buy"),
        ("buy", {"offer": nobody, "asset": asset}, "bad-input", "buy"),
        ("buy", {"offer": nobody}, "unknown-offer", "offer"),
        ("buy", {"asset": asset, "use": use(territory="FR")}, "bad-input", "use"),
        ("report_use", {"licence": nobody, "use": use(), "key": "a"}, "unknown-licence", "licence"),
        ("my_licences", {"limit": 1000}, "bad-input", "limit"),
    ]

    async def ask() -> None:
        async with shop.serving("corner-shop") as client:
            for tool, arguments, code, field in cases:
                problem = await refusal(client, tool, **arguments)
                assert (problem["code"], problem["field"]) == (code, field), (tool, arguments, problem)
            assert (await refusal(client, "find_patterns", picture_base64="AAAA"))["code"]
            with pytest.raises(MCPError):
                await client.call_tool("sell", {})

    anyio.run(ask)
    assert shop.invoices("corner-shop") == 0
