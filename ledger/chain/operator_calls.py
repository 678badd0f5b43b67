"""LicenceBook: who may act for whom."""

from __future__ import annotations

from eth_account.signers.base import BaseAccount

from ledger.chain.encoding import to_address
from ledger.chain.sender import Call
from ledger.chain.session import Session
from ledger.chain.types import Tx


class OperatorCalls(Session):
    """Calls that let others act."""

    def appoint(self, account: BaseAccount, operator: str) -> Tx | None:
        """Let `operator` do in the licence book what `account` may; None if it may already."""
        to_address("operator", operator)
        book = self._contract("LicenceBook")
        if self._view(book, "isOperator", account.address, operator):
            return None
        call = Call("appoint-operator", book.encode("setOperator", operator, True), book.address)
        return self._described(call.doing, self._sender.send(account, call), book, "OperatorSet")
