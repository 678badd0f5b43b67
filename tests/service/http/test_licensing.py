"""A crawler that knows RSL and nothing of us gets its licence token, and what the token opens and when not.

It starts at robots.txt, reads the licence file, asks the licence server it names, and fetches the file.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus, urlsplit
from xml.dom import minidom

import httpx
import pytest
import requests
import rsl_reader
from eth_account import Account
from PIL import Image
from service_client import BRIEF, Client
from x402 import x402ClientSync
from x402.http.clients.requests import wrapRequestsWithPayment
from x402.mechanisms.evm.exact import ExactEvmScheme

from ledger import parties, tokens, witness
from ledger.store import entries

TERMS = {"preset": "training", "territory": ["GB", "IE"], "split": {"mara": "60 %", "studio": "40 %"}}
NOTHING = {"active": False}
NAMES = (f"crawler-{number}" for number in itertools.count())


@dataclass(frozen=True)
class Crawler:
    """A party with an API key, which it uses as client credentials."""

    house: Any
    party: str
    id: str
    key: str

    @property
    def auth(self) -> httpx.BasicAuth:
        return httpx.BasicAuth(quote_plus(self.id[:12]), quote_plus(self.key))

    def post(self, path: str, form: dict[str, str], **more: Any) -> httpx.Response:
        with self.house.client(None) as client:
            answer: httpx.Response = client.post(path, data=form, **{"auth": self.auth, **more})
            return answer

    def ask(self, resource: str, licence: str, **change: str) -> httpx.Response:
        form = {"grant_type": "client_credentials", "resource": resource, "license": licence, **change}
        return self.post("/v1/rsl/token", form)

    def token(self, resource: str, licence: str) -> str:
        answer = self.ask(resource, licence)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def introspect(self, token: str, **more: str) -> dict[str, Any]:
        answer = self.post("/v1/rsl/introspect", {"token": token, **more})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        said: dict[str, Any] = answer.json()
        return said

    def fetch(self, path: str, token: str | None, **params: str) -> httpx.Response:
        headers = {"Authorization": f"License {token}"} if token is not None else {}
        with self.house.client(None) as client:
            answer: httpx.Response = client.get(path, headers=headers, params=params)
            return answer

    def client(self) -> Client:
        made: Client = self.house.client(self.key)
        return made


@pytest.fixture
def make(house: Any) -> Callable[[], Crawler]:
    def made() -> Crawler:
        from api.access import Role, issue

        name = next(NAMES)
        parties.add(house.ledger, name, name.title())
        key, record = issue(house.ledger, name, Role.LICENSEE, name, 1)
        return Crawler(house, name, record.sha256, key)

    return made


@pytest.fixture
def crawler(make: Callable[[], Crawler]) -> Crawler:
    return make()


@pytest.fixture(scope="module")
def tiles(house: Any) -> Iterator[list[str]]:
    """The paths of the two tiles of a collection of our own."""
    with house.client(house.token("manager")) as manager:
        plan = {"brief": {**BRIEF, "name": "Reading Room", "seed": 31, "count": 2}, "terms": TERMS}
        made = manager.finish(manager.write("/v1/collections", plan))
        name = made["result"]["collection"]
        assert manager.finish(manager.write(f"/v1/collections/{name}/registration"))["state"] == "done"
        found = manager.get(f"/v1/collections/{name}/assets").json()["items"]
        yield [f"/v1/public/collections/{name}/assets/{each['id']}/file" for each in found]


def licence(usage: str, *countries: str) -> str:
    where = f'<permits type="geo">{" ".join(countries)}</permits>' if countries else ""
    return f'<license><permits type="usage">{usage}</permits>{where}</license>'


FREE = licence("ai-input", "GB", "IE")
PAID = licence("ai-train", "GB", "IE")


def asset_of(tile: str) -> str:
    return tile.split("/")[6]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["error_description"]
    return answer.status_code, answer.json()["error"]


def challenged(answer: httpx.Response) -> tuple[int, str]:
    """The status and the error of a resource server, which also says where the licence is."""
    assert answer.headers["content-type"] == "application/problem+json"
    link = re.fullmatch(r'<(\S+)>; rel="license"; type="application/rsl\+xml"', answer.headers["link"])
    assert link is not None
    with httpx.Client(trust_env=False) as client:
        assert rsl_reader.read(client.get(link[1]).text)
    said = re.fullmatch(
        r'License error="(\w+)", error_description="[^"]+"', answer.headers["www-authenticate"]
    )
    assert said is not None
    return answer.status_code, said[1]


def buy(crawler: Crawler, pay: Callable[[str], dict[str, Any]], asked: httpx.Response) -> str:
    """Pay what the licence server asks for, by the cart; the licence."""
    with crawler.client() as client:
        accepted = client.finish(client.write(urlsplit(asked.json()["cart"]["url"]).path))
        invoice = accepted["result"]["invoice"]
        paid = client.finish(
            client.write(f"/v1/invoices/{invoice}/payments", {"authorization": pay(invoice)})
        )
        assert paid["state"] == "done", paid
        return str(paid["result"]["licences"][0])


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


def entries_about(crawler: Crawler, token: str) -> tuple[Any, ...]:
    """What the book says of a token."""
    with crawler.house.ledger.store.reading() as tx:
        return entries.about(tx, [token])


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
    payer = x402ClientSync().register("eip155:31337", ExactEvmScheme(wallet))
    payer.set_spend_controls({"allowed_assets": True, "max_amount_per_payment": "2300.00"})
    with wrapRequestsWithPayment(requests.Session(), payer) as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {crawler.key}"
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
