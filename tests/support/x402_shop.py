"""A registered tile, offers of it to parties of their own, and buyers with a stock x402 client."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from eth_account import Account
from x402.schemas import PaymentRequired
from x402_buyer import stock_client

from ledger import decide, parties, paying, tills, witness, x402
from ledger.chain import Transfer
from ledger.chain.codec import Contract
from ledger.chain.transfers import typed_data
from ledger.domain.licence import licence_id
from ledger.store import entries, money, rights, txs

PARTIES = map("buyer-{}".format, count(1))
PRICE = 250_000_000
GAS = 200_000


@dataclass(frozen=True)
class House:
    """A ledger with one registered tile, that every shop of this file sells."""

    ledger: Any
    folder: Path
    tile: Any


class Shop:
    """The offer of the tile to a party of its own, and a buyer with a wallet of their own."""

    def __init__(self, house: House, helpers: Any) -> None:
        self.ledger, self.folder, self.tile = house.ledger, house.folder, house.tile
        self.party = next(PARTIES)
        parties.add(self.ledger, self.party, self.party.title())
        self.use = helpers.use()
        self.offer = decide.decide(self.ledger, self.tile.id, self.party, self.use)[1]
        self.wanted = paying.requirement(self.ledger, self.offer)
        self.chain = witness.ready(self.ledger)
        self.in_vault = self.chain.balance(self.chain.deployment["RoyaltyVault"], self.wanted.asset)
        self.buyer = Account.create()
        self.fund(5 * PRICE)

    def fund(self, amount: int) -> None:
        self.chain.mint_test_dollars(witness.manager(self.ledger), self.buyer.address, amount)

    def transfer(self, value: int) -> None:
        """A plain transfer of the buyer's own to the till, that nobody told us of."""
        self.chain.fund(self.buyer.address, 10**18)
        till = tills.of_offer(self.ledger, self.offer.id).address
        call = {
            "to": self.wanted.asset,
            "data": Contract("TestDollar", self.wanted.asset).encode("transfer", till, value),
            "gas": GAS,
            "gasPrice": 10**11,
            "nonce": int(self.chain._node.rpc("eth_getTransactionCount", self.buyer.address, "latest"), 16),
            "chainId": self.chain.chain_id,
        }
        raw = self.buyer.sign_transaction(call).raw_transaction.to_0x_hex()
        self.chain._node.rpc("eth_sendRawTransaction", raw)

    def payment(self) -> dict[str, Any]:
        """What the stock client makes of our offer, signed with a nonce of its own."""
        asked = x402.required([self.wanted.to_dict()], "http://here/file", "a tile", "image/png", "pay")
        client = stock_client(self.buyer, network=self.wanted.network)
        made = client.create_payment_payload(PaymentRequired.model_validate(asked))
        return dict(made.model_dump(by_alias=True, exclude_none=True))

    def signed(self, **changes: Any) -> dict[str, Any]:
        """The same by hand, with other fields, signed properly."""
        now, domain = self.chain.clock(), self.chain.token_domain(self.wanted.asset)
        fields = {"payer": self.buyer.address, "to": self.wanted.pay_to, "value": PRICE}
        fields |= {"valid_after": 0, "valid_before": now + 600, "nonce": secrets.token_bytes(32)}
        transfer = Transfer(**{**fields, "signature": b"", **changes})
        signature = self.buyer.sign_typed_data(full_message=typed_data(domain, transfer)).signature
        authorization = {
            "from": transfer.payer,
            "to": transfer.to,
            "value": str(transfer.value),
            "validAfter": str(transfer.valid_after),
            "validBefore": str(transfer.valid_before),
            "nonce": f"0x{transfer.nonce.hex()}",
        }
        payload = {"authorization": authorization, "signature": f"0x{bytes(signature).hex()}"}
        return {"x402Version": 2, "accepted": self.wanted.to_dict(), "payload": payload}

    def spent(self) -> int:
        return 5 * PRICE - int(self.chain.balance(self.buyer.address, self.wanted.asset))

    def in_till(self) -> int:
        till = tills.of_offer(self.ledger, self.offer.id).address
        return int(self.chain.balance(till, self.wanted.asset))

    def relayed(self) -> int:
        """Payments that were relayed, for whatever offer."""
        with self.ledger.store.reading() as tx:
            return sum(sent.kind == "relay-payment" for sent in txs.every(tx))

    def told(self) -> Counter[str]:
        """The entries of this offer, its invoice and its licence."""
        with self.ledger.store.reading() as tx:
            bill = money.of_evidence(tx, self.offer.id)
            ours = {self.offer.id, licence_id(self.offer.id), bill.id if bill else ""}
            return Counter(entry.kind for entry in entries.walk(tx) if entry.subject in ours)

    def sold_once(self) -> None:
        """The buyer paid the price, once, the vault has it, and there is one licence."""
        told = self.told()
        assert (self.spent(), self.in_till()) == (PRICE, 0)
        once = ("licence-granted", "invoice-drawn-up", "invoice-issued", "invoice-settled")
        assert [told[kind] for kind in once] == [1, 1, 1, 1]
        with self.ledger.store.reading() as tx:
            assert [grant.licensee for grant in rights.grants(tx)].count(self.party) == 1
        vault = self.chain.deployment["RoyaltyVault"]
        assert self.chain.balance(vault, self.wanted.asset) == self.in_vault + PRICE
        assert decide.decide(self.ledger, self.tile.id, self.party, self.use)[0].outcome == "permit"

    def unsold(self) -> None:
        assert (self.spent(), self.in_till(), self.told()["licence-granted"]) == (0, 0, 0)
