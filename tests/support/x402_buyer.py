"""A buyer with a stock x402 client: a party, its key, and a wallet with money that the ledger never saw."""

from __future__ import annotations

from itertools import count
from typing import Any

import requests
from eth_account import Account
from x402 import x402ClientSync
from x402.http.clients.requests import wrapRequestsWithPayment
from x402.http.utils import decode_payment_required_header
from x402.mechanisms.evm.exact import ExactEvmScheme

from ledger import parties, witness

PRICE = 180_000_000
USE = {"action": "reproduce", "product": "wallpaper", "territory": "GB", "units": "500"}
BUYERS = map("buyer-{}".format, count(1))


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
        paying_client = x402ClientSync().register("eip155:31337", ExactEvmScheme(self.wallet))
        paying_client.set_spend_controls({"allowed_assets": True, "max_amount_per_payment": "200.00"})
        session: requests.Session = wrapRequestsWithPayment(requests.Session(), paying_client)
        session.headers.update(self.headers)
        session.trust_env = False
        return session

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
        client = x402ClientSync().register("eip155:31337", ExactEvmScheme(self.wallet))
        client.set_spend_controls(False)
        return client.create_payment_payload(asked)

    def spent(self) -> int:
        return 3 * PRICE - int(self.house.ledger.chain().balance(self.wallet.address, self.dollar))
