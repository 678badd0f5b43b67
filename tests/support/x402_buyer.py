"""A buyer with a stock x402 client: a party, its key, and a wallet with money that the ledger never saw."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import requests
from eth_account import Account
from x402 import x402ClientSync
from x402.http.clients.requests import wrapRequestsWithPayment
from x402.http.utils import decode_payment_required_header
from x402.mechanisms.evm.exact import ExactEvmScheme

from ledger import parties, witness
from ledger.store import rights

DEVNET = "eip155:31337"
PRICE = 180_000_000
USE = {"action": "reproduce", "product": "wallpaper", "territory": "GB", "units": "500"}
BUYERS = map("buyer-{}".format, count(1))


def stock_client(wallet: Any, most: str | None = None, network: str = DEVNET) -> x402ClientSync:
    """The client of the x402 library, which pays up to `most` by itself; without a limit it is only asked."""
    client = x402ClientSync().register(network, ExactEvmScheme(wallet))
    limits = {"allowed_assets": True, "max_amount_per_payment": most} if most else False
    return client.set_spend_controls(limits)


def paying(wallet: Any, most: str, headers: Mapping[str, str]) -> requests.Session:
    """A session that pays what a 402 asks for."""
    session: requests.Session = wrapRequestsWithPayment(requests.Session(), stock_client(wallet, most))
    session.headers.update(headers)
    session.trust_env = False
    return session


class Buyer:
    """One who wants a file of `asset` from a running service."""

    def __init__(self, house: Any, asset: str) -> None:
        self.name, self.wallet, self.house = next(BUYERS), Account.create(), house
        parties.add(house.ledger, self.name, self.name.title())
        chain = witness.ready(house.ledger)
        self.dollar = chain.deployment["TestDollar"]
        chain.mint_test_dollars(witness.manager(house.ledger), self.wallet.address, 3 * PRICE)
        self.url = f"{house.url}/v1/assets/{asset}/file"
        self.headers = {"Authorization": f"Bearer {house.token('licensee', self.name)}"}

    def client(self) -> requests.Session:
        return paying(self.wallet, "200.00", self.headers)

    def get(self, headers: dict[str, str] | None = None, **changes: str) -> requests.Response:
        """A client that does not pay by itself."""
        with requests.Session() as session:
            session.trust_env = False
            sent = {**self.headers, **(headers or {})}
            return session.get(self.url, params={**USE, **changes}, headers=sent, timeout=90)

    def buy(self, **changes: str) -> requests.Response:
        with self.client() as session:
            return session.get(self.url, params={**USE, **changes}, timeout=90)

    def asked(self) -> Any:
        """The PaymentRequired of the 402."""
        return decode_payment_required_header(self.get().headers["PAYMENT-REQUIRED"])

    def payment(self, asked: Any) -> Any:
        """The PaymentPayload for what is asked, each with a nonce of its own."""
        return stock_client(self.wallet).create_payment_payload(asked)

    def spent(self) -> int:
        return 3 * PRICE - int(self.house.ledger.chain().balance(self.wallet.address, self.dollar))

    def licences(self) -> int:
        """How many it holds."""
        with self.house.ledger.store.reading() as tx:
            return sum(grant.licensee == self.name for grant in rights.grants(tx))
