"""A devnet, a worker and a service as real processes on one data folder, and what they leave behind."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from programs import Program, ask, end_process, free_port
from service_client import PARTIES, PatientClient

from api.access import Role, issue
from api.compose import open_ledger
from api.settings import load_settings
from ledger import parties
from ledger.chain import Devnet, load_or_create_account, payment
from ledger.chain.codec import Contract
from ledger.domain.money import Money

FUNDS = 10_000_000_000  # 10,000.00 TUSD each, for whoever pays


class Estate:
    """Everything of one ledger. `close` ends whatever is still running."""

    def __init__(self, folder: Path) -> None:
        self.data, self.port = folder / "data", free_port()
        self.ledger = open_ledger(load_settings(data=self.data))
        self.chain_folder = self.data / "devnet" / "devnet"
        self.database, self.jobs = self.data / "selvage.sqlite", self.data / "dbos.sqlite"
        self.devnet = self._program(folder, "devnet")
        self.worker = self._program(folder, "worker")
        self.service = self._program(folder, "serve", "--no-worker", "--port", str(self.port))
        self._clients: list[PatientClient] = []

    def open(self) -> Estate:
        self.devnet.start()
        for party in PARTIES:
            parties.add(self.ledger, party, party.title())
        for payer in ("north-mill", "corner-shop"):
            parties.fund(self.ledger, payer, Money(FUNDS, "TUSD"))
        self.service.start()
        self.worker.start()
        return self

    def close(self) -> None:
        for client in self._clients:
            client.close()
        for program in (self.service, self.worker, self.devnet):
            program.end()
        if self.node is not None:
            end_process(self.node)
        self.ledger.store.close()

    def client(self, role: str, party: str | None = None) -> PatientClient:
        token, _ = issue(self.ledger, f"{role} of the tests", Role(role), party, 1)
        headers = {"Authorization": f"Bearer {token}"}
        client = PatientClient(
            base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=60, trust_env=False
        )
        self._clients.append(client)
        return client

    def sign(self, party: str, typed_data: dict[str, Any]) -> dict[str, Any]:
        """What a payer's wallet does with a payment request."""
        account = load_or_create_account(self.data / "keys", party)
        return payment.sign(account, typed_data).to_dict()

    @property
    def node(self) -> int | None:
        """Process id of the anvil that serves now, whoever started it."""
        note = self.chain_folder / "node.json"
        return int(json.loads(note.read_text())["pid"]) if note.exists() else None

    @property
    def blocks(self) -> int:
        """Transactions that the devnet has in its journal, the one under way included."""
        return int(ask(self.chain_folder / "journal.sqlite", "select count(*) from blocks")[0][0])

    @property
    def settled(self) -> bool:
        """Whether the devnet knows the block of each of them."""
        query = "select count(*) from blocks where block_hash is null"
        return ask(self.chain_folder / "journal.sqlite", query) == [(0,)]

    @property
    def unanswered(self) -> int:
        """Requests that the service has begun to work at and not answered."""
        return int(ask(self.database, "select count(*) from idempotency where status is null")[0][0])

    def operation(self, kind: str) -> tuple[str, int]:
        """(state, done) of the newest operation of a kind; ("", 0) before there is one."""
        query = "select state, done from operations where kind = ? order by created_at desc, rowid desc"
        found = ask(self.database, query, kind)
        return found[0] if found else ("", 0)

    def events(self) -> Counter[str]:
        """How often the chain has each event of ours."""
        chain = Devnet(self.chain_folder)
        deployed = self.ledger.chain().deployment
        counted: Counter[str] = Counter()
        try:
            for contract, event in (
                ("PatternRegistry", "CollectionRegistered"),
                ("LicenceBook", "LicenceGranted"),
                ("RoyaltyVault", "InvoiceIssued"),
                ("RoyaltyVault", "InvoiceSettled"),
                ("RoyaltyVault", "Withdrawn"),
            ):
                topics = [Contract(contract, deployed[contract]).topic(event)]
                wanted = {"fromBlock": "0x0", "address": deployed[contract], "topics": topics}
                counted[event] = len(chain.rpc("eth_getLogs", wanted))
        finally:
            chain.close()
        return counted

    def head(self) -> tuple[int, str]:
        """Number and hash of the chain's newest block."""
        chain = Devnet(self.chain_folder)
        try:
            block = chain.rpc("eth_getBlockByNumber", "latest", False)
        finally:
            chain.close()
        return int(block["number"], 16), str(block["hash"])

    def dollars(self, party: str | None) -> int:
        """Test dollars of a party, or of the vault."""
        chain = self.ledger.chain()
        vault, dollar = chain.deployment["RoyaltyVault"], chain.deployment["TestDollar"]
        address = load_or_create_account(self.data / "keys", party).address if party else vault
        return int(chain.balance(address, dollar))

    def _program(self, folder: Path, *arguments: str) -> Program:
        return Program(self.data, *arguments, log=folder / f"{arguments[0]}.log")
