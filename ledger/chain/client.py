"""Chain: everything the ledger says to its contracts (interface first; the bodies land shortly)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eth_account.signers.base import BaseAccount

from ledger.chain.types import (
    NATIVE,
    Authorization,
    Collection,
    Deployment,
    Invoice,
    InvoiceState,
    Leaf,
    Licence,
    LicenceRecord,
    Tx,
)


class Chain:
    url: str
    chain_id: int
    genesis: str

    @classmethod
    def open(
        cls, url: str, folder: Path, *, expected_chain_id: int | None = None, anvil: Path | None = None
    ) -> Chain:
        """Connect to "devnet:" (state under `folder`) or to an http(s) or ws(s) URL."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop what this object started. `with Chain.open(...) as chain:` does it."""
        raise NotImplementedError

    @property
    def deployment(self) -> Deployment:
        """PatternRegistry, LicenceBook, RoyaltyVault and, on devnets, TestDollar; NotDeployedError before deploy."""
        raise NotImplementedError

    def deploy(self, account: BaseAccount) -> Deployment: ...  # idempotent, also after a crash half-way
    def fund(self, address: str, wei: int) -> Tx | None: ...  # devnets: tops the balance up to `wei`
    def mint_test_dollars(self, account: BaseAccount, to: str, amount: int) -> Tx | None: ...  # tops up to
    def balance(self, address: str, currency: str = NATIVE) -> int: ...

    def register_collection(
        self,
        account: BaseAccount,
        *,
        root: bytes,
        size: int,
        terms_hash: bytes,
        royalty_receiver: str | None = None,
        royalty_bps: int = 0,
        uri: str = "",
    ) -> Tx: ...
    def publish_terms(self, account: BaseAccount, collection_id: int, terms_hash: bytes) -> Tx: ...
    def claim(self, account: BaseAccount, collection_id: int, leaf: Leaf, proof: tuple[bytes, ...]) -> Tx: ...
    def collection(self, collection_id: int) -> Collection | None: ...
    def is_member(self, collection_id: int, leaf: Leaf, proof: tuple[bytes, ...]) -> bool: ...

    def grant(self, account: BaseAccount, licence: Licence, proof: tuple[bytes, ...]) -> Tx: ...
    def revoke(self, account: BaseAccount, licence: Licence) -> Tx: ...
    def licence(self, licence_id: bytes) -> LicenceRecord | None: ...

    def issue(self, account: BaseAccount, invoice: Invoice) -> Tx: ...
    def cancel(self, account: BaseAccount, invoice: Invoice) -> Tx: ...
    def settle(self, account: BaseAccount, invoice: Invoice) -> Tx: ...  # approves an ERC-20 first if needed
    def payment_message(self, invoice: Invoice, *, valid_seconds: int = 3600) -> dict[str, Any]: ...
    def sign_payment(
        self, account: BaseAccount, invoice: Invoice, *, valid_seconds: int = 3600
    ) -> Authorization: ...
    def settle_with_authorization(
        self, account: BaseAccount, invoice: Invoice, authorization: Authorization
    ) -> Tx: ...
    def withdraw(self, account: BaseAccount, currency: str, payee: str) -> Tx: ...  # event["amount"]
    def invoice_state(self, invoice_id: bytes) -> InvoiceState: ...
    def credit(self, currency: str, payee: str) -> int: ...
