"""What nodes answer when a contract refuses, turned into names and values."""

from __future__ import annotations

import pytest

from ledger.chain import ContractRevertError, InsufficientFundsError, TransactionError, keccak
from ledger.chain.errors import RpcError
from ledger.chain.reverts import explain

PAYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


def revert(signature: str, *words: int) -> str:
    return "0x" + (keccak(signature.encode())[:4] + b"".join(w.to_bytes(32, "big") for w in words)).hex()


@pytest.mark.parametrize("wrap", [lambda d: d, lambda d: {"data": d}, lambda d: {"data": {"result": d}}])
def test_custom_errors_have_names_wherever_the_node_puts_them(wrap):
    data = wrap(revert("WrongValue(uint256,uint256)", 100, 99))
    found = explain(RpcError("execution reverted", data), "settle-invoice")
    assert isinstance(found, ContractRevertError)
    assert (found.name, found.arguments) == ("WrongValue", (100, 99))
    assert "settle-invoice" in str(found)


def test_reasons_and_panics():
    text = b"no".ljust(32, b"\0")
    reason = "0x08c379a0" + (32).to_bytes(32, "big").hex() + (2).to_bytes(32, "big").hex() + text.hex()
    found = explain(RpcError("reverted", reason), "x")
    assert (found.name, found.arguments) == ("Error", ("no",))
    found = explain(RpcError("reverted", "0x4e487b71" + (0x11).to_bytes(32, "big").hex()), "x")
    assert (found.name, found.arguments) == ("Panic", (0x11,))


def test_unknown_and_cut_off_data():
    assert explain(RpcError("reverted", "0xdeadbeef00"), "x").name == "0xdeadbeef"
    assert explain(RpcError("reverted", revert("WrongValue(uint256,uint256)", 1)), "x").name == "WrongValue"
    assert explain(RpcError("execution reverted", None), "x").name == "NoReason"


def test_lack_of_money_is_told_apart():
    data = revert("ERC20InsufficientBalance(address,uint256,uint256)", int(PAYER, 16), 5, 100)
    found = explain(RpcError("reverted", data), "settle-invoice")
    assert isinstance(found, InsufficientFundsError)
    assert "takes 100" in str(found)
    assert isinstance(
        explain(RpcError("insufficient funds for gas * price + value"), "x"), InsufficientFundsError
    )


def test_anything_else_is_a_refusal_by_the_node():
    found = explain(RpcError("transaction underpriced"), "withdraw")
    assert isinstance(found, TransactionError)
    assert "withdraw" in str(found)
