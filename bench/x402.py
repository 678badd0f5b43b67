"""Files sold over x402: prices asked and payments taken a second, milliseconds for each, gas for a payment.

A service with its worker inside, SQLite and the embedded devnet, asked by clients of the x402 library over
HTTP. A payment is timed from sending it to having the file: transfer, invoice, settlement, licence, the
licensee's own marked copy of a 256 px tile, and its manifest.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from eth_account import Account
from x402 import x402ClientSync
from x402.http.utils import decode_payment_required_header
from x402.mechanisms.evm.exact import ExactEvmScheme

from api.access import Role, issue
from api.compose import open_ledger
from api.settings import load_settings
from bench._serving import serving, spread
from ledger import create, parties, register, witness, x402
from ledger.context import Ledger
from ledger.domain.brief_text import parse_brief
from ledger.domain.terms_text import parse_terms
from ledger.store import assets, txs

CLIENTS, ASKED, PAID = 8, 400, 40
FUNDS = 10**12
BRIEF = {
    "name": "Bench",
    "prompts": ["dots"],
    "palettes": [["#f4ead8", "#16324f"]],
    "count": 1,
    "size": 256,
    "seed": 1,
    "generator": "archive",
}
TERMS = {
    "preset": "standard",
    "territory": ["GB"],
    "products": ["wallpaper"],
    "run": 100_000,
    "price": "180.00",
    "split": {"studio": "60 %", "mara": "40 %"},
}
STEPS = ("relay-payment", "issue-invoice", "settle-invoice", "grant-licence")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder))
    print(json.dumps(figures))


def measure(folder: Path) -> dict[str, Any]:
    settings = load_settings(data=folder)
    ledger = open_ledger(settings)
    try:
        tile = registered(ledger)
        mills = [f"mill-{number}" for number in range(1 + 2 * PAID)]
        for mill in mills:
            parties.add(ledger, mill, mill.title())
        key = issue(ledger, "bench", Role.MANAGER)[0]
        buyers = [Buyer(ledger, key) for _ in range(CLIENTS)]
        units, asker, new_mills = count(1), mills[0], iter(mills[1:])
        with serving(folder) as service:
            for buyer in buyers:
                buyer.open(f"{service.url}/v1/assets/{tile}/file")
                buyer.ask(asker, next(units))
            load = os.getloadavg()[0]
            new = timed(buyers, ASKED, lambda buyer: buyer.ask(asker, next(units)))
            known = timed(buyers, ASKED, lambda buyer: buyer.ask(asker, 1 + buyers.index(buyer)))
            one = timed(buyers[:1], PAID, lambda buyer: buyer.buy(next(new_mills)))
            all_ = timed(buyers, PAID, lambda buyer: buyer.buy(next(new_mills)))
        return {
            "load_before": load,
            "load_after": os.getloadavg()[0],
            "clients": CLIENTS,
            "unpaid_new_offer": new,
            "unpaid_known_offer": known,
            "paid_one_client": one,
            "paid_all_clients": all_,
            "gas": gas(ledger),
        }
    finally:
        ledger.chain().close()
        ledger.store.close()


def registered(ledger: Ledger) -> str:
    """The one tile that is sold."""
    for party in ("studio", "mara"):
        parties.add(ledger, party, party.title())
    planned = create.plan(ledger, parse_brief(BRIEF), parse_terms(TERMS), "bench")
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    create.make(ledger, draft.id)
    register.register(ledger, planned.id)
    return draft.id


class Buyer:
    """One client of the service, with a wallet, who asks and buys in the name of licensees."""

    def __init__(self, ledger: Ledger, key: str) -> None:
        wallet, chain = Account.create(), witness.ready(ledger)
        chain.mint_test_dollars(witness.manager(ledger), wallet.address, FUNDS)
        scheme = ExactEvmScheme(wallet)
        self._payer = x402ClientSync().register(f"eip155:{chain.chain_id}", scheme).set_spend_controls(False)
        self._headers = {"Authorization": f"Bearer {key}"}

    def open(self, url: str) -> None:
        self._url = url
        self._client = httpx.Client(headers=self._headers, timeout=120, trust_env=False)

    def ask(self, party: str, units: int) -> tuple[float, httpx.Response]:
        """How long a price took, and the answer."""
        return self._get(party, units, {}, 402)

    def buy(self, party: str) -> tuple[float, httpx.Response]:
        """How long a payment took, from sending it to having the file."""
        asked = decode_payment_required_header(self.ask(party, 1)[1].headers["PAYMENT-REQUIRED"])
        made = self._payer.create_payment_payload(asked).model_dump(by_alias=True, exclude_none=True)
        return self._get(party, 1, {"PAYMENT-SIGNATURE": x402.encode(made)}, 200)

    def _get(
        self, party: str, units: int, headers: dict[str, str], wanted: int
    ) -> tuple[float, httpx.Response]:
        use = {
            "party": party,
            "action": "reproduce",
            "product": "wallpaper",
            "territory": "GB",
            "units": str(units),
        }
        before = time.perf_counter()
        answer = self._client.get(self._url, params=use, headers=headers)
        took = time.perf_counter() - before
        if answer.status_code != wanted:
            raise SystemExit(f"the service answered {answer.status_code}: {answer.text[:500]}")
        return took, answer


def timed(
    buyers: list[Buyer], times: int, work: Callable[[Buyer], tuple[float, httpx.Response]]
) -> dict[str, float]:
    """`work` so many times, shared among buyers who all go on at once."""
    began = time.perf_counter()
    with ThreadPoolExecutor(len(buyers)) as pool:
        each = times // len(buyers)
        runs = pool.map(lambda buyer: [work(buyer)[0] for _ in range(each)], buyers)
        seconds = [one for run in runs for one in run]
    return {
        "requests": len(seconds),
        "per_second": len(seconds) / (time.perf_counter() - began),
        **spread(seconds),
    }


def gas(ledger: Ledger) -> dict[str, float]:
    """The median gas of each transaction of a payment, and of a payment. The buyer pays none of it."""
    used: dict[str, list[int]] = defaultdict(list)
    with ledger.store.reading() as tx:
        for sent in txs.every(tx):
            used[sent.kind].append(sent.gas)
    found = {kind: statistics.median(used[kind]) for kind in STEPS}
    return {**found, "payment": sum(found.values())}


if __name__ == "__main__":
    main()
