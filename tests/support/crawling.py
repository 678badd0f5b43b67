"""A crawler that knows RSL and nothing of us, and how the licence server's answers are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx
import rsl_reader
from service_client import Client, Sign

from ledger.store import entries

TERMS = {"preset": "training", "territory": ["GB", "IE"], "split": {"mara": "60 %", "studio": "40 %"}}
NOTHING = {"active": False}


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


def buy(crawler: Crawler, pay: Sign, asked: httpx.Response) -> str:
    """Pay what the licence server asks for, by the cart; the licence."""
    with crawler.client() as client:
        return client.buy(urlsplit(asked.json()["cart"]["url"]).path, pay)


def entries_about(crawler: Crawler, token: str) -> tuple[Any, ...]:
    """What the book says of a token."""
    with crawler.house.ledger.store.reading() as tx:
        return entries.about(tx, [token])
