"""Why a contract refused: custom errors arrive as four bytes and packed values."""

from __future__ import annotations

from typing import Any

from ledger.chain import artifacts
from ledger.chain.errors import (
    ChainError,
    ContractRevertError,
    InsufficientFundsError,
    RpcError,
    TransactionError,
)

_BUILT_IN = {"08c379a0": ("Error", ["string"]), "4e487b71": ("Panic", ["uint256"])}


def explain(error: RpcError, doing: str) -> ChainError:
    """What the contract said, or else what the node said."""
    data = _revert_data(error.data)
    if data is None:
        said_revert = "revert" in str(error).lower()
        return ContractRevertError("NoReason", (), doing) if said_revert else _by_message(error, doing)
    name, arguments = _decode(data)
    if name == "ERC20InsufficientBalance":
        holder, balance, needed = arguments
        return InsufficientFundsError(f"{holder} holds {balance} tokens, {doing} takes {needed}; top it up")
    return ContractRevertError(name, arguments, doing)


def _by_message(error: RpcError, doing: str) -> ChainError:
    if "insufficient funds" in str(error).lower():
        return InsufficientFundsError(f"{error}; send the account some of the chain's coin")
    return TransactionError(f"the node refused {doing}: {error}")


def _revert_data(data: Any) -> bytes | None:
    """Nodes put it into `data` as hex, or one or two levels down."""
    while isinstance(data, dict):
        data = data.get("data", data.get("result"))
    if not isinstance(data, str) or not data.startswith("0x") or len(data) < 10:
        return None
    return bytes.fromhex(data[2:])


def _decode(data: bytes) -> tuple[str, tuple[object, ...]]:
    from eth_abi.abi import decode
    from eth_abi.exceptions import DecodingError

    selector, body = data[:4], data[4:]
    entry = artifacts.errors().get(selector)
    if entry is not None:
        name, kinds = entry["name"], [item["type"] for item in entry["inputs"]]
    elif selector.hex() in _BUILT_IN:
        name, kinds = _BUILT_IN[selector.hex()]
    else:
        return f"0x{selector.hex()}", ()
    try:
        values = decode(kinds, body)
    except DecodingError:
        return name, ()
    return name, tuple("0x" + v.hex() if isinstance(v, bytes) else v for v in values)
