"""Files for a use: a stock x402 client that knows nothing of us buys one, and gets it once paid."""

from __future__ import annotations

import base64
import io
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
import requests
from eth_account import Account
from PIL import Image
from x402.http.utils import decode_payment_required_header, decode_payment_response_header
from x402_buyer import PRICE, Buyer

from api.http.routes import checking
from ledger import witness, x402
from ledger.store import assets, rights
from provenance import verify

FILE_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "tiff": "image/tiff"}


def test_a_stock_client_buys_the_file_it_asks_for(buyer: Buyer, house: Any) -> None:
    bought = buyer.buy()
    assert (bought.status_code, bought.headers["Content-Type"]) == (200, "image/png"), bought.text
    told = decode_payment_response_header(bought.headers["PAYMENT-RESPONSE"])
    assert (told.success, told.payer, told.amount) == (True, buyer.wallet.address, str(PRICE))
    assert house.ledger.chain()._node.rpc("eth_getTransactionReceipt", told.transaction)["status"] == "0x1"
    assert buyer.spent() == PRICE
    again = buyer.get()
    assert again.status_code == 200
    assert "PAYMENT-RESPONSE" not in again.headers
    assert buyer.licences() == 1


def test_an_unpaid_use_is_answered_with_an_offer_in_header_and_body(buyer: Buyer) -> None:
    answer = buyer.get()
    assert (answer.status_code, answer.headers["Content-Type"]) == (402, "application/problem+json")
    asked, body = decode_payment_required_header(answer.headers["PAYMENT-REQUIRED"]), answer.json()
    (accepted,) = asked.accepts
    assert (accepted.scheme, accepted.network, accepted.amount) == ("exact", "eip155:31337", str(PRICE))
    assert (accepted.asset, accepted.extra["name"]) == (buyer.dollar, "Selvage Test Dollar")
    assert body["accepts"] == [accepted.model_dump(by_alias=True)]
    assert body["cart"]["url"].endswith(f"/v1/offers/{body['decision']['offer']['id']}/acceptance")
    assert buyer.get().json()["accepts"] == body["accepts"]


def test_a_colourway_that_is_not_there_is_said_before_anything_is_paid(buyer: Buyer) -> None:
    answer = buyer.buy(colourway="nacht-und-nebel")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-colourway")
    assert (buyer.spent(), buyer.licences()) == (0, 0)


def test_who_paid_by_a_transfer_of_their_own_gets_the_file(buyer: Buyer, house: Any) -> None:
    asked = buyer.asked()
    wanted = asked.accepts[0]
    requirement = x402.Requirement(wanted.network, wanted.asset, PRICE, wanted.pay_to, "", "", "")
    made = buyer.payment(asked).model_dump(by_alias=True, exclude_none=True)
    house.ledger.chain().relay(witness.manager(house.ledger), wanted.asset, x402.read(made, requirement))
    assert buyer.get().status_code == 200
    assert (buyer.spent(), buyer.licences()) == (PRICE, 1)
    again = buyer.get({"PAYMENT-SIGNATURE": x402.encode(made)})
    assert (again.status_code, buyer.spent()) == (200, PRICE)


def test_a_chain_that_was_rolled_back_is_paid_again_before_the_file_is_given(
    buyer: Buyer, house: Any
) -> None:
    node = house.ledger.chain()._node
    buyer.asked()
    snapshot = node.rpc("evm_snapshot")
    assert buyer.buy().status_code == 200
    assert node.rpc("evm_revert", snapshot)
    assert buyer.spent() == 0
    assert buyer.get().status_code == 200
    assert (buyer.spent(), buyer.licences()) == (PRICE, 1)


class Page(HTMLParser):
    """A page as its reader sees it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        found = dict(attrs)
        self.links += [found["href"] or ""] if tag == "a" else []
        self.pictures += [found["src"] or ""] if tag == "img" else []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("installed", [False, True])
def test_a_browser_is_answered_with_a_page_for_people(
    buyer: Buyer, house: Any, installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "installed", lambda: installed)
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    answer = buyer.get(browser)
    assert (answer.status_code, answer.headers["Content-Type"]) == (402, "text/html; charset=utf-8")
    asked = decode_payment_required_header(answer.headers["PAYMENT-REQUIRED"]).accepts[0]
    page = Page(answer.text)
    text = " ".join(" ".join(page.words).split())
    for told in ("wallpaper", "500", "180.00 TUSD", buyer.name, asked.pay_to, "What to do next"):
        assert told in text, told
    assert page.tags["dt"] > 5
    (picture,), (link, *checker) = page.pictures, page.links
    shown = Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2])))
    assert max(shown.size) <= 320
    assert link == f"{house.url}/v1/offers/{asked.extra['offer']}"
    assert checker == [f"{house.url}/v1/public/check"] * installed
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert buyer.get({"Accept": "application/json, text/html"}).json()["code"] == "payment-required"


def test_what_others_wrote_is_text_on_the_page(buyer: Buyer) -> None:
    plain = buyer.get({"Accept": "text/html"})
    marked = buyer.get({"Accept": "text/html", "PAYMENT-SIGNATURE": "<script>alert(1)</script>"})
    forged = {"x402Version": 2, "accepted": {"scheme": "<b onload=x>"}, "payload": {}}
    told = buyer.get({"Accept": "text/html", "PAYMENT-SIGNATURE": x402.encode(forged)})
    for answer in (marked, told):
        page, before = Page(answer.text), Page(plain.text)
        assert page.tags - before.tags == Counter({"p": 1})  # why it was not taken
        assert (page.tags["script"], page.tags["b"]) == (0, before.tags["b"])
    assert "<b onload=x>" in " ".join(Page(told.text).words)


def test_two_at_the_same_instant_pay_once(buyer: Buyer, house: Any) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: buyer.buy(), range(2)))
    assert [each.status_code for each in answers] == [200, 200]
    assert (buyer.spent(), buyer.licences()) == (PRICE, 1)


def test_the_same_payment_again_is_answered_with_the_file_and_costs_nothing(buyer: Buyer, house: Any) -> None:
    made = buyer.payment(buyer.asked()).model_dump(by_alias=True, exclude_none=True)
    header = {"PAYMENT-SIGNATURE": x402.encode(made)}
    first, second = buyer.get(header), buyer.get(header)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.headers["PAYMENT-RESPONSE"] == second.headers["PAYMENT-RESPONSE"]
    assert (buyer.spent(), buyer.licences()) == (PRICE, 1)


def test_a_payment_that_cannot_be_taken_is_refused_with_its_reason(buyer: Buyer) -> None:
    buyer.wallet = Account.create()
    answer = buyer.buy()
    assert (answer.status_code, answer.json()["error"]) == (402, "insufficient_funds")
    for junk in ("?", x402.encode({"x402Version": 2}), x402.encode({"x402Version": 1})):
        refused = buyer.get({"PAYMENT-SIGNATURE": junk})
        assert (refused.status_code, refused.json()["code"]) == (402, "payment-required")
        assert refused.json()["error"].startswith("invalid_")


def test_a_use_that_cannot_be_had_is_denied_with_what_would_change_it(buyer: Buyer) -> None:
    answer = buyer.get(territory="US")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (403, "use-denied")
    assert body["decision"]["changes"]
    assert [each["clause"] for each in body["decision"]["checks"] if not each["holds"]] == ["territory"]
    assert body["decision"]["signed"].count(".") == 2


@pytest.mark.parametrize(
    "changes", [{"territory": "XX"}, {"action": "eat"}, {"on": "soon"}, {"units": "-1"}, {"format": "gif"}]
)
def test_a_use_that_makes_no_sense_is_refused(buyer: Buyer, changes: dict[str, str]) -> None:
    assert buyer.get(**changes).status_code == 422


def test_the_file_tells_its_licence_twice_and_keeps_its_pixels(buyer: Buyer, house: Any, mill: Any) -> None:
    assert buyer.buy().status_code == 200
    with house.ledger.store.reading() as tx:
        (grant,) = [each for each in rights.grants(tx) if each.licensee == buyer.name]
        tile = assets.get(tx, grant.asset)
    signed = house.ledger.blobs.get(tile.signed.sha256)
    original = verify(signed, "image/png", house.ledger.engines.trust).manifest_label
    picture: Any = None
    for form, mime in FILE_TYPES.items():
        answer = buyer.get(format=form)
        assert answer.headers["Content-Type"] == mime
        credential = verify(answer.content, mime, house.ledger.engines.trust)
        assert credential.licence is not None
        assert (credential.licence["@type"], credential.licence["uid"]) == (
            "Agreement",
            f"urn:selvage:licence:{grant.id}",
        )
        (parent,) = [each for each in credential.claim["ingredients"] if each["relationship"] == "parentOf"]
        assert parent["active_manifest"] == original, form
        opened = Image.open(io.BytesIO(answer.content))
        opened.load()
        assert grant.terms_hash in str(opened.info["xmp"]), form
        pixels = np.asarray(opened.convert("RGB"))
        picture = pixels if picture is None else picture
        if form != "jpeg":
            assert np.array_equal(pixels, picture), form
        (told,), read = credential.marks.values(), house.ledger.engines.watermarker.read(pixels)
        assert read.mark_id == int.from_bytes(told, "big"), form


def test_without_a_use_it_is_as_before(buyer: Buyer) -> None:
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(buyer.url, headers=buyer.headers, timeout=30).status_code == 403
