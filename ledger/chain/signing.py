"""What a signed transaction says about itself."""

from __future__ import annotations

from functools import cache
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from hexbytes import HexBytes

from ledger.chain.errors import MessageError

# Known to everybody, and therefore to anvil and Hardhat, which give its first account 10,000 coins.
_DEVELOPMENT_PHRASE = "test " * 11 + "junk"


def nonce_of(raw: bytes) -> tuple[str, int]:
    """Sender and nonce of a signed typed transaction (EIP-2718), else MessageError."""
    try:
        transaction = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
        return str(Account.recover_transaction(raw)), int(transaction["nonce"])
    except (ValueError, TypeError, KeyError) as error:
        raise MessageError("raw", f"not a signed typed transaction: {error}") from None


def fields_of(raw: bytes) -> dict[str, Any]:
    """The fields of a signed typed transaction, ready to be signed again with other fees."""
    fields = dict(TypedTransaction.from_bytes(HexBytes(raw)).as_dict())
    return {name: value for name, value in fields.items() if name not in ("v", "r", "s")}


@cache
def faucet_account() -> LocalAccount:
    """The first account of the phrase every development node knows. Worthless anywhere else."""
    Account.enable_unaudited_hdwallet_features()
    account: LocalAccount = Account.from_mnemonic(_DEVELOPMENT_PHRASE)
    return account
